import type { Clock } from '../base/clock.ts';
import { isDriverError } from '../base/errors.ts';
import type { IdSource } from '../base/ids.ts';
import type { Logger } from '../base/logger.ts';

export interface RetryOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** Tries in all; 6 unless given. */
  readonly tries?: number;
  /** Milliseconds before the second try, doubled before each further one; 250 unless given. */
  readonly firstDelayMs?: number;
  /** 15,000 milliseconds unless given. */
  readonly maxDelayMs?: number;
}

/**
 * Repeats `work` while it fails with a transient DriverError, with growing pauses of random length. Everything else is
 * thrown at once, as is the last error. `work` is told which try it is, from 1.
 */
export async function retrying<T>(
  what: string,
  options: RetryOptions,
  signal: AbortSignal,
  work: (attempt: number) => Promise<T>,
): Promise<T> {
  const tries = options.tries ?? 6;
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= tries || !isDriverError(error) || error.kind !== 'transient') throw error;
      const delayMs = delayAfter(attempt, options);
      options.logger.warn({ what, code: error.code, attempt, delayMs }, 'failed for the moment; trying again');
      await options.clock.sleep(delayMs, signal);
    }
  }
}

/** Between half of the step and all of it, so that many gateways do not come back at the same moment. */
function delayAfter(attempt: number, { ids, firstDelayMs = 250, maxDelayMs = 15_000 }: RetryOptions): number {
  const step = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return Math.round(step / 2 + (step / 2) * (ids.bytes(2).readUInt16BE(0) / 0xffff));
}
