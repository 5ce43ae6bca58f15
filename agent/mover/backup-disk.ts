import type { Clock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Extent } from '../../drivers/platform/contract.ts';
import type { DeviceAccess } from '../../drivers/transport/contract.ts';
import {
  type BlockEntry,
  type BlockMapRef,
  blockLength,
  ENTRIES_PER_PAGE,
  entriesInPage,
  leafCount,
  ZERO_ENTRY,
} from '../../repository/block-map.ts';
import { BlockMapReader } from '../../repository/block-map-reader.ts';
import { BlockMapWriter } from '../../repository/block-map-writer.ts';
import { BLOCK_SIZE } from '../../repository/chunk.ts';
import type { DiskStatistics } from '../../repository/manifest.ts';
import type { Vault } from '../../repository/vault.ts';
import { changedLeaves } from './changed-blocks.ts';
import type { BackupResult, BackupSetup, BackupTask, BlockWork } from './messages.ts';
import { PackUploader } from './pack-uploader.ts';
import { PageStore } from './page-store.ts';
import { type MoveProgress, type MoverStep, reportEverySecond, SharedCounters } from './progress.ts';
import { SharedIdSet } from './shared-id-set.ts';
import { recoverSpool } from './spool.ts';
import { WorkerPool } from './worker-pool.ts';

export interface BackupDiskOptions {
  readonly vault: Vault;
  readonly source: DeviceAccess;
  /** Ascending areas that may differ from the parent; undefined: everything is read and zeros are skipped. */
  readonly changedAreas?: AsyncIterable<Extent> | readonly Extent[];
  /** The disk's previous map, pinned by the job's vault session. Needed with `changedAreas`; otherwise it only saves work. */
  readonly parentMap?: BlockMapRef;
  readonly workers: number;
  /** Used by one call at a time; the same for each attempt at this disk, so that a re-run picks up complete packs. */
  readonly spoolDirectory: string;
  /** At most once a second, and once at the end. */
  readonly onProgress?: (progress: MoveProgress) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** For tests: called at named boundaries, awaited. */
  readonly onStep?: (step: MoverStep) => void | Promise<void>;
}

/** Blocks in one task: small enough to share 64 MiB between workers, and never across leaf pages. */
const BLOCKS_PER_TASK = 16;
/** Packs that may wait for their upload, beyond one a worker. */
const PACKS_WAITING = 2;

/**
 * Moves one disk into the vault. When it resolves, everything that the map leads to is durable and named by the index;
 * the caller then writes the manifest. Errors: DISK_IO_FAILED, PARENT_MAP_MISMATCH, CHANGED_AREAS_INVALID, those of the
 * store; when aborted, the signal's reason.
 */
export async function backupDisk(
  options: BackupDiskOptions,
): Promise<{ readonly mapRef: BlockMapRef; readonly statistics: DiskStatistics }> {
  const { vault, source, signal, clock } = options;
  const started = clock.monotonic();
  checkParent(options);
  await recoverSpool(vault, options.spoolDirectory, signal);

  const counters = new SharedCounters();
  const stop = new SharedArrayBuffer(4);
  await using uploader = new PackUploader({ vault, signal, ...(options.onStep && { onStep: options.onStep }) });
  using pages = new PageStore({
    vault,
    spoolDirectory: options.spoolDirectory,
    counters,
    onPack: (pack) => uploader.add(pack),
  });
  const setup: BackupSetup = {
    keys: vault.keys,
    diskPath: source.path,
    capacityBytes: source.capacityBytes,
    counters: counters.memory,
    stop,
    newIds: new SharedIdSet().memory,
    indexPath: vault.index.path,
    spoolDirectory: options.spoolDirectory,
  };
  await using pool = new WorkerPool<BackupTask, BackupResult>({
    module: 'backup-worker',
    workers: options.workers,
    setup,
    stop,
    onPack: (pack) => uploader.add(pack),
  });
  using _progress = reportEverySecond(clock, () => options.onProgress?.(counters.progress(source.capacityBytes)));
  const running = AbortSignal.any([signal, pool.failed, uploader.failed]);

  const map = new BlockMapWriter(source.capacityBytes, (page) => pages.store(page));
  let unchanged = 0;
  for await (const leaf of plannedLeaves(options, running)) {
    if (leaf.work.length === 0) {
      map.keepLeaf(leaf.leaf, leaf.keptId);
      unchanged += leaf.bytes;
      counters.add('done', leaf.bytes);
      continue;
    }
    const { entries } = leaf;
    let missing = leaf.work.length;
    const kept = leaf.bytes - leaf.workBytes;
    unchanged += kept;
    counters.add('done', kept);
    for (let from = 0; from < leaf.work.length; from += BLOCKS_PER_TASK) {
      const blocks = leaf.work.slice(from, from + BLOCKS_PER_TASK);
      await uploader.atMost(options.workers + PACKS_WAITING);
      await pool.dispatch({ blocks }, [], running, (result) => {
        for (const [index, { block }] of blocks.entries())
          entries[block % ENTRIES_PER_PAGE] = result.entries[index] ?? ZERO_ENTRY;
        missing -= blocks.length;
        if (missing === 0) map.putLeaf(leaf.leaf, entries);
      });
    }
  }
  await pool.finish(running);
  const mapRef = map.finish();
  pages.finish();
  await uploader.finish();
  await options.onStep?.('map-written');
  return {
    mapRef,
    statistics: {
      bytesTotal: source.capacityBytes,
      bytesRead: counters.get('read'),
      bytesZero: counters.get('zero'),
      bytesUnchanged: unchanged,
      bytesDeduplicated: counters.get('deduplicated'),
      bytesNew: counters.get('fresh'),
      bytesStored: counters.get('stored'),
      durationMs: Math.round(clock.monotonic() - started),
    },
  };
}

interface PlannedLeaf {
  readonly leaf: number;
  readonly bytes: number;
  readonly workBytes: number;
  /** Empty: the parent's page is taken over. */
  readonly work: readonly BlockWork[];
  readonly keptId: string | null;
  readonly entries: BlockEntry[];
}

/** Every leaf of the disk in order, with the blocks that have to be looked at. */
async function* plannedLeaves(options: BackupDiskOptions, signal: AbortSignal): AsyncIterable<PlannedLeaf> {
  const { vault, source, changedAreas, parentMap } = options;
  const { capacityBytes } = source;
  const parent = parentMap && new BlockMapReader(parentMap, (id) => vault.readChunk(id, signal));
  const bytesOf = (leaf: number) => {
    const first = leaf * ENTRIES_PER_PAGE * BLOCK_SIZE;
    return Math.min(ENTRIES_PER_PAGE * BLOCK_SIZE, capacityBytes - first);
  };

  const plan = async (leaf: number, changed: ReadonlyMap<number, number> | undefined): Promise<PlannedLeaf> => {
    const first = leaf * ENTRIES_PER_PAGE;
    const count = entriesInPage(capacityBytes, 0, leaf);
    const parentEntries = (await parent?.leaf(leaf, signal)) ?? null;
    const blocks = changed ? [...changed.keys()] : Array.from({ length: count }, (_, index) => first + index);
    return {
      leaf,
      bytes: bytesOf(leaf),
      workBytes: blocks.reduce((sum, block) => sum + blockLength(capacityBytes, block), 0),
      work: blocks.map((block) => ({
        block,
        parent: parentEntries?.[block % ENTRIES_PER_PAGE],
        changed: changed?.get(block),
      })),
      keptId: null,
      entries: Array.from({ length: count }, (_, index) => parentEntries?.[index] ?? ZERO_ENTRY),
    };
  };
  const keep = async (leaf: number): Promise<PlannedLeaf> => {
    const keptId = (await parent?.leafId(leaf, signal)) ?? null;
    return { leaf, bytes: bytesOf(leaf), workBytes: 0, work: [], keptId, entries: [] };
  };

  let next = 0;
  if (changedAreas)
    for await (const { leaf, blocks } of changedLeaves(changedAreas, capacityBytes)) {
      for (; next < leaf; next++) yield await keep(next);
      yield await plan(leaf, blocks);
      next = leaf + 1;
    }
  for (; next < leafCount(capacityBytes); next++) yield changedAreas ? await keep(next) : await plan(next, undefined);
}

function checkParent({ changedAreas, parentMap, source }: BackupDiskOptions): void {
  if (!changedAreas || parentMap?.capacityBytes === source.capacityBytes) return;
  throw new HoldfastError({
    code: 'PARENT_MAP_MISMATCH',
    message: parentMap
      ? `The previous map covers ${parentMap.capacityBytes} bytes, but the disk has ${source.capacityBytes}.`
      : 'Changed areas were given without the map that they are relative to.',
    remedy: 'Read the whole disk instead.',
    retryable: false,
  });
}
