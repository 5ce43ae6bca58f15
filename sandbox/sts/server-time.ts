import type { Clock } from '../../base/clock.ts';

/** The time the simulated cloud believes in: the clock's, moved by an offset, so that its callers' clocks look skewed. */
export class ServerTime {
  readonly #clock: Clock;
  /** Milliseconds; positive when the servers are ahead. */
  offsetMs: number;

  constructor(clock: Clock, offsetMs = 0) {
    this.#clock = clock;
    this.offsetMs = offsetMs;
  }

  now(): number {
    return this.#clock.now() + this.offsetMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#clock.sleep(ms, signal);
  }
}

/** Requests whose time is further away than this are refused. */
export const MAX_SKEW_MS = 15 * 60 * 1000;
