import { type RawBuilder, sql } from 'kysely';
import type { ControlContext } from '../context.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { onlyGroup } from '../only-group.ts';

/** Days before a key's expiry on which somebody is warned, each once. */
const warningDays = [14, 7, 1] as const;
const dayMs = 24 * 60 * 60_000;
const warningsPerRun = 200;

/**
 * Warns of access keys that expire soon, and of the gateways that work with them. What was told is noted in the same transaction, so of several processes one
 * tells it, and a restart tells nothing again. A key that is replaced or prolonged starts anew.
 */
export async function sweepExpiring(control: ControlContext): Promise<number> {
  return (await warnOfAccessKeys(control)) + (await warnOfGateways(control));
}

interface Expiring {
  readonly id: string;
  readonly expires_at: Date;
  readonly expiry_told_days: number | null;
  readonly expiry_told_for: Date | null;
}

/** The warning that is due and was not given; undefined: none is. */
function dueWarning(expiring: Expiring, now: number): number | undefined {
  const left = expiring.expires_at.getTime() - now;
  if (left <= 0) return undefined;
  const due = warningDays.findLast((days) => left <= days * dayMs);
  const isSame = expiring.expiry_told_for?.getTime() === expiring.expires_at.getTime();
  const told = isSame ? (expiring.expiry_told_days ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  return due !== undefined && due < told ? due : undefined;
}

async function warnOfAccessKeys(control: ControlContext): Promise<number> {
  const now = control.clock.now();
  const rows = await control.db
    .selectFrom('access_key')
    .select(['id', 'key_id', 'name', 'expires_at', 'expiry_told_days', 'expiry_told_for', 'resource_group_ids'])
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', new Date(now))
    .where('expires_at', '<=', new Date(now + warningDays[0] * dayMs))
    .where(isDue(sql`access_key.expires_at`, sql`access_key`, now))
    .limit(warningsPerRun)
    .execute();
  let told = 0;
  for (const { expires_at, ...row } of rows) {
    const days = expires_at && dueWarning({ ...row, expires_at }, now);
    if (!expires_at || days === undefined || days === null) continue;
    told += await inTransaction(control, async (trx, emit) => {
      const noted = await trx
        .updateTable('access_key')
        .set({ expiry_told_days: days, expiry_told_for: expires_at })
        .where('id', '=', row.id)
        .where('expires_at', '=', expires_at)
        .where(sql<boolean>`expiry_told_for is distinct from ${expires_at} or expiry_told_days > ${days}`)
        .returning('id')
        .executeTakeFirst();
      if (!noted) return 0;
      emit({
        type: 'ACCESS_KEY_EXPIRING',
        resourceGroupId: onlyGroup(row.resource_group_ids),
        subjectType: 'ACCESS_KEY',
        subjectId: row.id,
        data: { name: row.name, keyId: row.key_id, expiresAt: expires_at.toISOString(), days },
      });
      return 1;
    });
  }
  return told;
}

/** Our own keys may have been prolonged since the activation; of the cloud's we know what the proof said. */
const expiryOfGateway = sql<Date | null>`case when gateway.identity ->> 'kind' = 'BUILTIN' then access_key.expires_at
  else gateway.credentials_expire_at end`;

async function warnOfGateways(control: ControlContext): Promise<number> {
  const now = control.clock.now();
  const rows = await control.db
    .selectFrom('gateway')
    .leftJoin('access_key', 'access_key.key_id', 'gateway.access_key_id')
    .select([
      'gateway.id',
      'gateway.name',
      'gateway.access_key_id',
      'gateway.resource_group_id',
      'gateway.expiry_told_days',
      'gateway.expiry_told_for',
      expiryOfGateway.as('expires_at'),
    ])
    .where('gateway.status', 'in', ['ACTIVATED', 'OFFLINE'])
    .where(sql<boolean>`${expiryOfGateway} > ${new Date(now)}`)
    .where(sql<boolean>`${expiryOfGateway} <= ${new Date(now + warningDays[0] * dayMs)}`)
    .where(isDue(expiryOfGateway, sql`gateway`, now))
    .limit(warningsPerRun)
    .execute();
  let told = 0;
  for (const { expires_at, ...row } of rows) {
    const days = expires_at && dueWarning({ ...row, expires_at }, now);
    if (!expires_at || days === undefined || days === null) continue;
    told += await inTransaction(control, async (trx, emit) => {
      const noted = await trx
        .updateTable('gateway')
        .set({ expiry_told_days: days, expiry_told_for: expires_at })
        .where('id', '=', row.id)
        .where('access_key_id', '=', row.access_key_id)
        .where(sql<boolean>`expiry_told_for is distinct from ${expires_at} or expiry_told_days > ${days}`)
        .returning('id')
        .executeTakeFirst();
      if (!noted) return 0;
      emit({
        type: 'GATEWAY_CREDENTIALS_EXPIRING',
        resourceGroupId: row.resource_group_id,
        subjectType: 'GATEWAY',
        subjectId: row.id,
        data: { name: row.name, accessKeyId: row.access_key_id, expiresAt: expires_at.toISOString(), days },
      });
      return 1;
    });
  }
  return told;
}

/** As {@link dueWarning}: those that were told what is due must not stand in the way of others in a run. */
function isDue(expiresAt: RawBuilder<unknown>, table: RawBuilder<unknown>, now: number): RawBuilder<boolean> {
  const within = (days: number) => sql`${expiresAt} <= ${new Date(now + days * dayMs)}`;
  const [first, second, last] = warningDays;
  const due = sql`case when ${within(last)} then ${sql.lit(last)} when ${within(second)} then ${sql.lit(second)} else ${sql.lit(first)} end`;
  return sql<boolean>`(${table}.expiry_told_for is distinct from ${expiresAt} or ${table}.expiry_told_days > ${due})`;
}
