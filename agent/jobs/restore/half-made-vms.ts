import type { PlatformSession } from '../../../drivers/platform/contract.ts';

/** The mark a restored VM carries; by it an attempt finds what an earlier one did not finish. */
export function restoreMarker(jobId: string): string {
  return `holdfast:${jobId}`;
}

/** Destroys the VMs that carry exactly this job's mark. The platform refuses one that is running or holds somebody else's disk. */
export async function removeHalfMadeVms(session: PlatformSession, jobId: string, signal: AbortSignal): Promise<void> {
  for (const { vm, marker } of await session.findByMarker(restoreMarker(jobId), signal))
    if (marker === restoreMarker(jobId)) await session.destroyVm(vm.ref, signal);
}
