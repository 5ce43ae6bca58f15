import { withDeadline } from '../../../base/abort.ts';
import type { InventoryVm, PlatformSession, VmRef } from '../../../drivers/platform/contract.ts';
import type { JobContext } from '../job-context.ts';
import { restoreMarker } from './half-made-vms.ts';

const markWithinMs = 2 * 60_000;

/**
 * The mark of a restored VM that is whole. From then on it is its owner's, who may see it in the vCenter before the job has told of it: nothing
 * of ours destroys it, running or not.
 */
function finishedMarker(jobId: string): string {
  return `${restoreMarker(jobId)}:finished`;
}

/** Never throws: a VM without the mark is restored once more if this process dies before it has told of it. */
export async function markFinished(job: JobContext, session: PlatformSession, vm: VmRef, jobId: string): Promise<void> {
  const { clock } = job.gateway.tools;
  const deadline = { clock, ms: markWithinMs, what: 'Marking the virtual machine', parent: job.lease.held };
  try {
    await withDeadline(deadline, (signal) => session.setMarker(vm, finishedMarker(jobId), signal));
  } catch (error) {
    job.logger.warn({ err: error }, 'the restored VM could not be marked as finished');
  }
}

/** What an earlier attempt of the job restored whole and did not come to tell of. */
export async function findFinishedVm(
  session: PlatformSession,
  jobId: string,
  signal: AbortSignal,
): Promise<InventoryVm | undefined> {
  const mark = finishedMarker(jobId);
  return (await session.findByMarker(mark, signal)).find(({ marker }) => marker === mark)?.vm;
}
