import type { Transaction } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { cancelOpenJob } from '../jobs/cancel-job.ts';
import { gatewayForCleanUp } from '../jobs/clean-up-gateway.ts';
import { isTerminal } from '../jobs/job-status.ts';
import type { JobRow } from '../jobs/transitions.ts';
import { wakeGateway } from '../wake-gateway.ts';
import { type DeletionTarget, openJobsOf } from './figures.ts';

const jobsPerRun = 200;

/**
 * Cancels what waits at once and what runs as anybody would; a clean-up that waits goes to another gateway where there is one. May be called again and again: what is
 * CANCELING already is left to its gateway and its lease.
 */
export async function cancelOpenJobs(control: ControlContext, target: DeletionTarget): Promise<void> {
  const open = await openJobsOf(control.db, target)
    .select('job.id')
    .where('job.status', '!=', 'CANCELING')
    .orderBy('job.created_at')
    .limit(jobsPerRun)
    .execute();
  const wake = new Map<string, 'CANCEL' | 'WORK'>();
  for (const { id } of open) {
    await inTransaction(control, async (trx, emit) => {
      const job = await trx.selectFrom('job').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
      if (!job || isTerminal(job.status)) return;
      const moved = await moveCleanUp(trx, job);
      if (moved) wake.set(moved, 'WORK');
      else {
        const gatewayId = await cancelOpenJob(control, trx, emit, job);
        if (gatewayId) wake.set(gatewayId, 'CANCEL');
      }
    });
  }
  for (const [gatewayId, what] of wake) await wakeGateway(control, gatewayId, what);
}

/** The gateway that does it instead; undefined: it is no clean-up that waits, or nobody else can do it. */
async function moveCleanUp(trx: Transaction<Database>, job: JobRow): Promise<string | undefined> {
  if (job.kind !== 'CLEANUP' || job.status !== 'QUEUED') return undefined;
  const other = await gatewayForCleanUp(trx, job);
  if (!other || other.gatewayId === job.gateway_id) return undefined;
  await trx
    .updateTable('job')
    .set({ gateway_id: other.gatewayId, vault_id: other.vaultId, wait_reason: null })
    .where('id', '=', job.id)
    .execute();
  return other.gatewayId;
}
