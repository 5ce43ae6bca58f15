import { corruptStream } from './corrupt-stream.ts';

/** Takes a stream of pieces apart into lengths of the reader's choice, without a copy where a piece holds all of it. */
export class ByteReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece: Buffer = Buffer.alloc(0);
  #position = 0;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Bytes taken so far. */
  get position(): number {
    return this.#position;
  }

  /** Undefined when the stream ends here; CORRUPT_STREAM when it ends before `length` bytes. */
  async takeOrEnd(length: number): Promise<Buffer | undefined> {
    if (this.#piece.length === 0 && !(await this.#next())) return undefined;
    return this.take(length);
  }

  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = length;
    for (;;) {
      const part = this.#piece.subarray(0, missing);
      this.#piece = this.#piece.subarray(part.length);
      this.#position += part.length;
      missing -= part.length;
      if (missing === 0 && parts.length === 0) return part;
      parts.push(part);
      if (missing === 0) return Buffer.concat(parts, length);
      if (!(await this.#next())) throw corruptStream(`it ends at byte ${this.#position}, too early`);
    }
  }

  async skip(length: number): Promise<void> {
    for (let missing = length; missing > 0; ) missing -= (await this.take(Math.min(missing, 65_536))).length;
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  async #next(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#pieces.next();
      if (done) return false;
      if (value.length === 0) continue;
      this.#piece = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      return true;
    }
  }
}
