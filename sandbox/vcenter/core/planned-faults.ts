import type { Clock } from '../../../base/clock.ts';
import type { FaultPlan } from '../../../base/fault-plan.ts';
import type { FaultEffect } from '../../../base/faults.ts';
import { type AnswerFault, isAnswerFault } from '../../faulty-answer.ts';
import { VimFault } from '../soap/faults.ts';
import type { MoRef, VimValue } from '../soap/values.ts';

/*
 * How the simulated vCenter translates the fault vocabulary (base/faults.ts).
 *
 * Operations are vim25 methods (`CreateSnapshot_Task`), their subject is the entity's id; `property:config` makes a
 * property unreadable. An `error` has the WSDL name of a fault as its code, or one of `specialOutcomes`.
 * `delay` and `error` of a `…_Task` method happen inside the task, but for a session that is unknown; all else happens to the call.
 */

/** These do not fail a task but change what it does. */
export const specialOutcomes = {
  /** `RemoveSnapshot_Task` succeeds and leaves the delta behind. */
  consolidationNeeded: 'consolidationNeeded',
  /** `CreateSnapshot_Task` succeeds without quiescing, as in a guest whose VMware Tools do not run. */
  notQuiesced: 'notQuiesced',
  /** The task does its work, and vCenter forgets the task while it runs: whoever asks for it gets ManagedObjectNotFound. */
  taskForgotten: 'taskForgotten',
} as const;
export type SpecialOutcome = keyof typeof specialOutcomes;

function specialOutcome(effect: FaultEffect): SpecialOutcome | undefined {
  if (effect.kind !== 'error') return undefined;
  return Object.values(specialOutcomes).find((outcome) => outcome === effect.code);
}

/** The answer is cut off: thrown through a call whose connection is to be closed without one. */
export class ConnectionDropped extends Error {}

interface FaultScene {
  readonly faults: FaultPlan;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A fault of the call itself. Waits, throws, or says what is to become of the answer. */
export async function applyToCall(
  { faults, clock, signal }: FaultScene,
  method: string,
  entity: string,
): Promise<AnswerFault | undefined> {
  const effect = faults.take(method, entity, (wanted) => !method.endsWith('_Task') || !isOfTask(wanted));
  if (effect?.kind === 'delay') await clock.sleep(effect.ms, signal);
  if (effect?.kind === 'error') throw plannedVimFault(effect);
  if (effect?.kind === 'kill') process.kill(process.pid, 'SIGKILL');
  if (!isAnswerFault(effect)) return undefined;
  if (effect.kind === 'close' && !effect.afterwards) throw new ConnectionDropped('A planned fault cut the connection.');
  return effect;
}

function isOfTask(effect: FaultEffect): boolean {
  return effect.kind === 'delay' || (effect.kind === 'error' && effect.code !== 'NotAuthenticated');
}

/** What is to happen to a task: one delay and one failure or special outcome may come together. */
export interface TaskFate {
  readonly delayMs: number;
  readonly failure: VimFault | undefined;
  readonly outcome: SpecialOutcome | undefined;
}

export function fateOfTask(faults: FaultPlan, method: string, entity: string): TaskFate {
  const error = faults.take(method, entity, (effect) => effect.kind === 'error' && isOfTask(effect));
  const delay = faults.take(method, entity, ({ kind }) => kind === 'delay');
  const outcome = error && specialOutcome(error);
  return {
    delayMs: delay?.kind === 'delay' ? delay.ms : 0,
    failure: error?.kind === 'error' && outcome === undefined ? plannedVimFault(error) : undefined,
    outcome,
  };
}

/** The fault of a property that is not to be read now. */
export function unreadable(faults: FaultPlan, path: string, entity: string): VimFault | undefined {
  const effect = faults.take(`property:${path}`, entity, ({ kind }) => kind === 'error');
  return effect?.kind === 'error' ? plannedVimFault(effect) : undefined;
}

function plannedVimFault({ code, message }: FaultEffect & { readonly kind: 'error' }): VimFault {
  return new VimFault(code, message ?? `A planned ${code}.`, requiredProperties[code] ?? {});
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
  ManagedObjectNotFound: { obj: rootFolder },
  NoPermission: { object: rootFolder, privilegeId: 'System.View' },
  NotAuthenticated: { object: rootFolder, privilegeId: 'System.View' },
  TaskInProgress: { task: { type: 'Task', value: 'task-1' } },
};
