import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { FlowWindow } from '../../protocol/flow-control.ts';
import { activeWindows, type JobDirection, nextFlowChange } from '../../protocol/flow-schedule.ts';
import type { TrafficPace } from './paced-storage.ts';
import { type Grant, RateLimit } from './rate-limit.ts';

/** Looked at again after this long at most, in milliseconds: this machine's clock may be set meanwhile. */
const longestSleepMs = 60_000;
/** A piece of a download takes about this long, within these bounds. */
const pieceMs = 100;
const leastPiece = 256 << 10;
const largestPiece = 16 << 20;

/**
 * Keeps the traffic of all jobs to the windows that were set for the gateway. Windows begin and end by this machine's clock, corrected by the control
 * plane's; no connection to that is needed.
 */
export class FlowControl implements Disposable {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #limits: Readonly<Record<JobDirection | 'BOTH', RateLimit>>;
  /** What holds a direction's traffic back; the same for both where they share a window. */
  readonly #current: Record<JobDirection, RateLimit | undefined> = { BACKUP: undefined, RESTORE: undefined };
  #windows: readonly FlowWindow[] = [];
  /** Milliseconds that the control plane's clock is ahead of this one's. */
  #clockOffset = 0;
  #timer: AbortController | undefined;
  #lastRank = 0;

  constructor({ clock, logger }: { readonly clock: Clock; readonly logger: Logger }) {
    this.#clock = clock;
    this.#logger = logger;
    this.#limits = { BACKUP: new RateLimit(clock), RESTORE: new RateLimit(clock), BOTH: new RateLimit(clock) };
  }

  /** What the control plane says now: in force at once. `serverTime` is milliseconds since the epoch. */
  update(windows: readonly FlowWindow[], serverTime: number): void {
    this.#clockOffset = serverTime - this.#clock.now();
    this.#windows = windows;
    this.#apply();
  }

  /** Bytes a second; null: no limit. */
  limit(direction: JobDirection): number | null {
    return this.#current[direction]?.rate ?? null;
  }

  /** For the storage of jobs of one direction; all of them share what is allowed. */
  pace(direction: JobDirection): TrafficPace {
    const limit = () => this.#current[direction];
    return {
      get isLimited() {
        return limit() !== undefined;
      },
      get pieceBytes() {
        const rate = limit()?.rate;
        if (rate === undefined || rate === null) return Number.POSITIVE_INFINITY;
        return Math.min(largestPiece, Math.max(leastPiece, Math.round((rate * pieceMs) / 1_000)));
      },
      nextRank: () => {
        this.#lastRank += 1;
        return this.#lastRank;
      },
      take: (bytes, rank, signal) => {
        const wait = limit()?.take(bytes, rank, signal);
        return wait && untilGranted(wait, () => limit()?.take(bytes, rank, signal));
      },
      charge: (bytes) => limit()?.charge(bytes),
    };
  }

  [Symbol.dispose](): void {
    this.#windows = [];
    this.#apply();
  }

  #apply(): void {
    this.#timer?.abort();
    this.#timer = undefined;
    const now = this.#clock.now() + this.#clockOffset;
    const active = activeWindows(this.#windows, now);
    const rates: Record<JobDirection | 'BOTH', number | null> = { BACKUP: null, RESTORE: null, BOTH: null };
    const before = [this.limit('BACKUP'), this.limit('RESTORE')];
    for (const direction of ['BACKUP', 'RESTORE'] as const) {
      const window = active[direction];
      if (window) rates[window.appliesTo] = window.bytesPerSecond;
      this.#current[direction] = window ? this.#limits[window.appliesTo] : undefined;
    }
    // After it is known where to go on: those who are let go ask there.
    for (const name of ['BACKUP', 'RESTORE', 'BOTH'] as const) this.#limits[name].setRate(rates[name]);
    const limits = { backup: this.limit('BACKUP'), restore: this.limit('RESTORE') };
    if (before[0] !== limits.backup || before[1] !== limits.restore)
      this.#logger.info(limits, 'flow control: the limits in bytes a second are now these');
    this.#sleepUntilChange(now);
  }

  #sleepUntilChange(now: number): void {
    const next = this.#windows.length > 0 ? nextFlowChange(this.#windows, now) : null;
    if (next === null) return;
    const timer = new AbortController();
    this.#timer = timer;
    this.#clock.sleep(Math.min(next - now, longestSleepMs), timer.signal).then(
      () => this.#apply(),
      () => undefined,
    );
  }
}

async function untilGranted(first: Promise<Grant>, again: () => Promise<Grant> | undefined): Promise<void> {
  for (let wait: Promise<Grant> | undefined = first; wait && (await wait) === 'released'; wait = again());
}
