import type { Clock } from '../../base/clock.ts';

/** A sleep that somebody may cut short. A wake-up while nobody sleeps makes the next sleep short. */
export class WakeUp {
  readonly #clock: Clock;
  #isDue = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    this.#isDue = true;
    this.#wake?.();
  }

  /** Resolves after `ms` or a wake-up, whichever is first; rejects with the signal's reason. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#isDue) {
      const timer = new AbortController();
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      try {
        await Promise.race([promise, this.#clock.sleep(ms, AbortSignal.any([signal, timer.signal]))]);
      } finally {
        this.#wake = undefined;
        timer.abort();
      }
      signal.throwIfAborted();
    }
    this.#isDue = false;
  }
}
