import { setTimeout as sleep } from 'node:timers/promises';

/** The only source of time. Production code never reads the system clock elsewhere, so tests own time. */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch, UTC. */
  now(): number;
  /** Milliseconds of a clock that never jumps; for durations only. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    try {
      await sleep(ms, undefined, { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
