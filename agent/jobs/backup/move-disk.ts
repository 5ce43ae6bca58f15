import type { Extent, InventoryVm, SnapshotDisk } from '../../../drivers/platform/contract.ts';
import type { ReadAccess } from '../../../drivers/transport/contract.ts';
import type { BackupWork } from '../../../protocol/work.ts';
import type { ManifestDisk } from '../../../repository/manifest.ts';
import { spoolError } from '../../../repository/spool-error.ts';
import type { Vault } from '../../../repository/vault.ts';
import { backupDisk } from '../../mover/backup-disk.ts';
import type { StateDirectory } from '../../state/state-directory.ts';
import type { JobContext } from '../job-context.ts';
import type { JobSession } from '../job-session.ts';
import { knownError } from '../known-error.ts';
import { whileBusy } from '../while-busy.ts';
import { workersFor } from '../workers.ts';
import type { ReadPlan } from './parent-point.ts';
import type { Capture } from './take-snapshot.ts';

export interface MoveDiskOptions {
  readonly work: BackupWork;
  readonly vault: Vault;
  readonly site: JobSession;
  readonly vm: InventoryVm;
  readonly capture: Capture;
  readonly disk: SnapshotDisk;
  readonly plan: ReadPlan;
}

/** Times the changed areas are asked for before everything is read. */
const areaQueries = 2;
const betweenQueriesMs = 2_000;
/** What is wrong with the base of an increment, and not with the disk or the vault's store. */
const baseErrors = ['PARENT_MAP_MISMATCH', 'CHANGED_AREAS_INVALID', 'CHUNK_MISSING', 'VAULT_CORRUPT'];

/** Moves one frozen disk into the vault and describes it for the manifest. The disk is closed when this settles. */
export async function moveDisk(job: JobContext, options: MoveDiskOptions): Promise<ManifestDisk> {
  const { capture, disk, site, vm } = options;
  const { step } = job.gateway;
  const { uuid, fileName, datastore, capacityBytes } = disk;
  const source = {
    uuid,
    fileName,
    datastore,
    capacityBytes,
    key: disk.key,
    vm: vm.ref,
    snapshot: capture.snapshot.ref,
  };
  const { plan } = options;
  job.logger.info(
    {
      code: 'DISK_READING',
      disk: disk.label,
      capacityBytes,
      read: plan.mode,
      ...(plan.mode === 'FULL' && { reason: plan.reason }),
    },
    'a disk is being read',
  );
  const openAndMove = async (): Promise<Moved> => {
    // Not stopped by a cancel: an attach that goes on in the vCenter would keep the snapshot from being removed.
    await using open = await site.transport.openForRead(site.transportContext, source, job.lease.held);
    job.lease.signal.throwIfAborted();
    await step('disk-opened');
    return await move(job, options, open.access);
  };
  const moved = await whileBusy(job, openAndMove, () => job.progress.diskRestarted());
  job.progress.diskDone();
  const { read, statistics } = moved;
  job.logger.info({ code: 'DISK_READ', disk: disk.label, read: read.mode, ...statistics }, 'a disk is in the vault');
  await step('disk-closed');
  const { key, label, controllerKey, unitNumber, changeId } = disk;
  return { uuid, key, label, capacityBytes, controllerKey, unitNumber, changeId, datastore, ...moved };
}

type Moved = Pick<ManifestDisk, 'map' | 'read' | 'statistics'>;

async function move(job: JobContext, options: MoveDiskOptions, source: ReadAccess): Promise<Moved> {
  const { plan } = options;
  if (plan.mode === 'FULL') return readWhole(job, options, source, plan);
  for (let query = 1; ; query += 1) {
    const areas = new ChangedAreas(job, options, plan.changeId);
    try {
      const { mapRef, statistics } = await run(job, options, source, {
        changedAreas: areas,
        parentMap: plan.parentMap,
      });
      return { map: mapRef, statistics, read: { mode: 'CHANGED_AREAS', reason: null } };
    } catch (error) {
      job.lease.signal.throwIfAborted();
      const cause = knownError(areas.failure ?? error);
      if (!cause) throw error;
      if (areas.failure === undefined && !baseErrors.includes(cause.code)) throw cause;
      job.logger.warn({ code: cause.code, reason: cause.message }, 'no increment of this disk');
      job.progress.diskRestarted();
      if (cause.retryable && query < areaQueries) {
        await job.gateway.tools.clock.sleep(betweenQueriesMs, job.lease.signal);
        continue;
      }
      const reason = `The changed areas could not be used (${cause.code}): ${cause.message}`.slice(0, 1_000);
      return readWhole(job, options, source, { mode: 'FULL', reason });
    }
  }
}

async function readWhole(
  job: JobContext,
  options: MoveDiskOptions,
  source: ReadAccess,
  plan: Extract<ReadPlan, { mode: 'FULL' }>,
): Promise<Moved> {
  const read = { mode: 'FULL', reason: plan.reason } as const;
  try {
    const base = plan.parentMap ? { parentMap: plan.parentMap } : {};
    const { mapRef, statistics } = await run(job, options, source, base);
    return { map: mapRef, statistics, read };
  } catch (error) {
    job.lease.signal.throwIfAborted();
    // The old map only saves work here: a damaged one must not keep the disk from being read.
    if (!plan.parentMap || !baseErrors.includes(knownError(error)?.code ?? '')) throw error;
    job.progress.diskRestarted();
    const { mapRef, statistics } = await run(job, options, source, {});
    return { map: mapRef, statistics, read };
  }
}

async function run(
  job: JobContext,
  { work, vault, disk }: MoveDiskOptions,
  source: ReadAccess,
  base: Pick<Parameters<typeof backupDisk>[0], 'changedAreas' | 'parentMap'>,
) {
  const { tools, state, step, faults } = job.gateway;
  return backupDisk({
    vault,
    source,
    ...base,
    workers: workersFor(work.settings),
    turns: job.gateway.turns,
    spoolDirectory: await spoolOf(state, work.jobId, disk.uuid),
    onProgress: job.progress.move,
    onStep: step,
    faults,
    signal: job.lease.signal,
    clock: tools.clock,
    ids: tools.ids,
  });
}

async function spoolOf(state: StateDirectory, jobId: string, uuid: string): Promise<string> {
  try {
    return await state.spoolDirectory(jobId, uuid);
  } catch (error) {
    throw spoolError(error, state.path);
  }
}

/** The changed areas as the mover reads them; remembers when it was they that failed. */
class ChangedAreas implements AsyncIterable<Extent> {
  failure: unknown;
  readonly #job: JobContext;
  readonly #options: MoveDiskOptions;
  readonly #changeId: string;

  constructor(job: JobContext, options: MoveDiskOptions, changeId: string) {
    this.#job = job;
    this.#options = options;
    this.#changeId = changeId;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Extent> {
    const { site, vm, capture, disk } = this.#options;
    const query = {
      vm: vm.ref,
      snapshot: capture.snapshot.ref,
      diskKey: disk.key,
      capacityBytes: disk.capacityBytes,
      changeId: this.#changeId,
    };
    try {
      yield* site.session.changedAreas(query, this.#job.lease.signal);
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}
