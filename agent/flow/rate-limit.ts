import type { Clock } from '../../base/clock.ts';

/** What was not used of this many milliseconds may be made up for: timers and busy threads are late. */
const burstMs = 500;

/** Waits in a queue until its bytes may travel. */
interface Waiter {
  readonly bytes: number;
  readonly rank: number;
  readonly settle: (how: Grant) => void;
}

/** `released`: there is no limit here any more; ask again whether there is one elsewhere. */
export type Grant = 'granted' | 'released';

/**
 * A token bucket. Over any stretch of time no more than the rate times its length travels, and besides {@link burstMs} and one piece, which
 * is let go as soon as those before it are paid for.
 */
export class RateLimit {
  readonly #clock: Clock;
  #rate: number | null = null;
  /** Bytes; below 0 what is still to be paid for. */
  #tokens = 0;
  #at = 0;
  #queue: Waiter[] = [];
  #timer: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Bytes a second; null: no limit. */
  get rate(): number | null {
    return this.#rate;
  }

  /** In force at once, for those who wait too. */
  setRate(rate: number | null): void {
    if (rate === this.#rate) return;
    if (rate === null) {
      this.#rate = null;
      this.#stopTimer();
      const queue = this.#queue;
      this.#queue = [];
      for (const { settle } of queue) settle('released');
      return;
    }
    if (this.#rate === null) {
      this.#tokens = 0;
      this.#at = this.#clock.monotonic();
    } else this.#refill();
    this.#rate = rate;
    this.#tokens = Math.min(this.#tokens, burstOf(rate));
    this.#stopTimer();
    this.#serve();
  }

  /** Undefined: they may travel now. Of several waiters the one with the lowest rank is served first. Rejects with the signal's reason. */
  take(bytes: number, rank: number, signal: AbortSignal): Promise<Grant> | undefined {
    if (this.#rate === null) return undefined;
    signal.throwIfAborted();
    this.#refill();
    if (this.#queue.length === 0 && this.#tokens >= 0) {
      this.#tokens -= bytes;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#queue = this.#queue.filter((other) => other !== waiter);
        reject(signal.reason);
      };
      const settle = (how: Grant) => {
        signal.removeEventListener('abort', onAbort);
        resolve(how);
      };
      const waiter: Waiter = { bytes, rank, settle };
      signal.addEventListener('abort', onAbort, { once: true });
      const before = this.#queue.findLastIndex((other) => other.rank <= rank);
      this.#queue.splice(before + 1, 0, waiter);
      this.#serve();
    });
  }

  /** Bytes that travelled without being asked for: those who ask next wait for them. */
  charge(bytes: number): void {
    if (this.#rate === null) return;
    this.#refill();
    this.#tokens -= bytes;
  }

  #refill(): void {
    const now = this.#clock.monotonic();
    const rate = this.#rate ?? 0;
    this.#tokens = Math.min(burstOf(rate), this.#tokens + (rate * (now - this.#at)) / 1_000);
    this.#at = now;
  }

  /** Serves whom it can, and sets the timer for the next one. */
  #serve(): void {
    if (this.#rate === null || this.#timer) return;
    this.#refill();
    while (this.#tokens >= 0) {
      const next = this.#queue.shift();
      if (!next) return;
      this.#tokens -= next.bytes;
      next.settle('granted');
    }
    if (this.#queue.length === 0) return;
    const timer = new AbortController();
    this.#timer = timer;
    const ms = Math.max(1, Math.ceil((-this.#tokens * 1_000) / this.#rate));
    this.#clock.sleep(ms, timer.signal).then(
      () => {
        this.#timer = undefined;
        this.#serve();
      },
      () => undefined,
    );
  }

  #stopTimer(): void {
    this.#timer?.abort();
    this.#timer = undefined;
  }
}

function burstOf(rate: number): number {
  return (rate * burstMs) / 1_000;
}
