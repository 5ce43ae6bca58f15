import { HoldfastError } from '../../base/errors.ts';

export interface StopRequest extends Disposable {
  /** Aborted when somebody asks the process to stop; the reason says who. */
  readonly signal: AbortSignal;
  /** Resolves then. */
  readonly requested: Promise<void>;
}

/** Listens for SIGTERM and SIGINT and, on request, for the end of standard input. The second signal ends the process at once. */
export function waitForStop(options: { readonly onStdinEnd: boolean }): StopRequest {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const request = (reason: string) => {
    if (controller.signal.aborted) return;
    controller.abort(reason);
    resolve();
  };
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(1);
    request(name);
  };
  const onEnd = () => request('end of standard input');
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  if (options.onStdinEnd) process.stdin.on('end', onEnd).on('error', onEnd).resume();
  return {
    signal: controller.signal,
    requested: promise,
    [Symbol.dispose]() {
      if (options.onStdinEnd) process.stdin.off('end', onEnd).off('error', onEnd).destroy();
    },
  };
}

/** For a command that ends by itself: SIGTERM and SIGINT abort what it waits for, so that it can tidy up. The second one ends it at once. */
export function interruptible(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(1);
    controller.abort(new HoldfastError(interrupted));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off('SIGTERM', onSignal);
      process.off('SIGINT', onSignal);
    },
  };
}

const interrupted = {
  code: 'INTERRUPTED',
  message: 'The command was interrupted.',
  remedy: 'Run it again; what it had begun is gone on with.',
  retryable: true,
};
