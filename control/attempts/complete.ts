import type { Transaction } from 'kysely';
import type { ErrorBody, Finding } from '../../protocol/primitives.ts';
import type { CompleteRequest, Outcome } from '../../protocol/work.ts';
import type { GatewayPrincipal } from '../activation/gateway-principal.ts';
import type { ControlContext } from '../context.ts';
import type { AttemptStatus, Database } from '../database/tables.ts';
import { ConflictError } from '../errors.ts';
import type { Emit } from '../events/event.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { acceptProgress } from '../jobs/accept-progress.ts';
import { isCommitted } from '../jobs/conclude-committed.ts';
import { cleanUpAfter } from '../jobs/insert-job.ts';
import { type JobRow, moveJob } from '../jobs/transitions.ts';
import { learnFromAttempt } from '../vcenters/learn-from-attempt.ts';
import { wakeGateway } from '../wake-gateway.ts';
import { credentialsExpiredCode } from './credentials-expired.ts';
import { endAttempt } from './end-attempt.ts';
import { fenced } from './fenced.ts';
import { ownAttempt, whyFenced } from './guard-attempt.ts';

/** The code a gateway gives a job back with when it stops in an orderly way: not the job's failure, so it is not counted. */
const agentStopping = 'AGENT_STOPPING';

/**
 * An attempt's last word. The same outcome again changes nothing; anything else of an attempt that has ended is FENCED. A backup cannot be
 * complete before its recovery point was accepted (NOT_COMMITTED).
 */
export async function completeAttempt(
  control: ControlContext,
  principal: GatewayPrincipal,
  attemptId: string,
  request: CompleteRequest,
): Promise<Record<string, never>> {
  const { outcome, fence, last } = request;
  if (last) await acceptProgress(control, principal.gatewayId, { attemptId, fence, ...last });
  const more = await inTransaction(control, async (trx, emit) => {
    const now = new Date(control.clock.now());
    const { job, attempt } = await ownAttempt(trx, principal, attemptId);
    const status = attemptStatusOf(outcome);
    if (attempt.status === status && attempt.fence === fence) return false;
    const reason = whyFenced({ job, attempt }, fence, now);
    if (reason) throw fenced(reason);
    const succeeded = outcome.status === 'COMPLETE' || outcome.status === 'PARTIAL_COMPLETE';
    if (succeeded && job.kind === 'BACKUP' && !isCommitted(job)) throw notCommitted();
    await endAttempt(trx, { attemptId, status, now, error: errorOf(outcome) });
    const { vcenter_login: loginVersion } = attempt;
    const learned = await learnFromAttempt(control, trx, emit, { vcenterId: job.vcenter_id, loginVersion }, outcome);
    if (learned.isStopped && job.status !== 'CANCELING') {
      const { waitReason } = learned;
      await moveJob(trx, emit, { jobId: job.id, to: 'QUEUED', now, changes: waitReason ? { waitReason } : {} });
      return waitReason === null;
    }
    return finishJob(control, trx, emit, job, outcome, now);
  });
  if (more) await wakeGateway(control, principal.gatewayId, 'WORK');
  return {};
}

/** True: there may be something to claim now. */
async function finishJob(
  control: ControlContext,
  trx: Transaction<Database>,
  emit: Emit,
  job: JobRow,
  outcome: Outcome,
  now: Date,
): Promise<boolean> {
  const jobId = job.id;
  const { findings } = outcome;
  if (outcome.status === 'COMPLETE' || outcome.status === 'PARTIAL_COMPLETE') {
    const { statistics, restoredVm } = outcome;
    const changes = { findings, statistics, ...(restoredVm && { result: { restoredVm } }) };
    return end({ jobId, to: outcome.status, now, changes });
  }
  const error = errorOf(outcome) ?? canceledUnasked;
  if (isCommitted(job) && (job.status === 'CANCELING' || outcome.status === 'FAILED')) {
    const late = outcome.status === 'CANCELED' ? [] : [asFinding(error)];
    return end({ jobId, to: 'COMPLETE', now, changes: { findings: [...findings, ...late] } });
  }
  if (job.status === 'CANCELING') {
    const changes = { findings, ...(outcome.status !== 'CANCELED' && { error }) };
    return end({ jobId, to: 'CANCELED', now, changes });
  }
  const isGivenBack =
    outcome.status === 'RETRY' && (error.code === agentStopping || error.code === credentialsExpiredCode);
  const failedAttempts = job.failed_attempts + (isGivenBack ? 0 : 1);
  if (outcome.status === 'FAILED')
    return end({ jobId, to: 'FAILED', now, changes: { error, findings, failedAttempts } });
  if (!isGivenBack && failedAttempts >= mostAttempts(control, job)) {
    const changes = { findings: [...findings, asFinding(error)] };
    if (isCommitted(job)) return end({ jobId, to: 'COMPLETE', now, changes });
    return end({ jobId, to: 'FAILED', now, changes: { error, findings, failedAttempts } });
  }
  if (isGivenBack) {
    const changes = {
      failedAttempts,
      ...(error.code === credentialsExpiredCode && { waitReason: 'CREDENTIALS' as const }),
    };
    await moveJob(trx, emit, { jobId, to: 'QUEUED', now, changes });
    return false;
  }
  const delayMs = Math.min(control.config.retryDelayMs * 2 ** (failedAttempts - 1), longestDelayMs);
  const notBefore = new Date(now.getTime() + delayMs);
  await moveJob(trx, emit, {
    jobId,
    to: 'QUEUED',
    now,
    changes: { failedAttempts, notBefore, waitReason: 'RETRY_DELAY' },
  });
  return false;

  async function end(move: Parameters<typeof moveJob>[2]): Promise<boolean> {
    const ended = await moveJob(trx, emit, move);
    if (!ended) return false;
    const left = findings.some(({ code }) => code === 'SNAPSHOT_LEFT' || code === 'VM_LEFT');
    // An earlier attempt may have left something that the last one never came to see.
    const isUncertain = ended.fence > 1 && (ended.status === 'FAILED' || ended.status === 'CANCELED');
    return (left || isUncertain) && cleanUpAfter(control, trx, emit, ended);
  }
}

/** A clean-up is worth more patience than a backup, of which there will be another one. */
const cleanUpPatience = 3;
const longestDelayMs = 60 * 60_000;

function mostAttempts(control: ControlContext, { kind }: JobRow): number {
  return control.config.maxAttempts * (kind === 'CLEANUP' ? cleanUpPatience : 1);
}

function attemptStatusOf(outcome: Outcome): Exclude<AttemptStatus, 'RUNNING'> {
  switch (outcome.status) {
    case 'COMPLETE':
    case 'PARTIAL_COMPLETE':
      return 'COMPLETE';
    case 'CANCELED':
      return 'CANCELED';
    default:
      return 'FAILED';
  }
}

function errorOf(outcome: Outcome): ErrorBody | undefined {
  return 'error' in outcome ? outcome.error : undefined;
}

function asFinding(error: ErrorBody): Finding {
  return { code: error.code, severity: 'WARNING', message: error.message, remedy: error.remedy };
}

function notCommitted(): ConflictError {
  return new ConflictError(
    'NOT_COMMITTED',
    'A backup is complete only after its recovery point was accepted.',
    'Commit the manifest first, or complete with FAILED or RETRY.',
  );
}

const canceledUnasked: ErrorBody = {
  code: 'STOPPED_BY_GATEWAY',
  message: 'The gateway stopped working on this job although nobody had canceled it.',
  remedy: 'Look at the gateway; the job is tried again.',
  retryable: true,
};
