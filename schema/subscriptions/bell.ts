import { abortable } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';

/** Wakes one waiter; rung while nobody waits, it is remembered once. */
export class Bell {
  #rung = Promise.withResolvers<void>();

  ring(): void {
    this.#rung.resolve();
  }

  /** Resolves when it is rung, or after `ms` at the latest; rejects with the signal's reason. */
  async wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    const timer = new AbortController();
    try {
      await abortable(Promise.race([this.#rung.promise, clock.sleep(ms, timer.signal)]), signal);
    } finally {
      timer.abort();
      this.#rung = Promise.withResolvers<void>();
    }
  }
}
