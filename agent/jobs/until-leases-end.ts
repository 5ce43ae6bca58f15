import { isDriverError } from '../../base/errors.ts';
import type { JobContext } from './job-context.ts';

/** vCenter takes a lease back after five minutes in which nobody kept it alive. */
const patienceMs = 7 * 60_000;
const pauseMs = 2_000;

/**
 * Tries `work` again while something else is done to the VM (BUSY): a transfer whose process died blocks removals until its lease has run out,
 * and nothing else ends it.
 */
export async function untilLeasesEnd<T>(job: JobContext, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const { clock } = job.gateway.tools;
  const giveUpAt = clock.monotonic() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!isDriverError(error) || error.code !== 'BUSY' || clock.monotonic() >= giveUpAt) throw error;
      job.logger.info({ reason: error.message }, 'waiting until the virtual machine may be changed');
    }
    await clock.sleep(pauseMs, signal);
  }
}
