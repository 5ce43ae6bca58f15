import type { Clock } from '../base/clock.ts';
import type { UploadPace } from './storage/contract.ts';

interface Waits {
  /** Of those that are over, where no other went on beside them. Milliseconds. */
  total: number;
  going: number;
  since: number;
}

/** How long each operation, known by its signal, was held back by a pace. */
export class PacedWaits {
  readonly #clock: Clock;
  readonly #waits = new WeakMap<AbortSignal, Waits>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds up to now. */
  spent(signal: AbortSignal): number {
    const waits = this.#waits.get(signal);
    if (!waits) return 0;
    return waits.total + (waits.going > 0 ? this.#clock.monotonic() - waits.since : 0);
  }

  /** The same pace, whose waits are counted. */
  counting(pace: UploadPace): UploadPace {
    return {
      get isLimited() {
        return pace.isLimited;
      },
      take: (bytes, signal) => {
        const wait = pace.take(bytes, signal);
        return wait && this.#count(wait, signal);
      },
    };
  }

  async #count(wait: Promise<void>, signal: AbortSignal): Promise<void> {
    const waits = this.#waits.get(signal) ?? { total: 0, going: 0, since: 0 };
    this.#waits.set(signal, waits);
    if (waits.going === 0) waits.since = this.#clock.monotonic();
    waits.going += 1;
    try {
      await wait;
    } finally {
      waits.going -= 1;
      if (waits.going === 0) waits.total += this.#clock.monotonic() - waits.since;
    }
  }
}
