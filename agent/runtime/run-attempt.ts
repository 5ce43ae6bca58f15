import type { Logger } from '../../base/logger.ts';
import { emptyResponse, type Outcome, type Work } from '../../protocol/work.ts';
import { runBackup } from '../jobs/backup/backup.ts';
import { runCleanup } from '../jobs/cleanup.ts';
import { FindingList } from '../jobs/finding-list.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { JobLog } from '../jobs/job-log.ts';
import { JobProgress } from '../jobs/job-progress.ts';
import { runRestore } from '../jobs/restore/restore.ts';
import { type AttemptLease, isRefusal } from './attempt-lease.ts';
import type { GatewayContext } from './gateway-context.ts';
import { failureOutcome, rootOf } from './outcome.ts';
import { settleSession, vcenterTrouble } from './vcenter-trouble.ts';

/** From a claimed attempt to its reported outcome. Never throws; a lost attempt is not reported. */
export async function runAttempt(
  gateway: GatewayContext,
  work: Work,
  lease: AttemptLease,
  ownLogger: Logger,
): Promise<void> {
  const { control, tools } = gateway;
  await using log = new JobLog({ work, control, clock: tools.clock, logger: ownLogger });
  const { logger } = log;
  const { useHttps, maxWorkers, maxCpuCores } = work.settings;
  logger.info(
    { code: 'ATTEMPT_STARTED', gateway: gateway.record.gatewayName, useHttps, maxWorkers, maxCpuCores },
    `try ${work.fence} began`,
  );
  const findings = new FindingList(logger);
  const progress = new JobProgress(gateway.tools.clock, (latest) => lease.report(latest));
  const job: JobContext = { gateway, lease, logger, findings, progress };
  let outcome: Outcome | undefined;
  try {
    outcome = await perform(job, work);
  } catch (error) {
    outcome = failureOutcome(error, lease, findings.list(), logger);
    settleSession(gateway, work.vcenter, rootOf(error));
    if (outcome?.status === 'FAILED' || outcome?.status === 'RETRY') {
      const vcenter = vcenterTrouble(gateway.sessions, rootOf(error));
      if (vcenter) outcome = { ...outcome, vcenter };
    }
  }
  try {
    // A retry would find its packs again, but where they fill the disk no job can work, this one's next try least of all.
    if (outcome?.status === 'RETRY' && outcome.error.code === 'SPOOL_FULL') await gateway.state.removeSpool(work.jobId);
    await log.flush();
    if (outcome) await report(gateway, work, lease, outcome, ownLogger);
    if (outcome && outcome.status !== 'RETRY') await gateway.state.removeSpool(work.jobId);
  } catch (error) {
    logger.warn({ reason: String(error) }, 'attempt not reported');
  }
}

function perform(job: JobContext, work: Work): Promise<Outcome> {
  switch (work.kind) {
    case 'BACKUP':
      return runBackup(job, work);
    case 'RESTORE':
      return runRestore(job, work);
    case 'CLEANUP':
      return runCleanup(job, work);
  }
}

async function report(
  gateway: GatewayContext,
  work: Work,
  lease: AttemptLease,
  outcome: Outcome,
  logger: Logger,
): Promise<void> {
  const { attemptId, fence } = work;
  try {
    await gateway.control.call(
      `/attempts/${attemptId}/complete`,
      { fence, outcome, last: lease.lastProgress() },
      emptyResponse,
      {
        signal: lease.held,
        persistence: 'persistent',
      },
    );
    logger.info({ outcome: outcome.status, ...('error' in outcome && { code: outcome.error.code }) }, 'attempt ended');
  } catch (error) {
    if (!lease.held.aborted && !isRefusal(error)) throw error;
    logger.warn({ outcome: outcome.status }, 'the attempt was given up before its outcome arrived');
  }
}
