import { abortable } from '../../base/abort.ts';
import type { WriteStream } from '../../drivers/transport/contract.ts';
import { blockLength } from '../../repository/block-map.ts';
import { BLOCK_SIZE } from '../../repository/chunk.ts';
import type { BlockRing } from './block-ring.ts';
import type { BlockSink, PlacedGroup } from './block-sink.ts';
import type { RestoreBlock, RestoreResult } from './messages.ts';
import type { SharedCounters } from './progress.ts';

interface Placed extends RestoreBlock {
  readonly slot: number;
}

/**
 * Writes the blocks of a stream in ascending order, however the workers finish them. Slots are given out in that order too, so the group whose
 * turn it is always has its own, and what waits behind it is bounded by the ring.
 */
export class OrderedWriter implements BlockSink {
  readonly #target: WriteStream;
  readonly #capacityBytes: number;
  readonly #ring: BlockRing;
  readonly #counters: SharedCounters;
  readonly #closed = new AbortController();
  readonly #signal: AbortSignal;
  readonly #onFailure: (error: unknown) => void;
  #written: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly target: WriteStream;
    /** Of the map: the target may be larger. */
    readonly capacityBytes: number;
    readonly ring: BlockRing;
    readonly counters: SharedCounters;
    readonly signal: AbortSignal;
    readonly onFailure: (error: unknown) => void;
  }) {
    this.#target = options.target;
    this.#ring = options.ring;
    this.#counters = options.counters;
    this.#capacityBytes = options.capacityBytes;
    this.#signal = AbortSignal.any([options.signal, this.#closed.signal]);
    this.#onFailure = options.onFailure;
  }

  async place(blocks: readonly RestoreBlock[], signal: AbortSignal): Promise<PlacedGroup> {
    const placed: Placed[] = [];
    for (const block of blocks) placed.push({ ...block, slot: await this.#ring.take(signal) });
    const { promise, resolve } = Promise.withResolvers<RestoreResult>();
    this.#written = this.#written.then(async () => this.#write(placed, await abortable(promise, this.#signal)));
    this.#written.catch(this.#onFailure);
    return { blocks: placed, onResult: resolve };
  }

  async finish(signal: AbortSignal): Promise<void> {
    await this.#written;
    await this.#target.finish(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new Error('The stream is not written any more.'));
    await this.#written.catch(() => undefined);
  }

  async #write(blocks: readonly Placed[], { runs }: RestoreResult): Promise<void> {
    for (const [index, { block, slot }] of blocks.entries()) {
      const length = blockLength(this.#capacityBytes, block);
      const bytes = this.#ring.bytes(slot, length);
      for (const run of runs[index] ?? [])
        await this.#target.write(
          block * BLOCK_SIZE + run.start,
          bytes.subarray(run.start, run.start + run.length),
          this.#signal,
        );
      this.#counters.add('done', length);
      this.#ring.giveBack(slot);
    }
  }
}
