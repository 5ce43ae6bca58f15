import { sql } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { GatewayStatus, WaitReason } from '../database/tables.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { waitReasonOf } from '../jobs/insert-job.ts';
import { setGatewayStatus } from './gateway-status.ts';
import { gatewayIsBack } from './touch-gateway.ts';

/**
 * Brings every gateway's status up to date: OFFLINE when both channels were silent too long, ACTIVATED when it is heard from again, CREDENTIALS_EXPIRED with its
 * access key, CERTIFICATE_EXPIRED after days of silence. Returns how many were changed.
 */
export async function sweepGateways(control: ControlContext): Promise<number> {
  const now = control.clock.now();
  const offlineBefore = new Date(now - control.config.heartbeatTimeoutMs);
  const expiredBefore = new Date(now - control.config.certificateSilenceMs);
  let changes = 0;
  for (const id of await withExpiredKey(control, new Date(now))) {
    changes += await change(control, id, ['ACTIVATED', 'OFFLINE'], 'CREDENTIALS_EXPIRED');
  }
  for (const id of await silentSince(control, 'ACTIVATED', offlineBefore)) {
    changes += await change(control, id, ['ACTIVATED'], 'OFFLINE', offlineBefore);
  }
  for (const id of await silentSince(control, 'OFFLINE', expiredBefore)) {
    changes += await change(control, id, ['OFFLINE'], 'CERTIFICATE_EXPIRED', expiredBefore);
  }
  for (const id of await heardAgain(control, offlineBefore)) {
    if (await gatewayIsBack(control, id)) changes += 1;
  }
  return changes;
}

async function change(
  control: ControlContext,
  gatewayId: string,
  from: readonly GatewayStatus[],
  to: GatewayStatus,
  silentBefore?: Date,
): Promise<number> {
  return inTransaction(control, async (trx, emit) => {
    const now = new Date(control.clock.now());
    const changed = await setGatewayStatus(trx, emit, { gatewayId, from, to, now, silentSince: silentBefore });
    if (!changed) return 0;
    const replaced: WaitReason[] = ['GATEWAY_BUSY', 'PERMITS', 'GATEWAY_OFFLINE'];
    await trx
      .updateTable('job')
      .set({ wait_reason: waitReasonOf(to) })
      .where('gateway_id', '=', gatewayId)
      .where('status', '=', 'QUEUED')
      .where((eb) => eb.or([eb('wait_reason', 'is', null), eb('wait_reason', 'in', replaced)]))
      .execute();
    return 1;
  });
}

async function silentSince(control: ControlContext, status: GatewayStatus, before: Date): Promise<string[]> {
  const rows = await control.db
    .selectFrom('gateway')
    .select('id')
    .where('status', '=', status)
    .where((eb) => eb(eb.fn.coalesce('last_seen_at', 'activated_at', 'created_at'), '<', before))
    .execute();
  return rows.map((row) => row.id);
}

async function heardAgain(control: ControlContext, after: Date): Promise<string[]> {
  const rows = await control.db
    .selectFrom('gateway')
    .select('id')
    .where('status', '=', 'OFFLINE')
    .where('last_seen_at', '>=', after)
    .execute();
  return rows.map((row) => row.id);
}

/** Keys of the cloud say when they expire; our own may also have been revoked since. */
async function withExpiredKey(control: ControlContext, now: Date): Promise<string[]> {
  const rows = await control.db
    .selectFrom('gateway')
    .leftJoin('access_key', (join) =>
      join
        .onRef('access_key.key_id', '=', 'gateway.access_key_id')
        .on(sql<boolean>`gateway.identity ->> 'kind' = 'BUILTIN'`),
    )
    .select('gateway.id')
    .where('gateway.status', 'in', ['ACTIVATED', 'OFFLINE'])
    .where((eb) => eb.or([eb('gateway.credentials_expire_at', '<=', now), eb('access_key.revoked_at', 'is not', null)]))
    .execute();
  return rows.map((row) => row.id);
}
