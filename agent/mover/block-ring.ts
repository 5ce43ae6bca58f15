import { abortable } from '../../base/abort.ts';
import { BLOCK_SIZE } from '../../repository/chunk.ts';

/**
 * Room for whole blocks that the main thread and its workers share, of fixed size: where there is none left, whoever wants more waits.
 * A slot belongs to one of them at a time, by the task that names it.
 */
export class BlockRing {
  readonly memory: SharedArrayBuffer;
  readonly #free: number[];
  #waiting: (() => void)[] = [];

  constructor(slots: number) {
    this.memory = new SharedArrayBuffer(slots * BLOCK_SIZE);
    this.#free = Array.from({ length: slots }, (_, slot) => slot);
  }

  /** A slot of the caller's own; what is in it is left from earlier. */
  async take(signal: AbortSignal): Promise<number> {
    for (;;) {
      signal.throwIfAborted();
      const slot = this.#free.pop();
      if (slot !== undefined) return slot;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await abortable(promise, signal);
    }
  }

  giveBack(slot: number): void {
    this.#free.push(slot);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  bytes(slot: number, length: number): Buffer {
    return slotBytes(this.memory, slot, length);
  }
}

/** The first `length` bytes of a slot, in whichever thread. */
export function slotBytes(memory: SharedArrayBuffer, slot: number, length: number): Buffer {
  return Buffer.from(memory, slot * BLOCK_SIZE, length);
}
