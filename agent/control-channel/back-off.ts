import type { IdSource } from '../../base/ids.ts';

const firstMs = 500;
const longestMs = 30_000;

/** Waits that double from 0.5 s to 30 s, each shortened by chance to between half and all of it, so that gateways do not come back in step. */
export class BackOff {
  readonly #ids: IdSource;
  #next = firstMs;

  constructor(ids: IdSource) {
    this.#ids = ids;
  }

  /** Milliseconds to wait before the next try. */
  next(): number {
    const chance = this.#ids.bytes(2).readUInt16LE(0) / 65_536;
    const wait = Math.round(this.#next * (0.5 + chance / 2));
    this.#next = Math.min(this.#next * 2, longestMs);
    return wait;
  }

  reset(): void {
    this.#next = firstMs;
  }
}
