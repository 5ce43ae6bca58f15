import { isDriverError } from '../../base/errors.ts';
import type { JobContext } from './job-context.ts';

/** A platform gives few connections for disks, and other jobs give theirs back in their time. What lasts longer is the next attempt's. */
const pausesMs = [1_000, 2_000, 5_000, 5_000, 5_000];

/** Tries `work` again while the platform has no connection or lease to give. `beforeNext` is called between two tries. */
export async function whileBusy<T>(
  job: JobContext,
  work: () => Promise<T>,
  beforeNext: () => void = () => undefined,
): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await work();
    } catch (error) {
      job.lease.signal.throwIfAborted();
      if (!isDriverError(error) || error.code !== 'BUSY') throw error;
      job.logger.info({ reason: error.message }, 'the platform is busy; trying again');
    }
    await job.gateway.tools.clock.sleep(pauseMs, job.lease.signal);
    beforeNext();
  }
  return work();
}
