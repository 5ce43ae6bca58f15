import type { Clock } from '../../../../base/clock.ts';

const CHECKS = 4;

/** Aborts its signal when the other side keeps us waiting too long. Time in which nobody waits does not count. */
export class IdleWatch implements Disposable {
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #silent = new AbortController();
  readonly #stop = new AbortController();
  #waitingSince: number | undefined;

  constructor(clock: Clock, idleMs: number, reason: () => Error) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#watch(reason).catch(() => undefined);
  }

  get signal(): AbortSignal {
    return this.#silent.signal;
  }

  async waitFor<T>(promise: Promise<T>): Promise<T> {
    this.#waitingSince = this.#clock.monotonic();
    try {
      return await promise;
    } finally {
      this.#waitingSince = undefined;
    }
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  async #watch(reason: () => Error): Promise<void> {
    for (;;) {
      // Looked at now and then instead of a timer for each piece, of which there are thousands a second.
      await this.#clock.sleep(this.#idleMs / CHECKS, this.#stop.signal);
      const since = this.#waitingSince;
      if (since !== undefined && this.#clock.monotonic() - since >= this.#idleMs) {
        this.#silent.abort(reason());
        return;
      }
    }
  }
}
