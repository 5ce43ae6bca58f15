import { HoldfastError } from '../../../base/errors.ts';
import type { InventoryDisk, InventoryVm } from '../../../drivers/platform/contract.ts';
import type { NewVm } from '../../../drivers/transport/contract.ts';
import type { Outcome, RestoreWork, TransferStatistics } from '../../../protocol/work.ts';
import type { Manifest, ManifestDisk } from '../../../repository/manifest.ts';
import type { Vault } from '../../../repository/vault.ts';
import { restoreDisk } from '../../mover/restore-disk.ts';
import type { JobContext } from '../job-context.ts';
import { type JobSession, openJobSession } from '../job-session.ts';
import { openJobVault } from '../open-job-vault.ts';
import { whileBusy } from '../while-busy.ts';
import { workersFor } from '../workers.ts';
import { createRestoredVm } from './create-restored-vm.ts';
import { findFinishedVm, markFinished } from './finished-vm.ts';
import { removeHalfMadeVms } from './half-made-vms.ts';

/** One attempt at restoring a recovery point to a new VM. A VM that does not get finished is removed again. */
export async function runRestore(job: JobContext, work: RestoreWork): Promise<Outcome> {
  const { gateway, lease, progress } = job;
  const { step } = gateway;
  await step('restore-claimed');
  using site = await openJobSession(job, work);
  assertCanWrite(site);
  await using opened = await openJobVault(job, work, site, [work.recoveryPoint.recoveryPointId]);
  const { vault } = opened;
  const { manifestKey, manifestHash } = work.recoveryPoint;
  const { manifest } = await vault.readManifest(manifestKey, lease.signal, manifestHash);
  await step('manifest-read');
  await removeHalfMadeVms(job, site.session, work.jobId, lease.signal);
  await step('leftovers-removed');
  const earlier = await findFinishedVm(site.session, work.jobId, lease.signal);
  if (earlier) return complete(job, earlier, { ...nothingMoved, bytesTotal: capacityOf(manifest) });

  try {
    await using made = await createRestoredVm(job, work, site, manifest);
    await step('vm-created');
    job.logger.info({ code: 'VM_MADE', vm: made.vm.name }, 'the new virtual machine was made');
    progress.enter('TRANSFER');
    const statistics = await writeDisks(job, work, vault, manifest, made);
    await made.finish(lease.signal);
    await step('vm-finished');
    job.logger.info({ code: 'VM_FINISHED', vm: made.vm.name }, 'the new virtual machine is complete');
    await markFinished(job, site.session, made.vm.ref, work.jobId);
    await step('restore-completing');
    return complete(job, made.vm, statistics);
  } catch (error) {
    await discard(job, work, site);
    throw error;
  }
}

function complete(job: JobContext, vm: InventoryVm, statistics: TransferStatistics): Outcome {
  const { name, instanceUuid, biosUuid } = vm;
  return {
    status: 'COMPLETE',
    findings: job.findings.list(),
    statistics,
    restoredVm: { name, instanceUuid, biosUuid },
  };
}

/** The attempt that moved it did not come to tell. */
const nothingMoved = { bytesRead: 0, bytesZero: 0, bytesDeduplicated: 0, bytesStored: 0, durationMs: 0 };

function capacityOf({ disks }: Manifest): number {
  return disks.reduce((sum, disk) => sum + disk.capacityBytes, 0);
}

async function writeDisks(
  job: JobContext,
  work: RestoreWork,
  vault: Vault,
  manifest: Manifest,
  made: NewVm,
): Promise<TransferStatistics> {
  const { gateway, lease, progress } = job;
  const { step, tools } = gateway;
  const started = tools.clock.monotonic();
  progress.expect(capacityOf(manifest));
  for (const { source, target } of pairDisks(manifest, made.vm)) {
    const { uuid, fileName, datastore, capacityBytes } = target;
    const disk = { uuid, fileName, datastore, capacityBytes };
    const write = async () => {
      await using open = await made.openForWrite(disk, lease.held);
      lease.signal.throwIfAborted();
      await step('restore-disk-opened');
      await restoreDisk({
        vault,
        mapRef: source.map,
        target: open.access,
        targetIsZeroed: true,
        workers: workersFor(work.settings),
        turns: gateway.turns,
        onProgress: progress.move,
        signal: lease.signal,
        clock: tools.clock,
      });
      await step('restore-disk-written');
    };
    await whileBusy(job, write, () => progress.diskRestarted());
    progress.diskDone();
    job.logger.info({ code: 'DISK_WRITTEN', disk: source.label, capacityBytes }, 'a disk was written');
    await step('restore-disk-closed');
  }
  const moved = lease.progress;
  return {
    bytesTotal: moved?.bytesTotal ?? 0,
    bytesRead: moved?.bytesRead ?? 0,
    bytesZero: moved?.bytesZero ?? 0,
    bytesDeduplicated: moved?.bytesDeduplicated ?? 0,
    bytesStored: moved?.bytesStored ?? 0,
    durationMs: Math.round(tools.clock.monotonic() - started),
  };
}

/** The recovery point's disks and the new VM's, both in the order of their controllers and units. */
export function pairDisks(
  manifest: Pick<Manifest, 'disks'>,
  vm: Pick<InventoryVm, 'name' | 'disks'>,
): { readonly source: ManifestDisk; readonly target: InventoryDisk }[] {
  const sources = manifest.disks.toSorted((a, b) => a.controllerKey - b.controllerKey || a.unitNumber - b.unitNumber);
  // Not by their own keys: those of IDE disks (from 3000) are above those of SCSI disks (from 2000), unlike those of the controllers.
  const targets = vm.disks.toSorted(
    (a, b) =>
      (a.controllerKey ?? 0) - (b.controllerKey ?? 0) || (a.unitNumber ?? 0) - (b.unitNumber ?? 0) || a.key - b.key,
  );
  return sources.map((source, index) => {
    const target = targets[index];
    if (target && targets.length === sources.length && target.capacityBytes === source.capacityBytes)
      return { source, target };
    throw new HoldfastError({
      code: 'RESTORED_VM_UNEXPECTED',
      message: `The new virtual machine ${vm.name} does not have the disks that were asked for.`,
      remedy: 'Try again; if it happens again, restore to another datastore.',
      retryable: true,
    });
  });
}

function assertCanWrite({ transport }: JobSession): void {
  if (transport.capabilities.write !== 'none') return;
  throw new HoldfastError({
    code: 'NOT_ON_THIS_PLATFORM',
    message: `The transport ${transport.name} cannot write disks.`,
    remedy: 'Restore through a gateway whose transport can write, such as hotadd.',
    retryable: false,
  });
}

/** The disks are detached by now. What cannot be removed is a finding, and the next attempt tries again. */
async function discard(job: JobContext, work: RestoreWork, site: JobSession): Promise<void> {
  if (job.lease.held.aborted) return;
  job.progress.enter('CLEANUP');
  try {
    await site.transport.reap(site.transportContext, job.lease.held);
    await removeHalfMadeVms(job, site.session, work.jobId, job.lease.held);
  } catch (error) {
    if (job.lease.held.aborted) return;
    job.logger.error({ err: error }, 'the half-made VM could not be removed');
    job.findings.add({
      code: 'VM_LEFT',
      severity: 'WARNING',
      message: `The unfinished virtual machine ${work.target.vmName} could not be removed. ${error instanceof Error ? error.message : ''}`,
      remedy: 'Delete it in the vCenter.',
    });
  }
}
