import type { CleanupWork, Outcome } from '../../protocol/work.ts';
import type { JobContext } from './job-context.ts';
import { openJobSession } from './job-session.ts';
import { removeJobSnapshots } from './own-snapshots.ts';

/** Removes what an ended job had to leave behind. Opening the session detaches disks; the snapshots of that job go next. */
export async function runCleanup(job: JobContext, work: CleanupWork): Promise<Outcome> {
  job.progress.enter('CLEANUP');
  using site = await openJobSession(job, work);
  const { instanceUuid, biosUuid } = work.virtualMachine;
  const vm = await site.session.findVm({ instanceUuid, biosUuid }, job.lease.signal);
  // A deleted VM took its snapshots with it.
  if (vm) await removeJobSnapshots(job, site, vm.ref, work.ofJobId);
  const statistics = { bytesTotal: 0, bytesRead: 0, bytesZero: 0, bytesDeduplicated: 0, bytesStored: 0, durationMs: 0 };
  return { status: 'COMPLETE', findings: job.findings.list(), statistics, restoredVm: null };
}
