import { isDriverError } from '../../../base/errors.ts';
import type { InventoryVm, PlatformSession } from '../../../drivers/platform/contract.ts';
import type { JobContext } from '../job-context.ts';

/**
 * Turns changed block tracking on where that can be done. Whether it is on afterwards; without it every backup reads everything, which
 * works but is slow, so nothing here fails a job.
 */
export async function ensureChangeTracking(
  job: JobContext,
  session: PlatformSession,
  vm: InventoryVm,
): Promise<boolean> {
  if (vm.changeTrackingEnabled) return true;
  const { signal } = job.lease;
  if ((await session.snapshots(vm.ref, signal)).length > 0) {
    job.findings.add({
      code: 'CBT_NEEDS_NO_SNAPSHOT',
      severity: 'WARNING',
      message: `Changed block tracking of ${vm.name} is off and cannot be turned on while the machine has snapshots.`,
      remedy: 'Remove its snapshots; the next backup turns tracking on and later ones are incremental.',
    });
    return false;
  }
  try {
    await session.enableChangeTracking(vm.ref, signal);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (!isDriverError(error) || error.kind === 'transient') throw error;
    job.findings.add({
      code: 'CBT_NOT_ENABLED',
      severity: 'WARNING',
      message: `Changed block tracking of ${vm.name} could not be turned on: ${error.message}`,
      remedy: error.remedy,
    });
    return false;
  }
}
