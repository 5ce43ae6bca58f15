import { HoldfastError, isDriverError } from '../../../base/errors.ts';
import type { InventoryVm, SnapshotDisk, SnapshotInfo } from '../../../drivers/platform/contract.ts';
import type { BackupWork } from '../../../protocol/work.ts';
import type { Manifest } from '../../../repository/manifest.ts';
import type { JobContext } from '../job-context.ts';
import type { JobSession } from '../job-session.ts';
import { removeJobSnapshots } from '../own-snapshots.ts';
import { markSnapshot } from '../snapshot-marker.ts';

/** The frozen state of a VM. */
export interface Capture {
  readonly snapshot: SnapshotInfo;
  readonly disks: readonly SnapshotDisk[];
  /** The level really reached. */
  readonly quiesce: Manifest['quiesce'];
}

const quiesceTries = 3;
const betweenQuiesceTriesMs = 5_000;

/**
 * Takes the job's snapshot. Change tracking that was just enabled on a running VM is believed after one more snapshot cycle (VMware's
 * Virtual Disk Development Kit guide, "Changed Block Tracking"): a first snapshot without any change id is removed and taken again.
 */
export async function takeSnapshot(
  job: JobContext,
  work: BackupWork,
  site: JobSession,
  vm: InventoryVm,
  isTracking: boolean,
): Promise<Capture> {
  const first = await capture(job, work, site, vm);
  if (!isTracking || first.disks.some((disk) => disk.changeId !== null)) return first;
  const { length } = await site.session.snapshots(vm.ref, job.lease.signal);
  if (length > 1) return first;
  job.logger.info({}, 'change tracking is not believable yet: one more snapshot cycle');
  await removeJobSnapshots(job, site, vm.ref, work.jobId);
  return capture(job, work, site, vm);
}

async function capture(job: JobContext, work: BackupWork, site: JobSession, vm: InventoryVm): Promise<Capture> {
  const isRunning = vm.powerState === 'POWERED_ON';
  const reached = isRunning && work.quiesce !== 'NONE' ? await quiesced(job, work, site, vm) : undefined;
  const snapshot = reached ?? (await create(job, work, site, vm, false));
  const disks = await site.session.snapshotDisks(snapshot.ref, job.lease.signal);
  const atRest = vm.powerState === 'POWERED_OFF' ? 'POWERED_OFF' : 'CRASH_CONSISTENT';
  return { snapshot, disks, quiesce: snapshot.quiesced && isRunning ? 'QUIESCED' : atRest };
}

/** Undefined: it could not be quiesced, and need not be. */
async function quiesced(
  job: JobContext,
  work: BackupWork,
  site: JobSession,
  vm: InventoryVm,
): Promise<SnapshotInfo | undefined> {
  const { clock } = job.gateway.tools;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await create(job, work, site, vm, true);
    } catch (error) {
      if (!isDriverError(error) || error.code !== 'QUIESCE_FAILED') throw error;
      await removeJobSnapshots(job, site, vm.ref, work.jobId);
      if (work.quiesce === 'PREFER') {
        job.findings.add({
          code: 'QUIESCE_FAILED',
          severity: 'WARNING',
          message: `The guest of ${vm.name} could not be quiesced; the recovery point is crash-consistent. ${error.message}`,
          remedy: error.remedy,
        });
        return undefined;
      }
      if (attempt >= quiesceTries) throw quiesceRequired(vm.name, error);
      await clock.sleep(betweenQuiesceTriesMs, job.lease.signal);
    }
  }
}

async function create(
  job: JobContext,
  work: BackupWork,
  site: JobSession,
  vm: InventoryVm,
  quiesce: boolean,
): Promise<SnapshotInfo> {
  const marker = { job: work.jobId, attempt: work.attemptId, gateway: job.gateway.record.gatewayId };
  // Not stopped by a cancel: a task that goes on in the vCenter would leave a snapshot after the clean-up.
  const snapshot = await site.session.createSnapshot(vm.ref, { ...markSnapshot(marker), quiesce }, job.lease.held);
  job.lease.signal.throwIfAborted();
  return snapshot;
}

const quiesceRequired = (vmName: string, cause: HoldfastError) =>
  new HoldfastError(
    {
      code: 'QUIESCE_FAILED',
      message: `The guest of ${vmName} could not be quiesced, and this job requires it. ${cause.message}`,
      remedy: cause.remedy,
      retryable: false,
    },
    { cause },
  );
