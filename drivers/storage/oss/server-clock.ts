import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../../base/clock.ts';

/**
 * The server's time, learned from the Date of its answers: a signature counts only within 15 minutes of it, and a
 * gateway's clock may be wrong by hours. Until the first answer it is this machine's.
 */
export class ServerClock {
  readonly #clock: Clock;
  #offset = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#clock.now() + this.#offset;
  }

  /** For durations only. */
  monotonic(): number {
    return this.#clock.monotonic();
  }

  learn({ date }: IncomingHttpHeaders): void {
    const time = Date.parse(date ?? '');
    // A Date has whole seconds: what is closer than that is left as it is, and does not waver with every answer.
    if (Math.abs(time - this.now()) > 2_000) this.#offset = time - this.#clock.now();
  }
}
