import type { Clock } from '../../../base/clock.ts';
import { VimFault } from '../soap/faults.ts';
import type { MoRef, VimValue } from '../soap/values.ts';

/** One planned misbehaviour of the sandbox. */
export interface PlannedFault {
  /** vim25 method, `CreateSnapshot_Task`; or `property:config`, which makes that property unreadable. */
  readonly operation: string;
  /** How often it happens before it is used up. */
  readonly times: number;
  /**
   * WSDL name of a fault; or `dropConnection`: the socket is closed instead of an answer; or `consolidationNeeded`, with
   * `RemoveSnapshot_Task`: the task succeeds and leaves the delta behind; or `notQuiesced`, with `CreateSnapshot_Task`: the snapshot is
   * taken without quiescing, as of a guest whose VMware Tools do not run.
   */
  readonly fault?: string | undefined;
  readonly message?: string | undefined;
  readonly delayMs?: number | undefined;
  /** Reference value of the only object it concerns. */
  readonly entity?: string | undefined;
}

/** These change what a task does instead of failing it. */
const special: ReadonlySet<string> = new Set(['consolidationNeeded', 'notQuiesced']);

export class ConnectionDropped extends Error {}

/** Faults a test asked for, used up in the order they were added. */
export class FaultInjector {
  readonly #clock: Clock;
  #planned: PlannedFault[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(fault: PlannedFault): void {
    this.#planned.push(fault);
  }

  clear(): void {
    this.#planned = [];
  }

  list(): readonly PlannedFault[] {
    return this.#planned;
  }

  /** Takes one use of a planned fault whose `fault` is `only`, or is anything when `only` is not given. */
  take(operation: string, entity: string, only?: string): PlannedFault | undefined {
    const found = this.#planned.find(
      (each) =>
        each.operation === operation &&
        (each.entity === undefined || each.entity === entity) &&
        (only === undefined || each.fault === only),
    );
    if (!found) return undefined;
    const rest = { ...found, times: found.times - 1 };
    this.#planned = this.#planned.flatMap((each) => (each !== found ? [each] : rest.times > 0 ? [rest] : []));
    return found;
  }

  /** Waits and throws as planned for this operation. */
  async apply(operation: string, entity: string, signal: AbortSignal): Promise<PlannedFault | undefined> {
    const planned = this.take(operation, entity);
    if (!planned) return undefined;
    if (planned.delayMs !== undefined) await this.#clock.sleep(planned.delayMs, signal);
    if (planned.fault === undefined || special.has(planned.fault)) return planned;
    if (planned.fault === 'dropConnection') throw new ConnectionDropped('A planned fault closes the connection.');
    throw plannedFault(planned);
  }
}

export function plannedFault(planned: PlannedFault): VimFault {
  const type = planned.fault ?? 'SystemError';
  return new VimFault(type, planned.message ?? `A planned ${type}.`, requiredProperties[type] ?? {});
}

const rootFolder: MoRef = { type: 'Folder', value: 'group-d1' };

/** The properties these faults may not go without. */
const requiredProperties: Readonly<Record<string, Readonly<Record<string, VimValue>>>> = {
  FileFault: { file: '[datastore] file' },
  FileLocked: { file: '[datastore] file' },
  FileNotFound: { file: '[datastore] file' },
  CannotAccessFile: { file: '[datastore] file' },
  NoDiskSpace: { file: '[datastore] file', datastore: 'datastore' },
  GenericVmConfigFault: { reason: 'A planned fault.' },
  SystemError: { reason: 'A planned fault.' },
  NoPermission: { object: rootFolder, privilegeId: 'System.View' },
  NotAuthenticated: { object: rootFolder, privilegeId: 'System.View' },
  TaskInProgress: { task: { type: 'Task', value: 'task-1' } },
};
