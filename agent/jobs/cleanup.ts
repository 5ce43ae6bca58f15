import { HoldfastError, isDriverError } from '../../base/errors.ts';
import type { Finding } from '../../protocol/primitives.ts';
import type { CleanupWork, Outcome } from '../../protocol/work.ts';
import type { JobContext } from './job-context.ts';
import { openJobSession } from './job-session.ts';
import { removeJobSnapshots } from './own-snapshots.ts';
import { findFinishedVm } from './restore/finished-vm.ts';
import { removeHalfMadeVms } from './restore/half-made-vms.ts';

/**
 * Removes what an ended job had to leave behind. Opening the session detaches disks; the snapshots of that job, and the VM it did not finish
 * restoring, go next.
 */
export async function runCleanup(job: JobContext, work: CleanupWork): Promise<Outcome> {
  job.progress.enter('CLEANUP');
  try {
    using site = await openJobSession(job, work);
    const { instanceUuid, biosUuid } = work.virtualMachine;
    const vm = await site.session.findVm({ instanceUuid, biosUuid }, job.lease.signal);
    // A deleted VM took its snapshots with it.
    if (vm) await removeJobSnapshots(job, site, vm.ref, work.ofJobId, true);
    await removeHalfMadeVms(job, site.session, work.ofJobId, job.lease.signal);
    const finished = await findFinishedVm(site.session, work.ofJobId, job.lease.signal);
    if (finished) job.findings.add(restoredUntold(finished.name));
  } catch (error) {
    throw worthAnotherTry(error);
  }
  const statistics = { bytesTotal: 0, bytesRead: 0, bytesZero: 0, bytesDeduplicated: 0, bytesStored: 0, durationMs: 0 };
  return { status: 'COMPLETE', findings: job.findings.list(), statistics, restoredVm: null };
}

/** It may be in use by now: whether it goes is for a person to say. */
function restoredUntold(name: string): Finding {
  return {
    code: 'VM_RESTORED',
    severity: 'WARNING',
    message: `The virtual machine ${name} had been restored whole before the job that made it ended otherwise, and was left.`,
    remedy: 'Use it, or delete it in the vCenter.',
  };
}

/**
 * What stands in the way today, another product's lock, a full datastore or an expired password, may be gone tomorrow: the control plane
 * bounds the tries. A refused password is not sent again by them.
 */
function worthAnotherTry(error: unknown): unknown {
  if (!isDriverError(error) || error.kind === 'transient') return error;
  const { code, message, remedy } = error;
  return new HoldfastError({ code, message, remedy, retryable: true }, { cause: error });
}
