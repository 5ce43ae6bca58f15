import type { Transaction } from 'kysely';
import type { Database, GatewayStatus, WaitReason } from '../database/tables.ts';
import type { Emit } from '../events/event.ts';
import { statusReason } from '../gateways/status-reason.ts';
import { waitReasonOf } from '../jobs/insert-job.ts';
import { type GatewayRow, gatewayColumns } from '../rows.ts';

/**
 * Changes a gateway's status if it is one of `from`, with its event and with what the jobs that wait for it wait for. Of several processes exactly
 * one succeeds; false for the others. Its version stays: that counts what people change, and nobody's change is refused because a heartbeat was late.
 */
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
  const before = await trx
    .selectFrom('gateway')
    .select(['status', 'last_seen_at', 'activated_at', 'created_at'])
    .where('id', '=', gatewayId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!before || !from.includes(before.status)) return false;
  const lastSeen = before.last_seen_at ?? before.activated_at ?? before.created_at;
  if (silentSince !== undefined && lastSeen >= silentSince) return false;
  const changed = await trx
    .updateTable('gateway')
    .set({ status: to, status_since: now })
    .where('id', '=', gatewayId)
    .returning(gatewayColumns)
    .executeTakeFirstOrThrow();
  await explainWaiting(trx, gatewayId, to);
  tellStatus(emit, changed, before.status);
  return true;
}

/** The event of a status, or of another reason for the same one. */
export function tellStatus(emit: Emit, gateway: GatewayRow, previousStatus: GatewayStatus): void {
  const reason = statusReason(gateway);
  emit({
    type: 'GATEWAY_STATUS_CHANGED',
    resourceGroupId: gateway.resource_group_id,
    subjectType: 'GATEWAY',
    subjectId: gateway.id,
    data: {
      status: gateway.status,
      previousStatus,
      name: gateway.name,
      ...(reason && { reason: reason.code, reasonMessage: reason.message, remedy: reason.remedy }),
    },
  });
}

/** Jobs that wait for a gateway wait for what its status says; those that wait for something else as well go on waiting for that. */
async function explainWaiting(trx: Transaction<Database>, gatewayId: string, status: GatewayStatus): Promise<void> {
  const reason = waitReasonOf(status);
  const ofStatus: WaitReason[] = ['GATEWAY_OFFLINE', 'CREDENTIALS'];
  const replaced: WaitReason[] = reason === null ? ofStatus : [...ofStatus, 'GATEWAY_BUSY', 'PERMITS'];
  await trx
    .updateTable('job')
    .set({ wait_reason: reason })
    .where('gateway_id', '=', gatewayId)
    .where('status', '=', 'QUEUED')
    .where((eb) =>
      eb.or([eb('wait_reason', 'in', replaced), ...(reason === null ? [] : [eb('wait_reason', 'is', null)])]),
    )
    .execute();
}
