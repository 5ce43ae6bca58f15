import { abortable } from '../../base/abort.ts';

/**
 * How many worker threads may work at the same time, over all pools that share it. A pool may have more threads than that: those without a turn
 * sleep. Turns are given in the order they were asked for, so that no job waits for another one's end.
 */
export class WorkerTurns {
  #limit: number;
  #taken = 0;
  #waiting: PromiseWithResolvers<void>[] = [];

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  /** At least 1. In force at once: those who are at work keep their turn and give it back as ever. */
  setLimit(limit: number): void {
    this.#limit = Math.max(1, limit);
    this.#serve();
  }

  get taken(): number {
    return this.#taken;
  }

  /** Whether others wait: whoever has a turn then gives it back after its task. */
  get isWanted(): boolean {
    return this.#waiting.length > 0;
  }

  /** Undefined: the turn is taken. Rejects with the signal's reason, and then there is none to give back. */
  take(signal: AbortSignal): Promise<void> | undefined {
    signal.throwIfAborted();
    if (this.#waiting.length === 0 && this.#taken < this.#limit) {
      this.#taken += 1;
      return undefined;
    }
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn);
    return abortable(turn.promise, signal).catch((error: unknown) => {
      const isStillWaiting = this.#waiting.includes(turn);
      this.#waiting = this.#waiting.filter((other) => other !== turn);
      // It came at the same moment.
      if (!isStillWaiting) this.giveBack();
      throw error;
    });
  }

  giveBack(): void {
    this.#taken -= 1;
    this.#serve();
  }

  #serve(): void {
    while (this.#taken < this.#limit) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#taken += 1;
      next.resolve();
    }
  }
}
