import type { Clock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import type { FaultPlan } from '../../base/fault-plan.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Extent } from '../../drivers/platform/contract.ts';
import type { ReadAccess } from '../../drivers/transport/contract.ts';
import { type BlockMapRef, blockLength, ENTRIES_PER_PAGE, ZERO_ENTRY } from '../../repository/block-map.ts';
import { BlockMapWriter } from '../../repository/block-map-writer.ts';
import type { DiskStatistics } from '../../repository/manifest.ts';
import type { Vault } from '../../repository/vault.ts';
import { prepareFeed } from './block-feed.ts';
import type { BackupResult, BackupSetup, BackupTask } from './messages.ts';
import { PackUploader } from './pack-uploader.ts';
import { PageStore } from './page-store.ts';
import { plannedLeaves } from './planned-leaves.ts';
import { type MoveProgress, type MoverStep, reportEverySecond, SharedCounters } from './progress.ts';
import { SharedIdSet } from './shared-id-set.ts';
import { recoverSpool } from './spool.ts';
import { WorkerPool } from './worker-pool.ts';
import type { WorkerTurns } from './worker-turns.ts';

export interface BackupDiskOptions {
  readonly vault: Vault;
  readonly source: ReadAccess;
  /** Ascending areas that may differ from the parent; undefined: everything is read and zeros are skipped. Never with a stream. */
  readonly changedAreas?: AsyncIterable<Extent> | readonly Extent[];
  /** The disk's previous map, pinned by the job's vault session. Needed with `changedAreas`; otherwise it only saves work. */
  readonly parentMap?: BlockMapRef;
  readonly workers: number;
  /** How many of the workers of all disks may work at the same time; absent: all of them. */
  readonly turns?: WorkerTurns;
  /** Used by one call at a time; the same for each attempt at this disk, so that a re-run picks up complete packs. */
  readonly spoolDirectory: string;
  /** At most once a second, and once at the end. */
  readonly onProgress?: (progress: MoveProgress) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** For tests: called at named boundaries, awaited. */
  readonly onStep?: (step: MoverStep) => void | Promise<void>;
  /** For tests: what happens to the spool. */
  readonly faults?: FaultPlan;
}

/** Packs that may wait for their upload, beyond one a worker. */
const PACKS_WAITING = 2;

/**
 * Moves one disk into the vault. When it resolves, everything that the map leads to is durable and named by the index;
 * the caller then writes the manifest. Errors: DISK_IO_FAILED, CORRUPT_STREAM and whatever a stream throws, PARENT_MAP_MISMATCH, CHANGED_AREAS_INVALID, those of the
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
    faults: options.faults,
    onPack: (pack) => uploader.add(pack),
  });
  const { disk, openFeed } = prepareFeed(source, options.workers);
  const setup: BackupSetup = {
    keys: vault.keys,
    disk,
    capacityBytes: source.capacityBytes,
    counters: counters.memory,
    stop,
    newIds: new SharedIdSet().memory,
    indexPath: vault.index.path,
    spoolDirectory: options.spoolDirectory,
    faults: options.faults?.share() ?? [],
  };
  await using pool = new WorkerPool<BackupTask, BackupResult>({
    module: 'backup-worker',
    workers: options.workers,
    setup,
    stop,
    onPack: (pack) => uploader.add(pack),
    turns: options.turns,
  });
  using _progress = reportEverySecond(clock, () => options.onProgress?.(counters.progress(source.capacityBytes)));
  const running = AbortSignal.any([signal, pool.failed, uploader.failed]);
  await using feed = openFeed(running);

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
    const settle = (blocks: number) => {
      missing -= blocks;
      if (missing === 0) map.putLeaf(leaf.leaf, entries);
    };
    for await (const { blocks, zeros } of feed.feed(leaf.work)) {
      for (const { block } of zeros) {
        entries[block % ENTRIES_PER_PAGE] = ZERO_ENTRY;
        for (const counter of ['read', 'done', 'zero'] as const)
          counters.add(counter, blockLength(source.capacityBytes, block));
      }
      if (zeros.length > 0) settle(zeros.length);
      if (blocks.length === 0) continue;
      await uploader.atMost(options.workers + PACKS_WAITING, running);
      await pool.dispatch({ blocks }, [], running, (result) => {
        feed.done(blocks);
        for (const [index, { block }] of blocks.entries())
          entries[block % ENTRIES_PER_PAGE] = result.entries[index] ?? ZERO_ENTRY;
        settle(blocks.length);
      });
    }
  }
  await feed.end();
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

function checkParent({ changedAreas, parentMap, source }: BackupDiskOptions): void {
  if (changedAreas && source.kind === 'readStream')
    throw new TypeError('A stream is read whole, not by changed areas.');
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
