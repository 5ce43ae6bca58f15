import { parentPort } from 'node:worker_threads';
import { HoldfastError } from '../../base/errors.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** What a worker does with its messages, synchronously. */
export interface WorkerBody<Task, Result> extends Disposable {
  run(task: Task): Result;
  finish(): void;
}

/** Serves tasks until told to finish. The first error ends the worker and is passed on with its details. */
export function serve<Task, Result>(start: () => WorkerBody<Task, Result>): void {
  const port = parentPort;
  if (!port) throw new Error('This module runs in a worker thread only.');
  const send = (message: FromWorker<Result>) => port.postMessage(message);
  let body: WorkerBody<Task, Result>;
  try {
    body = start();
  } catch (error) {
    send({ type: 'failed', error: describe(error) });
    port.close();
    return;
  }
  const onMessage = (message: ToWorker<Task>) => {
    try {
      if (message.type === 'task') {
        send({ type: 'result', id: message.id, result: body.run(message.task) });
        return;
      }
      body.finish();
      send({ type: 'finished' });
    } catch (error) {
      if (!(error instanceof StoppedError)) send({ type: 'failed', error: describe(error) });
    }
    // What still waits in the port's queue would find everything closed.
    port.off('message', onMessage);
    body[Symbol.dispose]();
    port.close();
  };
  port.on('message', onMessage);
}

/** Thrown between two blocks once the main thread wants the worker to stop. */
export class StoppedError extends Error {}

export function throwIfStopped(stop: Int32Array): void {
  if (Atomics.load(stop, 0) !== 0) throw new StoppedError();
}

function describe(error: unknown): Extract<FromWorker<never>, { type: 'failed' }>['error'] {
  if (error instanceof HoldfastError) {
    const { code, message, remedy, retryable } = error;
    return { code, message, remedy, retryable };
  }
  return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
