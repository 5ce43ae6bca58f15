import type { Clock } from '../../base/clock.ts';

/** Wrong passwords before each further one has to wait; and the longest wait, in milliseconds. */
interface Patience {
  readonly free: number;
  readonly longestMs: number;
}
/** Of one address. */
const ofOne: Patience = { free: 5, longestMs: 5 * 60_000 };
/** Of all together, so that many addresses get no further, and nobody is kept out for long by somebody else. */
const ofAll: Patience = { free: 50, longestMs: 5_000 };
/** Failures are forgotten after this long without another. */
const forgottenAfterMs = 60 * 60_000;
const mostAddresses = 10_000;
/** Checking one is slow on purpose, and takes memory. */
const checksAtATime = 4;

interface Count {
  failures: number;
  blockedUntil: number;
  lastAt: number;
}

/** Makes whoever guesses passwords wait, ever longer. */
export class LogInLimit {
  readonly #clock: Clock;
  readonly #byAddress = new Map<string, Count>();
  readonly #all: Count = { failures: 0, blockedUntil: 0, lastAt: 0 };
  #running = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `check` says whether a password is right; `wait`: it was not looked at. */
  async try(address: string, check: () => Promise<boolean>): Promise<'right' | 'wrong' | 'wait'> {
    const now = this.#clock.monotonic();
    const own = this.#countOf(networkOf(address), now);
    if (now - this.#all.lastAt > forgottenAfterMs) this.#all.failures = 0;
    if (now < own.blockedUntil || now < this.#all.blockedUntil || this.#running >= checksAtATime) return 'wait';
    // Counted before the slow check, so that many at once do not slip through.
    count(own, ofOne, now);
    count(this.#all, ofAll, now);
    this.#running += 1;
    try {
      if (!(await check())) return 'wrong';
    } finally {
      this.#running -= 1;
    }
    this.#byAddress.delete(networkOf(address));
    this.#all.failures = Math.max(0, this.#all.failures - 1);
    this.#all.blockedUntil = 0;
    return 'right';
  }

  #countOf(address: string, now: number): Count {
    const known = this.#byAddress.get(address);
    if (known && now - known.lastAt <= forgottenAfterMs) return known;
    const fresh: Count = { failures: 0, blockedUntil: 0, lastAt: now };
    this.#byAddress.delete(address);
    this.#byAddress.set(address, fresh);
    const oldest = this.#byAddress.keys().next();
    if (this.#byAddress.size > mostAddresses && !oldest.done) this.#byAddress.delete(oldest.value);
    return fresh;
  }
}

function count(counted: Count, { free, longestMs }: Patience, now: number): void {
  counted.failures += 1;
  counted.lastAt = now;
  const beyond = counted.failures - free;
  if (beyond > 0) counted.blockedUntil = now + Math.min(1_000 * 2 ** Math.min(beyond, 20), longestMs);
}

/** Whoever has an IPv6 address has its whole /64. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  return address.split('::')[0]?.split(':').slice(0, 4).join(':') ?? address;
}
