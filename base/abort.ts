import type { Clock } from './clock.ts';
import { HoldfastError } from './errors.ts';

/** Rejects with the signal's reason as soon as it is aborted, even if `promise` never settles. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // Nobody else may look at it: left alone, its rejection would end the process.
  promise.catch(() => undefined);
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Runs `work` with a signal that is aborted when `parent` is, or after `ms` with a retryable DEADLINE_EXCEEDED
 * that names `what`. The timer is gone when `work` settles.
 */
export async function withDeadline<T>(
  options: {
    readonly clock: Clock;
    readonly ms: number;
    readonly what: string;
    readonly parent?: AbortSignal;
    /** Milliseconds up to now that do not count, for the signal that `work` was given. */
    readonly excusedMs?: (signal: AbortSignal) => number;
  },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = new AbortController();
  const signal = options.parent ? AbortSignal.any([options.parent, deadline.signal]) : deadline.signal;
  sleepWithout(options, signal, timer.signal).then(
    () =>
      deadline.abort(
        new HoldfastError({
          code: 'DEADLINE_EXCEEDED',
          message: `${options.what} did not finish within ${options.ms} ms.`,
          remedy: 'Check that the other side is reachable and not overloaded, then try again.',
          retryable: true,
        }),
      ),
    () => undefined,
  );
  try {
    return await abortable(work(signal), signal);
  } finally {
    timer.abort();
  }
}

/** Sleeps for `ms`, and then for as long as was excused meanwhile. */
async function sleepWithout(
  { clock, ms, excusedMs }: Parameters<typeof withDeadline>[0],
  work: AbortSignal,
  timer: AbortSignal,
): Promise<void> {
  await clock.sleep(ms, timer);
  if (!excusedMs) return;
  for (let granted = 0; ; ) {
    const more = excusedMs(work) - granted;
    if (more <= 0) return;
    granted += more;
    await clock.sleep(more, timer);
  }
}
