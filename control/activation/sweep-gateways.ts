import { sql } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { GatewayStatus } from '../database/tables.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { requiredScope, settleCredentials } from './credentials.ts';
import { setGatewayStatus } from './gateway-status.ts';
import { wasAwaySince, withoutAbsences } from './presence.ts';
import { gatewayIsBack } from './touch-gateway.ts';

/**
 * Brings every gateway's status up to date: OFFLINE when both channels were silent too long, ACTIVATED when it is heard from again, CREDENTIALS_EXPIRED with its
 * access key, CERTIFICATE_EXPIRED after days of silence, whatever else is the matter with it. While no process of the control plane was there to hear them, gateways
 * were not silent; and after that they have the time of a heartbeat to find back. Returns how many were changed.
 */
export async function sweepGateways(control: ControlContext): Promise<number> {
  const now = control.clock.now();
  const offlineBefore = new Date(now - control.config.heartbeatTimeoutMs);
  const expiredBefore = new Date(now - control.config.certificateSilenceMs);
  let changes = 0;
  for (const id of await withOtherCredentials(control, new Date(now))) {
    if (await settleCredentials(control, id)) changes += 1;
  }
  const mayBeOffline = !(await wasAwaySince(control, offlineBefore));
  for (const id of mayBeOffline ? await silentSince(control, ['ACTIVATED'], offlineBefore) : []) {
    changes += await change(control, id, ['ACTIVATED'], 'OFFLINE', offlineBefore);
  }
  const expiring = ['OFFLINE', 'CREDENTIALS_EXPIRED'] as const;
  for (const id of await silentSince(control, expiring, expiredBefore)) {
    changes += await change(control, id, expiring, 'CERTIFICATE_EXPIRED', expiredBefore);
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
  silentBefore: Date,
): Promise<number> {
  const changed = await inTransaction(control, (trx, emit) =>
    setGatewayStatus(trx, emit, {
      gatewayId,
      from,
      to,
      now: new Date(control.clock.now()),
      silentSince: silentBefore,
    }),
  );
  return changed ? 1 : 0;
}

async function silentSince(
  control: ControlContext,
  statuses: readonly GatewayStatus[],
  before: Date,
): Promise<string[]> {
  const heardAt = sql<Date>`coalesce(gateway.last_seen_at, gateway.activated_at, gateway.created_at)`;
  const rows = await control.db
    .selectFrom('gateway')
    .select('id')
    .where('status', 'in', statuses)
    .where(heardAt, '<', before)
    .where(withoutAbsences(heardAt, new Date(control.clock.now())), '<', before)
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

/**
 * Those whose status may not fit their access key any more, found in one look: our own keys that were revoked, expired, got another secret or lost their rights, and
 * those that count again; the cloud's keys that say when they expire. `settleCredentials` decides.
 */
async function withOtherCredentials(control: ControlContext, now: Date): Promise<string[]> {
  const isBuiltin = sql<boolean>`gateway.identity ->> 'kind' = 'BUILTIN'`;
  const counts = sql<boolean>`access_key.id is not null and access_key.revoked_at is null
    and (access_key.expires_at is null or access_key.expires_at > ${now})
    and (access_key.secret_changed_at is null or gateway.identity_proved_at >= access_key.secret_changed_at or access_key.previous_secret_until > ${now})
    and access_key.scopes @> array[${requiredScope}]::text[]
    and (access_key.all_resource_groups or gateway.resource_group_id = any(access_key.resource_group_ids))`;
  const rows = await control.db
    .selectFrom('gateway')
    .leftJoin('access_key', (join) => join.onRef('access_key.key_id', '=', 'gateway.access_key_id').on(isBuiltin))
    .select('gateway.id')
    .where('gateway.status', 'in', ['ACTIVATED', 'OFFLINE', 'CREDENTIALS_EXPIRED'])
    .where(
      sql<boolean>`case when ${isBuiltin} then (${counts}) = (gateway.status = 'CREDENTIALS_EXPIRED')
        else gateway.status <> 'CREDENTIALS_EXPIRED' and (gateway.credentials_expire_at <= ${now} or gateway.identity_trouble is not null) end`,
    )
    .execute();
  return rows.map((row) => row.id);
}
