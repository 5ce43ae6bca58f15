import type { InventoryVm, VmConfiguration } from '../../../drivers/platform/contract.ts';
import type { BackupWork, Outcome } from '../../../protocol/work.ts';
import type { Manifest, ManifestDisk } from '../../../repository/manifest.ts';
import type { Vault } from '../../../repository/vault.ts';
import type { JobContext } from '../job-context.ts';
import { type JobSession, openJobSession } from '../job-session.ts';
import { openJobVault } from '../open-job-vault.ts';
import { reapSnapshots, removeJobSnapshots } from '../own-snapshots.ts';
import { ensureChangeTracking } from './change-tracking.ts';
import { commitPoint, findEarlierManifest, type StoredManifest, statisticsOf, storeManifest } from './commit-point.ts';
import { locateVm, skipObstructedDisks } from './locate-vm.ts';
import { moveDisk } from './move-disk.ts';
import { loadParent, planRead } from './parent-point.ts';
import { type Capture, takeSnapshot } from './take-snapshot.ts';

/**
 * One attempt at a backup. Whatever happens between the snapshot and its removal, the removal is tried; only an attempt that is lost
 * leaves its snapshot to the next one.
 */
export async function runBackup(job: JobContext, work: BackupWork): Promise<Outcome> {
  const { gateway, lease, findings, progress } = job;
  await gateway.step('backup-claimed');
  using site = await openJobSession(job, work);
  const vm = await locateVm(job, work, site);
  await gateway.step('located');
  job.logger.info({ code: 'VM_FOUND', vm: vm.name, path: vm.path }, 'the virtual machine was found');
  await reapSnapshots(job, site, vm.ref);
  await gateway.step('reaped');
  const skipped = skipObstructedDisks(job, vm);

  await using opened = await openJobVault(job, work, site, work.parent ? [work.parent.recoveryPointId] : []);
  const { vault } = opened;
  let stored = await findEarlierManifest(job, work, vault);
  if (stored) {
    progress.enter('COMMIT');
    await commitPoint(job, work, vault, stored);
    await removeSnapshot(job, work, site, vm);
  } else {
    const snapshot = { isBegun: false };
    try {
      stored = await makePoint(job, work, site, vm, vault, skipped, snapshot);
    } finally {
      if (snapshot.isBegun) await removeSnapshot(job, work, site, vm);
    }
  }
  await gateway.step('snapshot-removed');
  lease.held.throwIfAborted();
  await gateway.step('backup-completing');
  return {
    status: skipped.size > 0 ? 'PARTIAL_COMPLETE' : 'COMPLETE',
    findings: findings.list(),
    statistics: statisticsOf(stored.manifest),
    restoredVm: null,
  };
}

/** From the snapshot to the commit. */
async function makePoint(
  job: JobContext,
  work: BackupWork,
  site: JobSession,
  vm: InventoryVm,
  vault: Vault,
  skipped: ReadonlySet<string>,
  snapshot: { isBegun: boolean },
): Promise<StoredManifest> {
  const { gateway, lease, progress } = job;
  const { step } = gateway;
  const isTracking = await ensureChangeTracking(job, site.session, vm);
  await step('change-tracking-enabled');
  const parent = await loadParent(job, work, vault);
  const configuration = await site.session.vmConfiguration(vm.ref, lease.signal);

  progress.enter('SNAPSHOT');
  await step('snapshot-creating');
  snapshot.isBegun = true;
  const capture = await takeSnapshot(job, work, site, vm, isTracking && site.transport.capabilities.randomRead);
  await step('snapshot-created');
  job.logger.info(
    { code: 'SNAPSHOT_TAKEN', snapshot: capture.snapshot.name, quiesce: capture.quiesce },
    'the snapshot was taken',
  );

  progress.enter('TRANSFER');
  const frozen = capture.disks.filter((disk) => !skipped.has(disk.uuid));
  progress.expect(frozen.reduce((sum, disk) => sum + disk.capacityBytes, 0));
  const disks: ManifestDisk[] = [];
  for (const disk of frozen) {
    const plan = planRead(parent, disk, site.transport);
    disks.push(await moveDisk(job, { work, vault, site, vm, capture, disk, plan }));
  }

  progress.enter('COMMIT');
  const stored = await storeManifest(job, vault, describe(job, work, vm, capture, disks, configuration));
  await step('manifest-put');
  await commitPoint(job, work, vault, stored);
  job.logger.info({ code: 'COMMITTED', kind: stored.manifest.kind }, 'the recovery point is valid');
  return stored;
}

function describe(
  job: JobContext,
  work: BackupWork,
  vm: InventoryVm,
  capture: Capture,
  disks: ManifestDisk[],
  configuration: VmConfiguration,
): Manifest {
  const isIncrement = disks.some((disk) => disk.read.mode === 'CHANGED_AREAS');
  return {
    version: 1,
    vaultId: work.vault.vaultId,
    vm: {
      id: work.virtualMachine.virtualMachineId,
      instanceUuid: vm.instanceUuid,
      biosUuid: vm.biosUuid,
      name: vm.name,
    },
    jobId: work.jobId,
    attempt: work.fence,
    createdAt: capturedAt(capture, job),
    configuration: plainConfiguration(configuration),
    quiesce: capture.quiesce,
    kind: isIncrement ? 'INCREMENTAL' : 'FULL',
    kindReason: isIncrement ? null : (disks[0]?.read.reason ?? null),
    disks,
  };
}

/** The platform's read-only lists as the manifest's own. */
function plainConfiguration({ networks, controllers, ...rest }: VmConfiguration): Manifest['configuration'] {
  return {
    ...rest,
    networks: [...networks],
    ...(controllers && { controllers: controllers.map((controller) => ({ ...controller })) }),
  };
}

/** The vCenter's clock says when the snapshot was made; without a usable answer ours does. */
function capturedAt({ snapshot }: Capture, job: JobContext): string {
  const told = Date.parse(snapshot.createdAt);
  return new Date(Number.isNaN(told) ? job.gateway.tools.clock.now() : told).toISOString();
}

/** Never throws: a snapshot that stays is a finding, and a cleanup job's work. */
async function removeSnapshot(job: JobContext, work: BackupWork, site: JobSession, vm: InventoryVm): Promise<void> {
  if (job.lease.held.aborted) return;
  job.progress.enter('CLEANUP');
  try {
    await removeJobSnapshots(job, site, vm.ref, work.jobId);
    job.logger.info({ code: 'SNAPSHOT_REMOVED' }, 'the snapshot was removed');
  } catch (error) {
    if (job.lease.held.aborted) return;
    job.logger.error({ err: error }, "the job's snapshot could not be removed");
    job.findings.add({
      code: 'SNAPSHOT_LEFT',
      severity: 'ERROR',
      message: `The snapshot holdfast-${work.jobId} of ${vm.name} could not be removed and grows. ${error instanceof Error ? error.message : ''}`,
      remedy:
        'A cleanup job tries again; if that fails too, remove the snapshot in the vCenter and consolidate the disks.',
    });
  }
}
