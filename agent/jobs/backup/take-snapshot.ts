import { withDeadline } from '../../../base/abort.ts';
import { DriverError, HoldfastError, isDriverError } from '../../../base/errors.ts';
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

/** A guest gets up to 15 minutes to quiesce. */
const createWithinMs = 30 * 60_000;
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
  if (vm.powerState === 'SUSPENDED' && work.quiesce === 'REQUIRE') throw quiesceRequired(vm.name, suspended());
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
      const snapshot = await create(job, work, site, vm, true);
      // Without VMware Tools vSphere takes the snapshot all the same, and only says in it that nothing was quiesced.
      if (!snapshot.quiesced && work.quiesce === 'REQUIRE') throw notQuiesced();
      if (!snapshot.quiesced) addCrashConsistent(job, vm, notQuiesced());
      return snapshot;
    } catch (error) {
      if (!isDriverError(error) || error.code !== 'QUIESCE_FAILED') throw error;
      await removeJobSnapshots(job, site, vm.ref, work.jobId);
      if (work.quiesce === 'PREFER') {
        addCrashConsistent(job, vm, error);
        return undefined;
      }
      if (attempt >= quiesceTries) throw quiesceRequired(vm.name, error);
      await clock.sleep(betweenQuiesceTriesMs, job.lease.signal);
    }
  }
}

function addCrashConsistent(job: JobContext, vm: InventoryVm, cause: HoldfastError): void {
  job.findings.add({
    code: 'QUIESCE_FAILED',
    severity: 'WARNING',
    message: `The guest of ${vm.name} could not be quiesced; the recovery point is crash-consistent. ${cause.message}`,
    remedy: cause.remedy,
  });
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
  const snapshot = await withDeadline(
    { clock: job.gateway.tools.clock, ms: createWithinMs, what: 'Creating the snapshot', parent: job.lease.held },
    (signal) => site.session.createSnapshot(vm.ref, { ...markSnapshot(marker), quiesce }, signal),
  );
  job.lease.signal.throwIfAborted();
  return snapshot;
}

const suspended = () =>
  new HoldfastError({
    code: 'QUIESCE_FAILED',
    message: 'It is suspended, in the middle of what it was doing.',
    remedy: 'Resume or shut down the virtual machine, or back up without requiring a quiesced guest.',
    retryable: false,
  });

const notQuiesced = () =>
  new DriverError({
    kind: 'permanent',
    code: 'QUIESCE_FAILED',
    message: 'The vCenter took the snapshot without quiescing the guest.',
    remedy: 'Check that VMware Tools run in the guest, or back up without quiescing.',
  });

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
