/** Words of an id, and of a slot: its state first. */
const ID_WORDS = 8;
const SLOT_WORDS = ID_WORDS + 1;
const PROBES = 16;
const SLOTS = 1 << 17;

const EMPTY = 0;
const WRITING = 1;
const READY = 2;

/**
 * The ids that this run has stored, shared by its workers and of fixed size (4.7 MB). When the neighbourhood of an id is full it is
 * not kept: by then the local index usually knows the older ones, and at worst a chunk is stored twice.
 */
export class SharedIdSet {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #id = Buffer.alloc(ID_WORDS * 4);
  readonly #idWords = new Int32Array(this.#id.buffer, this.#id.byteOffset, ID_WORDS);

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(SLOTS * SLOT_WORDS * 4)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  /** True for exactly one caller (the one who then stores the chunk), false for all later ones. `id` is hex. */
  claim(id: string): boolean {
    this.#id.write(id, 'hex');
    const first = (this.#idWords[0] ?? 0) & (SLOTS - 1);
    for (let probe = 0; probe < PROBES; probe++) {
      const slot = ((first + probe) & (SLOTS - 1)) * SLOT_WORDS;
      if (Atomics.compareExchange(this.#words, slot, EMPTY, WRITING) === EMPTY) {
        this.#words.set(this.#idWords, slot + 1);
        Atomics.store(this.#words, slot, READY);
        return true;
      }
      while (Atomics.load(this.#words, slot) === WRITING);
      if (this.#idWords.every((word, index) => this.#words[slot + 1 + index] === word)) return false;
    }
    return true;
  }
}
