/** Bytes. VMware tracks changes and allocates delta disks in grains of this size. */
export const GRAIN = 64 * 1024;

/** Which grains of a disk are present in a file or changed in an interval. */
export class GrainMap {
  readonly #present: Uint8Array;

  constructor(capacityBytes: number) {
    this.#present = new Uint8Array(Math.ceil(capacityBytes / GRAIN));
  }

  get length(): number {
    return this.#present.length;
  }

  has(grain: number): boolean {
    return this.#present[grain] === 1;
  }

  add(grain: number): void {
    this.#present[grain] = 1;
  }

  /** Marks every grain that the byte range touches. */
  addRange(offset: number, length: number): void {
    if (length <= 0) return;
    this.#present.fill(1, Math.floor(offset / GRAIN), Math.floor((offset + length - 1) / GRAIN) + 1);
  }

  addAll(other: GrainMap): void {
    for (let grain = 0; grain < other.length; grain++) if (other.has(grain)) this.add(grain);
  }

  /** Runs of neighbouring grains as `[first, count]`, ascending. */
  *runs(): Iterable<readonly [first: number, count: number]> {
    let first = this.#present.indexOf(1);
    while (first >= 0) {
      const end = this.#present.indexOf(0, first);
      const stop = end < 0 ? this.#present.length : end;
      yield [first, stop - first];
      first = this.#present.indexOf(1, stop);
    }
  }
}
