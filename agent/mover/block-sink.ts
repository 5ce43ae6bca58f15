import type { WriteAccess } from '../../drivers/transport/contract.ts';
import { BlockRing } from './block-ring.ts';
import type { RestoreBlock, RestoreResult, WorkerDisk } from './messages.ts';
import { OrderedWriter } from './ordered-writer.ts';
import type { SharedCounters } from './progress.ts';

const BLOCKS_PER_TASK = 8;
/** They are what the memory of a stream's restore is made of. */
const STREAM_BLOCKS_PER_TASK = 4;
/** Tasks under way for each worker: being fetched, worked on, or waiting for their turn to be written. */
const STREAM_TASKS_PER_WORKER = 3;

/** A group of blocks with its place in the order, and who takes what the worker made of it. */
export interface PlacedGroup {
  readonly blocks: readonly RestoreBlock[];
  readonly onResult: (result: RestoreResult) => void;
}

/** Where the bytes of restored blocks go. Disposing ends what is being written. */
export interface BlockSink extends AsyncDisposable {
  /** Called in the disk's order; resolves when there is room for the group. */
  place(blocks: readonly RestoreBlock[], signal: AbortSignal): Promise<PlacedGroup>;
  /** Resolves when everything placed has been written for good. The workers are done by then. */
  finish(signal: AbortSignal): Promise<void>;
}

export interface PreparedSink {
  /** Where a worker puts a block's bytes. */
  readonly disk: WorkerDisk;
  readonly blocksPerGroup: number;
  /** `signal` ends every write, `onFailure` is told why one failed. */
  readonly openSink: (signal: AbortSignal, onFailure: (error: unknown) => void) => BlockSink;
}

/** Workers write a device by themselves; into a stream their verified bytes are written here, in the disk's order. */
export function prepareSink(
  target: WriteAccess,
  capacityBytes: number,
  workers: number,
  counters: SharedCounters,
): PreparedSink {
  if (target.kind === 'device')
    return { disk: { path: target.path }, blocksPerGroup: BLOCKS_PER_TASK, openSink: () => deviceSink };
  const ring = new BlockRing((Math.max(1, workers) * STREAM_TASKS_PER_WORKER + 1) * STREAM_BLOCKS_PER_TASK);
  return {
    disk: { ring: ring.memory },
    blocksPerGroup: STREAM_BLOCKS_PER_TASK,
    openSink: (signal, onFailure) => new OrderedWriter({ target, capacityBytes, ring, counters, signal, onFailure }),
  };
}

const deviceSink: BlockSink = {
  place: async (blocks) => ({ blocks, onResult: () => undefined }),
  finish: async () => undefined,
  [Symbol.asyncDispose]: async () => undefined,
};
