import { withDeadline } from '../../../base/abort.ts';
import type { PlatformSession } from '../../../drivers/platform/contract.ts';
import type { JobContext } from '../job-context.ts';
import { LeasePatience } from '../lease-patience.ts';

const betweenTriesMs = 2_000;
/** A job that is cancelled has to end, also when the vCenter never ends its task; what is left is the clean-up's. */
export const removeVmsWithinMs = 25 * 60_000;

/** The mark a restored VM carries; by it an attempt finds what an earlier one did not finish. */
export function restoreMarker(jobId: string): string {
  return `holdfast:${jobId}`;
}

/**
 * Destroys the VMs that carry exactly this job's mark; one that was finished has another (finished-vm.ts). The platform refuses one that is running or holds somebody else's disk. While a dead
 * attempt's lease lives, it may not be touched: then it goes with the lease, or can be destroyed after it.
 */
export async function removeHalfMadeVms(
  job: JobContext,
  session: PlatformSession,
  jobId: string,
  signal: AbortSignal,
): Promise<void> {
  const mark = restoreMarker(jobId);
  const { clock } = job.gateway.tools;
  const deadline = { clock, ms: removeVmsWithinMs, what: 'Removing a half-made virtual machine', parent: signal };
  await withDeadline(deadline, (removing) => removeMarked(job, session, mark, removing));
}

async function removeMarked(
  job: JobContext,
  session: PlatformSession,
  mark: string,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = job.gateway.tools;
  const patience = new LeasePatience(clock);
  for (;;) {
    try {
      for (const { vm, marker } of await session.findByMarker(mark, signal))
        if (marker === mark) await session.destroyVm(vm.ref, signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!patience.covers(error)) throw error;
      job.logger.info({ err: error }, 'waiting until a half-made VM may be removed');
    }
    await clock.sleep(betweenTriesMs, signal);
  }
}
