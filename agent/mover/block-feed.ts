import type { ReadAccess } from '../../drivers/transport/contract.ts';
import { BlockRing } from './block-ring.ts';
import type { BlockWork, WorkerDisk } from './messages.ts';
import { StreamBlocks } from './stream-blocks.ts';
import { TASKS_PER_WORKER } from './worker-pool.ts';

/** Blocks in one task that the worker reads itself: small enough to share 64 MiB between workers, and never across leaf pages. */
const BLOCKS_PER_TASK = 16;
/** Blocks in one task that brings its bytes along: they are what the memory of a stream's backup is made of. */
const STREAM_BLOCKS_PER_TASK = 4;

/** What a task is made of, and the blocks before it that need none because they are known to be zeros. */
export interface Feed {
  readonly blocks: readonly BlockWork[];
  readonly zeros: readonly BlockWork[];
}

/** How blocks reach the workers. */
export interface BlockFeed extends AsyncDisposable {
  /** Work in ascending order, within a call and from call to call. */
  feed(work: readonly BlockWork[]): AsyncIterable<Feed>;
  /** The task is done, and its bytes are needed no more. */
  done(blocks: readonly BlockWork[]): void;
  /** Resolves when nothing follows the last block. */
  end(): Promise<void>;
}

export interface PreparedFeed {
  /** Where a worker finds a block's bytes. */
  readonly disk: WorkerDisk;
  /** `signal` ends every wait for the stream. */
  readonly openFeed: (signal: AbortSignal) => BlockFeed;
}

/** Workers read a device by themselves; the bytes of a stream are brought to them, in memory bounded by their number. */
export function prepareFeed(source: ReadAccess, workers: number): PreparedFeed {
  if (source.kind === 'device') return { disk: { path: source.path }, openFeed: () => deviceFeed };
  // What the workers have and what waits for them, and one task that is being filled.
  const ring = new BlockRing((Math.max(1, workers) * TASKS_PER_WORKER + 1) * STREAM_BLOCKS_PER_TASK);
  return {
    disk: { ring: ring.memory },
    openFeed: (signal) => new StreamFeed(new StreamBlocks(source, ring, signal), ring),
  };
}

const deviceFeed: BlockFeed = {
  async *feed(work) {
    for (let from = 0; from < work.length; from += BLOCKS_PER_TASK)
      yield { blocks: work.slice(from, from + BLOCKS_PER_TASK), zeros: [] };
  },
  done: () => undefined,
  end: async () => undefined,
  [Symbol.asyncDispose]: async () => undefined,
};

class StreamFeed implements BlockFeed {
  readonly #ring: BlockRing;
  readonly #blocks: StreamBlocks;

  constructor(blocks: StreamBlocks, ring: BlockRing) {
    this.#blocks = blocks;
    this.#ring = ring;
  }

  async *feed(work: readonly BlockWork[]): AsyncIterable<Feed> {
    let blocks: BlockWork[] = [];
    let zeros: BlockWork[] = [];
    for (const one of work) {
      const slot = await this.#blocks.next(one.block);
      if (slot === undefined) zeros.push(one);
      else blocks.push({ ...one, slot });
      if (blocks.length < STREAM_BLOCKS_PER_TASK) continue;
      yield { blocks, zeros };
      blocks = [];
      zeros = [];
    }
    if (blocks.length + zeros.length > 0) yield { blocks, zeros };
  }

  done(blocks: readonly BlockWork[]): void {
    for (const { slot } of blocks) if (slot !== undefined) this.#ring.giveBack(slot);
  }

  end(): Promise<void> {
    return this.#blocks.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#blocks[Symbol.asyncDispose]();
  }
}
