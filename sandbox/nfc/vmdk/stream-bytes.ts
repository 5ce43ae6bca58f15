import { VmdkError } from './format.ts';

/** Exact amounts from a stream whose pieces have any length. Keeps no more than what was asked for and one piece. */
export class StreamBytes {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);
  /** How many bytes were taken. */
  position = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Tells the source that no more is wanted. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  /** Exactly `length` bytes. Throws VmdkError when the stream ends before. */
  async take(length: number): Promise<Buffer> {
    const bytes = await this.takeOrEnd(length);
    if (!bytes) throw new VmdkError(`The stream ends at byte ${this.position}, where more must follow.`);
    return bytes;
  }

  /** Like `take`, but undefined when the stream has ended right here. */
  async takeOrEnd(length: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [this.#rest];
    let available = this.#rest.length;
    while (available < length) {
      const { done, value } = await this.#source.next();
      if (done) break;
      parts.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
      available += value.length;
    }
    const bytes = parts.length === 1 ? this.#rest : Buffer.concat(parts, available);
    if (available === 0 && length > 0) return undefined;
    if (available < length) {
      throw new VmdkError(`The stream ends at byte ${this.position + available}, in the middle of what must follow.`);
    }
    this.#rest = bytes.subarray(length);
    this.position += length;
    return bytes.subarray(0, length);
  }
}
