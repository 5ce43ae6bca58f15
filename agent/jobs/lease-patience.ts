import type { Clock } from '../../base/clock.ts';
import { isDriverError } from '../../base/errors.ts';

/** vCenter takes a lease back after five minutes in which nobody kept it alive. */
const patienceMs = 7 * 60_000;

/**
 * How long a VM may be BUSY before that is trouble: a transfer whose process died keeps snapshots and VMs from being removed until its lease
 * has run out, and nothing else ends it.
 */
export class LeasePatience {
  readonly #clock: Clock;
  readonly #until: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#until = clock.monotonic() + patienceMs;
  }

  covers(error: unknown): boolean {
    return isDriverError(error) && error.code === 'BUSY' && this.#clock.monotonic() < this.#until;
  }
}
