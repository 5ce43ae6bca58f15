import type { Clock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import type { DeviceAccess } from '../../drivers/transport/contract.ts';
import {
  type BlockEntry,
  type BlockMapRef,
  blockLength,
  ENTRIES_PER_PAGE,
  entriesInPage,
  ZERO_ENTRY,
} from '../../repository/block-map.ts';
import { BlockMapReader } from '../../repository/block-map-reader.ts';
import type { Vault } from '../../repository/vault.ts';
import { fetchChunks } from './chunk-fetcher.ts';
import type { RestoreSetup, RestoreTask } from './messages.ts';
import { type MoveProgress, reportEverySecond, SharedCounters } from './progress.ts';
import { WorkerPool } from './worker-pool.ts';

export interface RestoreDiskOptions {
  readonly vault: Vault;
  readonly mapRef: BlockMapRef;
  /** At least as large as the map's capacity. */
  readonly target: DeviceAccess;
  /** True for a new disk that reads as zeros: zeros are then not written, and it stays thin. */
  readonly targetIsZeroed: boolean;
  readonly workers: number;
  /** At most once a second, and once at the end. */
  readonly onProgress?: (progress: MoveProgress) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export interface RestoreStatistics {
  readonly bytesTotal: number;
  /** Zeros of the map; written only where the target was not zeroed. */
  readonly bytesZero: number;
  /** Bytes of chunks read from packs. */
  readonly bytesFetched: number;
  readonly durationMs: number;
}

const BLOCKS_PER_TASK = 8;
/** Tasks fetched ahead for each worker. */
const FETCHES_PER_WORKER = 2;

/**
 * Writes a disk as it was, every byte checked against its map. Resolves when it is flushed to the device. Errors: VAULT_CORRUPT, CHUNK_MISSING,
 * DISK_IO_FAILED, TARGET_TOO_SMALL, those of the store; when aborted, the signal's reason.
 */
export async function restoreDisk(options: RestoreDiskOptions): Promise<{ readonly statistics: RestoreStatistics }> {
  const { vault, mapRef, target, signal, clock } = options;
  const { capacityBytes } = mapRef;
  const started = clock.monotonic();
  if (target.capacityBytes < capacityBytes) throw tooSmall(target.capacityBytes, capacityBytes);

  const counters = new SharedCounters();
  const stop = new SharedArrayBuffer(4);
  const setup: RestoreSetup = {
    keys: vault.keys,
    diskPath: target.path,
    capacityBytes,
    counters: counters.memory,
    stop,
    targetIsZeroed: options.targetIsZeroed,
  };
  await using pool = new WorkerPool<RestoreTask, undefined>({
    module: 'restore-worker',
    workers: options.workers,
    setup,
    stop,
  });
  using _progress = reportEverySecond(clock, () => options.onProgress?.(counters.progress(capacityBytes)));
  const failure = new AbortController();
  const running = AbortSignal.any([signal, pool.failed, failure.signal]);

  const fetches = new Set<Promise<void>>();
  const send = async (blocks: RestoreTask['blocks']) => {
    const entries = blocks.map(({ entry }) => entry);
    const { buffers, chunks } = await fetchChunks(vault.store, vault.index, entries, running);
    const transfer = buffers.map(({ buffer }) => buffer);
    await pool.dispatch({ blocks, buffers, chunks }, transfer, running, () => undefined);
  };
  try {
    for await (const blocks of plannedBlocks(options, counters, running)) {
      while (fetches.size >= options.workers * FETCHES_PER_WORKER) await Promise.race(fetches);
      running.throwIfAborted();
      const fetch: Promise<void> = send(blocks)
        .catch((error: unknown) => failure.abort(error))
        .finally(() => fetches.delete(fetch));
      fetches.add(fetch);
    }
    await Promise.all(fetches);
    await pool.finish(running);
  } finally {
    await Promise.all(fetches);
  }
  return {
    statistics: {
      bytesTotal: capacityBytes,
      bytesZero: counters.get('zero'),
      bytesFetched: counters.get('read'),
      durationMs: Math.round(clock.monotonic() - started),
    },
  };
}

/** The blocks to write, in order and in groups. */
async function* plannedBlocks(
  { vault, mapRef, targetIsZeroed }: RestoreDiskOptions,
  counters: SharedCounters,
  signal: AbortSignal,
): AsyncIterable<RestoreTask['blocks']> {
  const { capacityBytes } = mapRef;
  const reader = new BlockMapReader(mapRef, (id) => vault.readChunk(id, signal));
  let group: { readonly block: number; readonly entry: BlockEntry }[] = [];
  for (let leaf = 0; leaf < reader.leafCount; leaf++) {
    const entries = await reader.leaf(leaf, signal);
    for (let index = 0; index < entriesInPage(capacityBytes, 0, leaf); index++) {
      const block = leaf * ENTRIES_PER_PAGE + index;
      const entry = entries?.[index] ?? ZERO_ENTRY;
      if (entry.shape === 'zero') counters.add('zero', blockLength(capacityBytes, block));
      if (entry.shape === 'zero' && targetIsZeroed) {
        counters.add('done', blockLength(capacityBytes, block));
        continue;
      }
      group.push({ block, entry });
      if (group.length < BLOCKS_PER_TASK) continue;
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}

function tooSmall(has: number, needs: number): HoldfastError {
  return new HoldfastError({
    code: 'TARGET_TOO_SMALL',
    message: `The target disk has ${has} bytes, but the recovery point needs ${needs}.`,
    remedy: 'Restore to a disk that is at least as large.',
    retryable: false,
  });
}
