import type { Transaction } from 'kysely';
import type { ErrorBody } from '../../protocol/primitives.ts';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import type { Emit } from '../events/event.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { concludeCommitted } from '../jobs/conclude-committed.ts';
import { cleanUpAfter } from '../jobs/insert-job.ts';
import { moveJob } from '../jobs/transitions.ts';
import { endAttempt } from './end-attempt.ts';
import { lockAttempt } from './guard-attempt.ts';

export type LossReason = 'LEASE_EXPIRED' | 'GATEWAY_RESTARTED' | 'ANSWER_LOST' | 'GATEWAY_REACTIVATED';

/** A restart of the gateway is not the job's fault, yet a job that brings its gateway down each time has to end as well. */
const lostAttemptsPerMaxAttempt = 4;

/**
 * Gives a running attempt up: its job is queued again, or ends when it was being canceled or has used up its attempts. False: the attempt
 * had ended meanwhile. With LEASE_EXPIRED nothing is done to an attempt whose lease was renewed meanwhile.
 */
export async function loseAttempt(control: ControlContext, attemptId: string, reason: LossReason): Promise<boolean> {
  return inTransaction(control, (trx, emit) => lose(control, trx, emit, attemptId, reason));
}

async function lose(
  control: ControlContext,
  trx: Transaction<Database>,
  emit: Emit,
  attemptId: string,
  reason: LossReason,
): Promise<boolean> {
  const now = new Date(control.clock.now());
  const locked = await lockAttempt(trx, attemptId);
  if (!locked) return false;
  const { job, attempt } = locked;
  if (reason === 'LEASE_EXPIRED' && attempt.lease_until > now) return false;
  const error = lossError(reason);
  if (!(await endAttempt(trx, { attemptId, status: 'LOST', now, error }))) return false;
  if (job.status === 'CANCELING') {
    if (await concludeCommitted(control, trx, emit, job)) return true;
    const ended = await moveJob(trx, emit, { jobId: job.id, to: 'CANCELED', now });
    if (ended) await cleanUpAfter(control, trx, emit, ended);
    return true;
  }
  const failedAttempts = job.failed_attempts + (reason === 'LEASE_EXPIRED' ? 1 : 0);
  if (failedAttempts >= control.config.maxAttempts || (await tooManyLost(control, trx, job.id))) {
    if (await concludeCommitted(control, trx, emit, job)) return true;
    const changes = { error, failedAttempts };
    const ended = await moveJob(trx, emit, { jobId: job.id, to: 'FAILED', now, changes });
    if (ended) await cleanUpAfter(control, trx, emit, ended);
    return true;
  }
  await moveJob(trx, emit, {
    jobId: job.id,
    to: 'QUEUED',
    now,
    changes: { failedAttempts, ...(reason === 'LEASE_EXPIRED' && { waitReason: 'GATEWAY_OFFLINE' }) },
  });
  return true;
}

async function tooManyLost(control: ControlContext, trx: Transaction<Database>, jobId: string): Promise<boolean> {
  const { count } = await trx
    .selectFrom('job_attempt')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('job_id', '=', jobId)
    .where('status', '=', 'LOST')
    .executeTakeFirstOrThrow();
  return count >= control.config.maxAttempts * lostAttemptsPerMaxAttempt;
}

function lossError(reason: LossReason): ErrorBody {
  const remedy = 'Check that the gateway is running and reaches the control plane, then start the job again.';
  const code = reason === 'GATEWAY_REACTIVATED' ? reason : reason === 'LEASE_EXPIRED' ? reason : 'GATEWAY_RESTARTED';
  return { code, message: lossMessages[reason], remedy, retryable: true };
}

const lossMessages: Readonly<Record<LossReason, string>> = {
  LEASE_EXPIRED: 'The gateway was not heard from for too long while it worked on this job.',
  GATEWAY_RESTARTED: 'The gateway was started again while it worked on this job.',
  ANSWER_LOST: 'The gateway never learned that it had been given this job.',
  GATEWAY_REACTIVATED: 'The gateway was activated again while it worked on this job.',
};
