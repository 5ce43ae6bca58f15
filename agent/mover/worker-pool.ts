import { type Transferable, Worker } from 'node:worker_threads';
import { abortable } from '../../base/abort.ts';
import { HoldfastError } from '../../base/errors.ts';
import type { SealedPack } from '../../repository/pack-writer.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import type { WorkerTurns } from './worker-turns.ts';

/** Tasks given to a worker at once: one to work on and one waiting, so that no worker waits for the main thread. */
export const TASKS_PER_WORKER = 2;

interface Member<Result> {
  readonly worker: Worker;
  readonly pending: Map<number, (result: Result) => void>;
  readonly finished: PromiseWithResolvers<void>;
  readonly exited: Promise<void>;
  /** Has one of the shared turns while it works, and waits for it before. */
  turn: 'none' | 'waiting' | 'taken';
}

/**
 * Worker threads that run tasks. Every wait also ends with the pool's failure, which aborts `failed`. Disposing stops the
 * workers between two blocks and waits until they have closed their files.
 */
export class WorkerPool<Task, Result> implements AsyncDisposable {
  readonly #members: Member<Result>[];
  readonly #failure = new AbortController();
  readonly #stop: Int32Array;
  readonly #turns: WorkerTurns | undefined;
  #nextId = 0;
  #waiting: (() => void)[] = [];

  constructor(options: {
    readonly module: 'backup-worker' | 'restore-worker';
    readonly workers: number;
    readonly setup: object;
    readonly stop: SharedArrayBuffer;
    readonly onPack?: (pack: SealedPack) => void;
    /** Shared with other pools; absent: every thread works when it has something to do. */
    readonly turns?: WorkerTurns | undefined;
  }) {
    this.#stop = new Int32Array(options.stop);
    this.#turns = options.turns;
    // From source this module is .ts, after the build .js; the worker beside it is the same.
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
    const url = new URL(`./${options.module}${extension}`, import.meta.url);
    this.#members = Array.from({ length: Math.max(1, options.workers) }, () => {
      const worker = new Worker(url, { workerData: options.setup, execArgv: [] });
      const finished = Promise.withResolvers<void>();
      const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      const member: Member<Result> = { worker, pending: new Map(), finished, exited, turn: 'none' };
      worker.on('message', (message: FromWorker<Result>) => this.#receive(member, message, options.onPack));
      worker.on('error', (error) => this.#fail(error));
      // After `finished` the rejection changes nothing; before it, it is the only sign of a worker that died.
      exited.then(() => finished.reject(new Error('A worker thread ended before its time.')));
      finished.promise.catch((error: unknown) => this.#fail(error));
      return member;
    });
  }

  /** Aborted with the reason when a worker fails. */
  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  /** Resolves as soon as a worker has taken the task; `onResult` is called when it is done. */
  async dispatch(
    task: Task,
    transfer: readonly Transferable[],
    signal: AbortSignal,
    onResult: (result: Result) => void,
  ): Promise<void> {
    let member = await this.#freeMember(signal);
    // Somebody else may have found the same one free.
    while (!this.#isFree(member)) member = await this.#freeMember(signal);
    const isFirst = this.#turns !== undefined && member.turn === 'none';
    if (isFirst) await this.#takeTurn(member, signal);
    const id = this.#nextId++;
    member.pending.set(id, onResult);
    const message: ToWorker<Task> = { type: 'task', id, task };
    member.worker.postMessage(message, transfer);
    // It may be given a second one now.
    if (isFirst) this.#wake();
  }

  /** Lets every worker complete what it has and end. */
  async finish(signal: AbortSignal): Promise<void> {
    // Before the promise below exists, or nobody would hear of its rejection.
    signal.throwIfAborted();
    const message: ToWorker<Task> = { type: 'finish' };
    for (const { worker } of this.#members) worker.postMessage(message);
    await abortable(Promise.all(this.#members.map((member) => member.finished.promise)), signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Atomics.store(this.#stop, 0, 1);
    for (const { worker } of this.#members) worker.postMessage({ type: 'finish' });
    await Promise.all(this.#members.map((member) => member.exited));
    for (const member of this.#members) this.#giveTurnBack(member);
  }

  async #freeMember(signal: AbortSignal): Promise<Member<Result>> {
    for (;;) {
      signal.throwIfAborted();
      const [least] = this.#members.filter((member) => this.#isFree(member)).toSorted(byLoad);
      if (least) return least;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await abortable(promise, signal);
    }
  }

  #isFree({ pending, turn }: Member<Result>): boolean {
    if (turn === 'waiting' || pending.size >= TASKS_PER_WORKER) return false;
    // With a second task it would keep its turn from those who wait for one.
    return pending.size === 0 || !this.#turns?.isWanted;
  }

  async #takeTurn(member: Member<Result>, signal: AbortSignal): Promise<void> {
    member.turn = 'waiting';
    try {
      await this.#turns?.take(signal);
      member.turn = 'taken';
    } catch (error) {
      member.turn = 'none';
      throw error;
    }
  }

  #giveTurnBack(member: Member<Result>): void {
    if (member.turn !== 'taken') return;
    member.turn = 'none';
    this.#turns?.giveBack();
  }

  #receive(member: Member<Result>, message: FromWorker<Result>, onPack?: (pack: SealedPack) => void): void {
    try {
      if (message.type === 'result') {
        const onResult = member.pending.get(message.id);
        member.pending.delete(message.id);
        if (member.pending.size === 0) this.#giveTurnBack(member);
        onResult?.(message.result);
        this.#wake();
      } else if (message.type === 'pack') onPack?.(message.pack);
      else if (message.type === 'finished') member.finished.resolve();
      else this.#fail('bug' in message.error ? new Error(message.error.bug) : new HoldfastError(message.error));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure.abort(error);
    for (const { finished } of this.#members) finished.reject(error);
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

function byLoad(one: { readonly pending: ReadonlyMap<number, unknown> }, other: typeof one): number {
  return one.pending.size - other.pending.size;
}
