import type { Clock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Addresses remembered at most; the longest unseen ones are forgotten first. */
const maxBuckets = 10_000;

/** A token bucket per caller: `perMinute` at once, refilled evenly. Kept in this process; it slows guessing down, it is no quota. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #perMinute: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** Takes one; throws TOO_MANY_REQUESTS when the caller has none left. */
  take(caller: string): void {
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(caller) ?? { tokens: this.#perMinute, filledAt: now };
    bucket.tokens = Math.min(this.#perMinute, bucket.tokens + ((now - bucket.filledAt) / 60_000) * this.#perMinute);
    bucket.filledAt = now;
    this.#buckets.delete(caller);
    this.#buckets.set(caller, bucket);
    const oldest = this.#buckets.keys().next();
    if (this.#buckets.size > maxBuckets && !oldest.done) this.#buckets.delete(oldest.value);
    if (bucket.tokens < 1) {
      throw new HoldfastError({
        code: 'TOO_MANY_REQUESTS',
        message: 'Too many attempts from this address.',
        remedy: 'Wait a minute, then try again.',
        retryable: true,
      });
    }
    bucket.tokens -= 1;
  }
}
