import { sql, type Transaction } from 'kysely';
import type { Database, GatewayStatus } from '../database/tables.ts';
import type { Emit } from '../events/event.ts';

/** Changes a gateway's status if it is one of `from`, with its event. Of several processes exactly one succeeds; false for the others. */
export async function setGatewayStatus(
  trx: Transaction<Database>,
  emit: Emit,
  change: {
    readonly gatewayId: string;
    readonly from: readonly GatewayStatus[];
    readonly to: GatewayStatus;
    readonly now: Date;
    /** Only if it was last heard from before this. */
    readonly silentSince?: Date;
  },
): Promise<boolean> {
  const { gatewayId, from, to, now, silentSince } = change;
  const changed = await trx
    .updateTable('gateway')
    .set({ status: to, status_since: now, version: sql`version + 1` })
    .where('id', '=', gatewayId)
    .where('status', 'in', from)
    .$if(silentSince !== undefined, (query) =>
      query.where((eb) => eb(eb.fn.coalesce('last_seen_at', 'activated_at', 'created_at'), '<', silentSince ?? now)),
    )
    .returning(['resource_group_id', 'name', 'instance_id'])
    .executeTakeFirst();
  if (!changed) return false;
  emit({
    type: 'GATEWAY_STATUS_CHANGED',
    resourceGroupId: changed.resource_group_id,
    subjectType: 'GATEWAY',
    subjectId: gatewayId,
    data: { status: to, name: changed.name },
  });
  return true;
}
