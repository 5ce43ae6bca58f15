import { sql, type Transaction, type Updateable } from 'kysely';
import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import type { Database, GatewayTable } from '../database/tables.ts';
import { NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { requireVersion } from '../require-version.ts';
import { type GatewayRow, gatewayColumns } from '../rows.ts';
import { type Viewer, visible } from '../viewer.ts';
import { wakeGateway } from '../wake-gateway.ts';

/** Columns a person sets, as the database takes them. */
export type GatewayChanges = Pick<
  Updateable<GatewayTable>,
  'name' | 'use_https' | 'max_workers' | 'max_cpu_cores' | 'transport' | 'flow_control'
>;

/**
 * Changes what a person may set of a gateway, with its event, and wakes the gateway up. `changesTo` answers what differs from what is there; where nothing
 * does, nothing happens. Throws NotFoundError, VersionConflictError.
 */
export async function changeGateway(
  control: ControlContext,
  viewer: Viewer,
  { gatewayId, expectedVersion }: { readonly gatewayId: string; readonly expectedVersion: number },
  changesTo: (gateway: GatewayRow) => { readonly changes: GatewayChanges; readonly names: readonly string[] },
): Promise<{ readonly gateway: GatewayRow }> {
  const { gateway, isChanged } = await inTransaction(control, async (trx, emit) => {
    const before = await visibleGateway(trx, viewer, gatewayId);
    if (!before) throw new NotFoundError('gateway');
    requireVersion(before, expectedVersion);
    const { changes, names } = changesTo(before);
    if (names.length === 0) return { gateway: before, isChanged: false };
    const after = await trx
      .updateTable('gateway')
      .set({ ...changes, version: sql`version + 1` })
      .where('id', '=', gatewayId)
      .returning(gatewayColumns)
      .executeTakeFirstOrThrow();
    emit({
      type: 'GATEWAY_SETTINGS_CHANGED',
      resourceGroupId: after.resource_group_id,
      subjectType: 'GATEWAY',
      subjectId: gatewayId,
      data: { name: after.name, changed: names },
    });
    return { gateway: after, isChanged: true };
  });
  if (isChanged) await wakeGateway(control, gatewayId, 'SETTINGS');
  return { gateway };
}

/** Locked, so that two changes made for the same version cannot both succeed. */
function visibleGateway(
  trx: Transaction<Database>,
  viewer: Viewer,
  gatewayId: string,
): Promise<GatewayRow | undefined> {
  return trx
    .selectFrom('gateway')
    .select(gatewayColumns)
    .where(isOneOf('gateway.id', [gatewayId]))
    .where('gateway.deleted_at', 'is', null)
    .where(visible(viewer, 'gateway.resource_group_id'))
    .forUpdate()
    .executeTakeFirst();
}
