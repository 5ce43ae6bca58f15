import type { Selectable, Transaction } from 'kysely';
import type { GatewayPrincipal } from '../activation/gateway-principal.ts';
import type { Database, JobAttemptTable } from '../database/tables.ts';
import { NotFoundError } from '../errors.ts';
import type { JobRow } from '../jobs/transitions.ts';
import { fenced } from './fenced.ts';

export type AttemptRow = Selectable<JobAttemptTable>;

/**
 * Locks an attempt's job and then the attempt: the same order everywhere, so that nobody waits in a circle. Undefined when the attempt is
 * unknown or belongs to another gateway.
 */
export async function lockAttempt(
  trx: Transaction<Database>,
  attemptId: string,
): Promise<{ readonly job: JobRow; readonly attempt: AttemptRow } | undefined> {
  const job = await trx
    .selectFrom('job')
    .selectAll()
    .where('id', '=', (eb) => eb.selectFrom('job_attempt').select('job_id').where('id', '=', attemptId))
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!job) return undefined;
  const attempt = await trx
    .selectFrom('job_attempt')
    .selectAll()
    .where('id', '=', attemptId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return attempt && { job, attempt };
}

/** As {@link lockAttempt}, for a gateway that wants to write: NOT_FOUND for foreign ids, FENCED for anything but the living attempt. */
export async function guardAttempt(
  trx: Transaction<Database>,
  principal: GatewayPrincipal,
  attemptId: string,
  fence: number,
  now: Date,
): Promise<{ readonly job: JobRow; readonly attempt: AttemptRow }> {
  const locked = await ownAttempt(trx, principal, attemptId);
  const reason = whyFenced(locked, fence, now);
  if (reason) throw fenced(reason);
  return locked;
}

export async function ownAttempt(
  trx: Transaction<Database>,
  principal: GatewayPrincipal,
  attemptId: string,
): Promise<{ readonly job: JobRow; readonly attempt: AttemptRow }> {
  const locked = await lockAttempt(trx, attemptId);
  if (locked?.attempt.gateway_id !== principal.gatewayId) throw new NotFoundError('attempt');
  return locked;
}

/** Undefined: this is the living attempt of its job. */
export function whyFenced(
  { job, attempt }: { readonly job: JobRow; readonly attempt: AttemptRow },
  fence: number,
  now: Date,
): string | undefined {
  if (attempt.status !== 'RUNNING') return 'it has ended or was given up';
  if (attempt.fence !== fence || job.fence !== fence) return 'a newer attempt of the job exists';
  if (attempt.lease_until <= now) return 'its lease ran out';
  return undefined;
}
