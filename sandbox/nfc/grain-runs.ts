const RUN_BYTES = 2 ** 20;

/** Writes neighbouring grains together. */
export class GrainRuns {
  readonly #write: (offset: number, data: Buffer) => Promise<void>;
  #start = 0;
  #length = 0;
  #parts: Buffer[] = [];

  constructor(write: (offset: number, data: Buffer) => Promise<void>) {
    this.#write = write;
  }

  async add(offset: number, data: Buffer): Promise<void> {
    if (offset !== this.#start + this.#length || this.#length >= RUN_BYTES) {
      await this.flush();
      this.#start = offset;
    }
    this.#parts.push(data);
    this.#length += data.length;
  }

  async flush(): Promise<void> {
    const data = Buffer.concat(this.#parts, this.#length);
    this.#parts = [];
    this.#length = 0;
    await this.#write(this.#start, data);
  }
}
