import type { Clock } from '../../../base/clock.ts';

/** Barks once when nothing was heard for `ms`. Time comes from the clock alone. */
export class Watchdog implements Disposable {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #isExcused: () => boolean;
  readonly #stopped = new AbortController();
  #heard: number;

  /** Silence while `isExcused` is none. */
  constructor(clock: Clock, ms: number, bark: () => void, isExcused: () => boolean = () => false) {
    this.#clock = clock;
    this.#ms = ms;
    this.#isExcused = isExcused;
    this.#heard = clock.monotonic();
    this.#watch().then(
      () => bark(),
      () => undefined,
    );
  }

  /** Something moved; nothing has to for `moreMs` longer than usual. */
  touch(moreMs = 0): void {
    this.#heard = this.#clock.monotonic() + moreMs;
  }

  [Symbol.dispose](): void {
    this.#stopped.abort();
  }

  /** One timer at a time however often something moves. */
  async #watch(): Promise<void> {
    for (;;) {
      if (this.#isExcused()) this.touch();
      const left = this.#heard + this.#ms - this.#clock.monotonic();
      if (left <= 0) return;
      await this.#clock.sleep(left, this.#stopped.signal);
    }
  }
}
