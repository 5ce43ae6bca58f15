import type { Clock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import type { WriteAccess } from '../../drivers/transport/contract.ts';
import type { BlockMapRef } from '../../repository/block-map.ts';
import type { Vault } from '../../repository/vault.ts';
import { type PlacedGroup, prepareSink } from './block-sink.ts';
import { fetchChunks } from './chunk-fetcher.ts';
import type { RestoreResult, RestoreSetup, RestoreTask } from './messages.ts';
import { plannedBlocks } from './planned-blocks.ts';
import { type MoveProgress, reportEverySecond, SharedCounters } from './progress.ts';
import { WorkerPool } from './worker-pool.ts';
import type { WorkerTurns } from './worker-turns.ts';

export interface RestoreDiskOptions {
  readonly vault: Vault;
  readonly mapRef: BlockMapRef;
  /** At least as large as the map's capacity. */
  readonly target: WriteAccess;
  /** True for a new disk that reads as zeros, as a stream's always does: zeros are then not written, and it stays thin. */
  readonly targetIsZeroed: boolean;
  readonly workers: number;
  /** How many of the workers of all disks may work at the same time; absent: all of them. */
  readonly turns?: WorkerTurns;
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

/** Tasks fetched ahead for each worker. */
const FETCHES_PER_WORKER = 2;

/**
 * Writes a disk as it was, every byte checked against its map. Resolves when it is flushed to the device, or the stream has taken all of it. Errors: VAULT_CORRUPT, CHUNK_MISSING,
 * DISK_IO_FAILED, TARGET_TOO_SMALL, those of the store; when aborted, the signal's reason.
 */
export async function restoreDisk(options: RestoreDiskOptions): Promise<{ readonly statistics: RestoreStatistics }> {
  const { vault, mapRef, target, signal, clock } = options;
  const { capacityBytes } = mapRef;
  const started = clock.monotonic();
  if (target.capacityBytes < capacityBytes) throw tooSmall(target.capacityBytes, capacityBytes);

  const counters = new SharedCounters();
  const stop = new SharedArrayBuffer(4);
  const { disk, blocksPerGroup, openSink } = prepareSink(target, capacityBytes, options.workers, counters);
  const isZeroed = options.targetIsZeroed || target.kind === 'writeStream';
  const setup: RestoreSetup = {
    keys: vault.keys,
    disk,
    capacityBytes,
    counters: counters.memory,
    stop,
    targetIsZeroed: isZeroed,
  };
  await using pool = new WorkerPool<RestoreTask, RestoreResult>({
    module: 'restore-worker',
    workers: options.workers,
    setup,
    stop,
    turns: options.turns,
  });
  using _progress = reportEverySecond(clock, () => options.onProgress?.(counters.progress(capacityBytes)));
  const failure = new AbortController();
  const running = AbortSignal.any([signal, pool.failed, failure.signal]);
  await using sink = openSink(running, (error) => failure.abort(error));

  const fetches = new Set<Promise<void>>();
  const send = async ({ blocks, onResult }: PlacedGroup) => {
    const entries = blocks.map(({ entry }) => entry);
    const { buffers, chunks } = await fetchChunks(vault.store, vault.index, entries, running);
    const transfer = buffers.map(({ buffer }) => buffer);
    await pool.dispatch({ blocks, buffers, chunks }, transfer, running, onResult);
  };
  try {
    for await (const blocks of plannedBlocks({ vault, mapRef, isZeroed, blocksPerGroup, counters }, running)) {
      const placed = await sink.place(blocks, running);
      while (fetches.size >= options.workers * FETCHES_PER_WORKER) await Promise.race(fetches);
      running.throwIfAborted();
      const fetch: Promise<void> = send(placed)
        .catch((error: unknown) => failure.abort(error))
        .finally(() => fetches.delete(fetch));
      fetches.add(fetch);
    }
    await Promise.all(fetches);
    await pool.finish(running);
    await sink.finish(running);
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

function tooSmall(has: number, needs: number): HoldfastError {
  return new HoldfastError({
    code: 'TARGET_TOO_SMALL',
    message: `The target disk has ${has} bytes, but the recovery point needs ${needs}.`,
    remedy: 'Restore to a disk that is at least as large.',
    retryable: false,
  });
}
