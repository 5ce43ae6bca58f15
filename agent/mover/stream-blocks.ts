import { abortable } from '../../base/abort.ts';
import { HoldfastError } from '../../base/errors.ts';
import type { DiskArea, ReadStream } from '../../drivers/transport/contract.ts';
import { blockLength } from '../../repository/block-map.ts';
import { BLOCK_SIZE } from '../../repository/chunk.ts';
import type { BlockRing } from './block-ring.ts';

/**
 * Puts the areas of a stream together into blocks; gaps are zeros. Read only as far as blocks are asked for, so a slow mover slows the stream
 * down. Disposing ends the stream.
 */
export class StreamBlocks implements AsyncDisposable {
  readonly #capacityBytes: number;
  readonly #ring: BlockRing;
  readonly #signal: AbortSignal;
  readonly #areas: AsyncIterator<DiskArea>;
  /** The part of the last area that lies in later blocks. */
  #rest: DiskArea | undefined;
  #position = 0;
  #isDone = false;

  constructor(source: ReadStream, ring: BlockRing, signal: AbortSignal) {
    this.#capacityBytes = source.capacityBytes;
    this.#ring = ring;
    this.#signal = signal;
    this.#areas = source.areas(signal)[Symbol.asyncIterator]();
  }

  /** The slot with the bytes of `block`, or undefined where the stream has none of it. Blocks are asked for in ascending order. */
  async next(block: number): Promise<number | undefined> {
    const start = block * BLOCK_SIZE;
    const length = blockLength(this.#capacityBytes, block);
    let slot: number | undefined;
    let filled = 0;
    for (;;) {
      const area = this.#rest ?? (await this.#read());
      if (!area || area.start >= start + length) break;
      slot ??= await this.#ring.take(this.#signal);
      const bytes = this.#ring.bytes(slot, length);
      const at = area.start - start;
      const part = area.data.subarray(0, length - at);
      bytes.fill(0, filled, at);
      bytes.set(part, at);
      filled = at + part.length;
      this.#rest =
        part.length < area.data.length
          ? { start: area.start + part.length, data: area.data.subarray(part.length) }
          : undefined;
    }
    if (slot !== undefined) this.#ring.bytes(slot, length).fill(0, filled);
    return slot;
  }

  /** Resolves when the stream has ended by itself: only then was the whole disk read and found sound. */
  async end(): Promise<void> {
    if (await this.#read()) throw new Error('There are blocks that nobody asked for.');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDone) return;
    this.#isDone = true;
    await this.#areas.return?.();
  }

  async #read(): Promise<DiskArea | undefined> {
    while (!this.#isDone) {
      const { done, value } = await abortable(this.#areas.next(), this.#signal);
      if (done) {
        this.#isDone = true;
        break;
      }
      const { start, data } = value;
      if (!Number.isSafeInteger(start) || start < this.#position)
        throw corruptStream(`an area at byte ${start} follows one that ends at byte ${this.#position}`);
      if (start + data.length > this.#capacityBytes)
        throw corruptStream(`an area ends at byte ${start + data.length} of a disk of ${this.#capacityBytes}`);
      this.#position = start + data.length;
      if (data.length === 0) continue;
      this.#rest = value;
      return value;
    }
    return undefined;
  }
}

function corruptStream(problem: string): HoldfastError {
  return new HoldfastError({
    code: 'CORRUPT_STREAM',
    message: `The disk's stream cannot be trusted: ${problem}.`,
    remedy: 'Try again; if it happens again, report it with the name of the transport.',
    retryable: true,
  });
}
