import { withDeadline } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { DriverError, HoldfastError, isDriverError } from '../base/errors.ts';
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
  /**
   * Milliseconds one try may take, 10 minutes unless given: a share that hangs must not keep a job for ever. Infinity
   * for what ends by itself when nothing moves: there a limit would only end what is slow.
   */
  readonly tryWithinMs?: number;
  /** Milliseconds of a try, known by its signal, that do not count: it was kept waiting on purpose. */
  readonly excusedMs?: (signal: AbortSignal) => number;
}

const usualTryMs = 10 * 60_000;

/**
 * Repeats `work` while it fails with a transient DriverError, with growing pauses of random length. Everything else is
 * thrown at once, as is the last error. A try without an answer ends with TIMEOUT, which is transient. `work` is told
 * which try it is, from 1, and the signal that ends it.
 */
export async function retrying<T>(
  what: string,
  options: RetryOptions,
  signal: AbortSignal,
  work: (attempt: number, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const tries = options.tries ?? 6;
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await oneTry(what, options, signal, (limited) => work(attempt, limited));
    } catch (error) {
      if (attempt >= tries || !isDriverError(error) || error.kind !== 'transient') throw error;
      const delayMs = delayAfter(attempt, options);
      options.logger.warn({ what, code: error.code, attempt, delayMs }, 'failed for the moment; trying again');
      await options.clock.sleep(delayMs, signal);
    }
  }
}

async function oneTry<T>(
  what: string,
  { clock, tryWithinMs = usualTryMs, excusedMs }: RetryOptions,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (tryWithinMs === Number.POSITIVE_INFINITY) return work(signal);
  try {
    const limit = { clock, ms: tryWithinMs, what, parent: signal, ...(excusedMs && { excusedMs }) };
    return await withDeadline(limit, work);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof HoldfastError) || error.code !== 'DEADLINE_EXCEEDED') throw error;
    const { message, remedy } = error;
    throw new DriverError({ kind: 'transient', code: 'TIMEOUT', message, remedy }, { cause: error });
  }
}

/** Between half of the step and all of it, so that many gateways do not come back at the same moment. */
function delayAfter(attempt: number, { ids, firstDelayMs = 250, maxDelayMs = 15_000 }: RetryOptions): number {
  const step = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return Math.round(step / 2 + (step / 2) * (ids.bytes(2).readUInt16BE(0) / 0xffff));
}
