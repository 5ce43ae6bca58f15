import type { Transaction } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { ConflictError } from '../errors.ts';
import type { Emit } from '../events/event.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { requireUuid } from '../input.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import { wakeGateway } from '../wake-gateway.ts';
import { concludeCommitted } from './conclude-committed.ts';
import { cleanUpAfter } from './insert-job.ts';
import { isTerminal } from './job-status.ts';
import { type JobRow, moveJob } from './transitions.ts';
import { requireVisibleJob } from './visible-job.ts';

/**
 * A waiting job is CANCELED at once (COMPLETE if its recovery point exists already); a running one is CANCELING until its gateway has cleaned up. Canceling
 * twice is no error; a job that ended otherwise throws JOB_ALREADY_FINISHED. Returns the job's id.
 */
export async function cancelJob(
  control: ControlContext,
  viewer: Viewer,
  input: { readonly jobId: string },
): Promise<string> {
  requireScope(viewer, 'job:write');
  const jobId = requireUuid(input.jobId, 'job');
  const gatewayId = await inTransaction(control, async (trx, emit) => {
    const job = await requireVisibleJob(trx, viewer, jobId);
    if (job.status === 'CANCELED') return undefined;
    if (isTerminal(job.status)) throw alreadyFinished(job.status);
    return cancelOpenJob(control, trx, emit, job);
  });
  if (gatewayId) await wakeGateway(control, gatewayId, 'CANCEL');
  return jobId;
}

/** Cancels a job that has not ended, which the caller has locked. Returns the gateway to wake, if there is one. */
export async function cancelOpenJob(
  control: ControlContext,
  trx: Transaction<Database>,
  emit: Emit,
  job: JobRow,
): Promise<string | undefined> {
  const now = new Date(control.clock.now());
  const jobId = job.id;
  if (job.status === 'RUNNING') await moveJob(trx, emit, { jobId, to: 'CANCELING', now });
  if (job.status !== 'QUEUED' && job.status !== 'CREATED') return job.gateway_id;
  if (await concludeCommitted(control, trx, emit, job)) return undefined;
  return (await cancelWaiting(control, trx, emit, jobId, now)) ? job.gateway_id : undefined;
}

function alreadyFinished(status: string): ConflictError {
  return new ConflictError(
    'JOB_ALREADY_FINISHED',
    `This job has ended already: ${status}.`,
    'There is nothing left to cancel.',
  );
}

/** A job that waits for its next attempt may have left things in the vCenter with its last one. True: a clean-up is queued. */
async function cancelWaiting(
  control: ControlContext,
  trx: Transaction<Database>,
  emit: Emit,
  jobId: string,
  now: Date,
): Promise<boolean> {
  const ended = await moveJob(trx, emit, { jobId, to: 'CANCELED', now });
  return ended !== undefined && cleanUpAfter(control, trx, emit, ended);
}
