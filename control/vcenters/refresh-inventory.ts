import { z } from 'zod';
import { isOneOf } from '../by-ids.ts';
import { insertCommand } from '../commands/insert-command.ts';
import type { ControlContext } from '../context.ts';
import { NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, parseInput } from '../input.ts';
import { type VcenterRow, vcenterColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { wakeGateway } from '../wake-gateway.ts';
import { connectedGateway } from './connected-gateway.ts';
import { requireUsable } from './require-usable.ts';
import { plainAccess } from './vcenter-access.ts';

/** A big inventory takes longer than an ordinary command. */
export const refreshDeadlineMs = 10 * 60_000;

const refreshInput = z.object({ vcenterId: z.string(), idempotencyKey: idempotencyKeySchema });
export type RefreshInventoryInput = z.input<typeof refreshInput>;

/**
 * Asks a gateway for the vCenter's inventory and returns at once, with `inventory_state` REFRESHING; the event INVENTORY_REFRESHED says when it
 * is done. A refresh that runs already is replaced. Throws GatewayUnavailableError when none of its gateways is connected, VcenterConnectionError while nobody may log in.
 */
export async function refreshInventory(
  control: ControlContext,
  viewer: Viewer,
  input: RefreshInventoryInput,
): Promise<{ readonly vcenter: VcenterRow }> {
  requireScope(viewer, 'vcenter:write');
  const { vcenterId, idempotencyKey } = parseInput(refreshInput, input);
  const { row, gatewayId } = await inTransaction(control, async (trx) => {
    const request = { field: 'refreshInventory', key: idempotencyKey, input: { vcenterId } };
    const { id: refreshId, replayed } = await idempotent(trx, control, viewer, request);
    const vcenter = await trx
      .selectFrom('vcenter')
      .select([...vcenterColumns, 'vcenter.password_sealed'])
      .where(isOneOf('vcenter.id', [vcenterId]))
      .where(visible(viewer, 'vcenter.resource_group_id'))
      .where('vcenter.removed_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (!vcenter) throw new NotFoundError('vCenter');
    const { password_sealed: _sealed, ...row } = vcenter;
    if (replayed) return { row, gatewayId: undefined };
    requireUsable(row);
    const gatewayId = await connectedGateway(trx, row.id);
    await trx
      .updateTable('vcenter')
      .set({ inventory_state: 'REFRESHING', inventory_refresh_id: refreshId })
      .where('id', '=', row.id)
      .execute();
    const command = { kind: 'REFRESH_INVENTORY', refreshId, vcenter: plainAccess(control, vcenter) } as const;
    await insertCommand(control, trx, gatewayId, command, { deadlineMs: refreshDeadlineMs });
    return {
      row: { ...row, inventory_state: 'REFRESHING' as const, inventory_refresh_id: refreshId },
      gatewayId,
    };
  });
  if (gatewayId !== undefined) await wakeGateway(control, gatewayId, 'COMMAND');
  return { vcenter: row };
}
