/** Keys in the order OSS lists them: by their UTF-8 bytes. */
export class SortedKeys {
  readonly #keys: string[] = [];

  add(key: string): void {
    const index = this.#from(key);
    if (this.#keys[index] !== key) this.#keys.splice(index, 0, key);
  }

  remove(key: string): void {
    const index = this.#from(key);
    if (this.#keys[index] === key) this.#keys.splice(index, 1);
  }

  get size(): number {
    return this.#keys.length;
  }

  /** Those with the prefix that come after `after`, ascending. */
  *list(prefix: string, after: string): Generator<string> {
    const beginning = compare(prefix, after) > 0 ? prefix : after;
    for (let index = this.#from(beginning); index < this.#keys.length; index += 1) {
      const key = this.#keys[index] ?? '';
      if (key === after) continue;
      if (!key.startsWith(prefix)) return;
      yield key;
    }
  }

  /** Index of the first key that is not before `key`. */
  #from(key: string): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(this.#keys[middle] ?? '', key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** UTF-16 units and UTF-8 bytes sort alike but for characters beyond the basic plane. */
function compare(a: string, b: string): number {
  if (/[\ud800-\udfff]/.test(a) || /[\ud800-\udfff]/.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
