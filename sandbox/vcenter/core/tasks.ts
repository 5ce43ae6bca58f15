import type { Clock } from '../../../base/clock.ts';
import type { FaultPlan } from '../../../base/fault-plan.ts';
import type { Entity } from '../inventory/entity.ts';
import { VimFault } from '../soap/faults.ts';
import type { MoRef, VimObject, VimValue } from '../soap/values.ts';
import type { ChangeSignal } from './change-signal.ts';
import type { ManagedObject, ObjectRegistry } from './managed-object.ts';
import type { Mutex } from './mutex.ts';
import { fateOfTask, type SpecialOutcome } from './planned-faults.ts';

export interface TaskRequest {
  /** vim25 method name, `CreateSnapshot_Task`. */
  readonly operation: string;
  readonly entity: Entity;
  /** Work on the same entity is done in order. */
  readonly mutex: Mutex;
  readonly userName: string;
  /** What the task does. `planned` is a special way in which it is to succeed. */
  readonly work: (planned: SpecialOutcome | undefined) => Promise<VimValue | undefined>;
  /** Told when the task fails, before its `work` or in it. */
  readonly failed?: (fault: VimFault) => void;
}

type TaskState = 'queued' | 'running' | 'success' | 'error';

/** A Task managed object. */
export class Task implements ManagedObject {
  readonly ref: MoRef;
  readonly request: TaskRequest;
  readonly #queuedAt: Date;
  readonly cancel = new AbortController();
  state: TaskState = 'queued';
  progress: number | undefined;
  startedAt: Date | undefined;
  completedAt: Date | undefined;
  error: VimFault | undefined;
  result: VimValue | undefined;

  constructor(ref: MoRef, request: TaskRequest, queuedAt: Date) {
    this.ref = ref;
    this.request = request;
    this.#queuedAt = queuedAt;
  }

  get ended(): boolean {
    return this.state === 'success' || this.state === 'error';
  }

  read(property: string): VimValue | undefined {
    return property === 'info' ? this.#info() : undefined;
  }

  #info(): VimObject {
    const { operation, entity, userName } = this.request;
    const method = operation.replace(/_Task$/, '');
    return {
      $type: 'TaskInfo',
      key: this.ref.value,
      task: this.ref,
      name: operation,
      descriptionId: `${entity.ref.type}.${method.charAt(0).toLowerCase()}${method.slice(1)}`,
      entity: entity.ref,
      entityName: entity.name,
      state: this.state,
      cancelled: this.cancel.signal.aborted,
      cancelable: this.state === 'queued',
      error: this.error?.localized(),
      result: this.result,
      progress: this.state === 'running' ? this.progress : undefined,
      reason: { $type: 'TaskReasonUser', userName },
      queueTime: this.#queuedAt,
      startTime: this.startedAt,
      completeTime: this.completedAt,
      eventChainId: Number(this.ref.value.replace(/\D/g, '')),
    };
  }
}

interface TaskRunnerOptions {
  readonly clock: Clock;
  /** How long every task takes at least. */
  readonly delayMs: number;
  readonly objects: ObjectRegistry;
  readonly changes: ChangeSignal;
  readonly faults: FaultPlan;
}

/** Starts tasks and remembers them all, as long as the sandbox lives. */
export class TaskRunner {
  readonly #options: TaskRunnerOptions;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: TaskRunnerOptions) {
    this.#options = options;
  }

  start(request: TaskRequest): MoRef {
    const { clock, objects } = this.#options;
    const task = objects.add(new Task(objects.newRef('Task', 'task'), request, new Date(clock.now())));
    request.entity.recentTasks.push(task.ref);
    if (request.entity.recentTasks.length > 5) request.entity.recentTasks.shift();
    const run = request.mutex.run(() => this.#run(task, request));
    this.#running.add(run);
    run.finally(() => this.#running.delete(run));
    return task.ref;
  }

  /** What a restart of vCenter does: no task is known any more, and what the hosts are doing goes on. */
  forgetAll(): void {
    for (const object of this.#options.objects.all()) if (object instanceof Task) this.#forget(object, object.request);
  }

  #forget(task: Task, { entity }: TaskRequest): void {
    this.#options.objects.remove(task.ref);
    const index = entity.recentTasks.indexOf(task.ref);
    if (index >= 0) entity.recentTasks.splice(index, 1);
  }

  /** Aborts what waits and lets what works come to its end. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }

  async #run(task: Task, request: TaskRequest): Promise<void> {
    const { clock, delayMs, changes, faults } = this.#options;
    const signal = AbortSignal.any([this.#closing.signal, task.cancel.signal]);
    try {
      signal.throwIfAborted();
      task.state = 'running';
      task.startedAt = new Date(clock.now());
      task.progress = 0;
      changes.raise();
      if (delayMs > 0) await clock.sleep(delayMs / 2, signal);
      const fate = fateOfTask(faults, request.operation, request.entity.ref.value);
      if (fate.outcome === 'taskForgotten') this.#forget(task, request);
      if (fate.delayMs > 0) await clock.sleep(fate.delayMs, signal);
      if (fate.failure) throw fate.failure;
      task.progress = 50;
      changes.raise();
      if (delayMs > 0) await clock.sleep(delayMs / 2, signal);
      task.result = await request.work(fate.outcome);
      task.progress = 100;
      task.state = 'success';
    } catch (error) {
      task.error = asFault(error, signal);
      task.state = 'error';
      request.failed?.(task.error);
    }
    task.completedAt = new Date(clock.now());
    changes.raise();
  }
}

function asFault(error: unknown, signal: AbortSignal): VimFault {
  if (error instanceof VimFault) return error;
  if (signal.aborted) return new VimFault('RequestCanceled', 'The task was canceled by a user.');
  const reason = error instanceof Error ? error.message : String(error);
  return new VimFault('SystemError', `A general system error occurred: ${reason}`, { reason });
}
