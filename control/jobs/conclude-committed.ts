import type { Transaction } from 'kysely';
import type { Finding } from '../../protocol/primitives.ts';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import type { Emit } from '../events/event.ts';
import { insertCleanupJob } from './insert-job.ts';
import { type JobRow, moveJob } from './transitions.ts';

/** A backup whose recovery point was accepted has done its work, whatever happened to its attempt afterwards. */
export function isCommitted(job: JobRow): boolean {
  return job.kind === 'BACKUP' && job.recovery_point_id !== null;
}

/**
 * Ends a backup whose recovery point was accepted as COMPLETE, although no attempt is there to say so, and queues a clean-up of what that attempt may
 * have left in the vCenter. False for any other job.
 */
export async function concludeCommitted(
  control: ControlContext,
  trx: Transaction<Database>,
  emit: Emit,
  job: JobRow,
): Promise<boolean> {
  if (!isCommitted(job)) return false;
  const now = new Date(control.clock.now());
  const ended = await moveJob(trx, emit, {
    jobId: job.id,
    to: 'COMPLETE',
    now,
    changes: { findings: [cleanupUncertain] },
  });
  if (ended) await insertCleanupJob(control, trx, emit, ended);
  return ended !== undefined;
}

const cleanupUncertain: Finding = {
  code: 'CLEANUP_PENDING',
  severity: 'WARNING',
  message:
    'The recovery point is complete, but the gateway was lost before it could report that it removed its snapshot.',
  remedy:
    'A clean-up job has been queued; check in the vCenter that no Holdfast snapshot of this virtual machine is left.',
};
