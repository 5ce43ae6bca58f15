import { isDriverError } from '../../../base/errors.ts';
import { errorOfFault, isFault, VimFault } from './errors.ts';
import type { LocalizedMethodFault } from './gen/types.ts';
import type { VimSession } from './vim-session.ts';
import { isA } from './vim-types.ts';
import type { ManagedObjectReference } from './vim-values.ts';
import { unknownObject, type Watched, watchObject } from './watch-object.ts';

interface TaskEnd {
  readonly isSuccess: boolean;
  readonly error: LocalizedMethodFault | undefined;
  readonly result: unknown;
}

const betweenTriesMs = 2_000;
/** How often a vCenter that does not answer is asked again. */
const silentTries = 10;

/**
 * Waits until a task has ended and gives its result. A task may run for hours; only the signal ends the wait, and
 * ending the wait does not end the task. Survives a new login, because tasks do, and a vCenter that is away for some 20 s. One that
 * restarted meanwhile does not know the task any more: TASK_FORGOTTEN.
 */
export async function waitForTask(
  session: VimSession,
  task: ManagedObjectReference,
  what: string,
  signal: AbortSignal,
): Promise<unknown> {
  const paths = ['info.state', 'info.error', 'info.result'];
  const watched = { object: task, paths, what, noun: 'task' };
  const end = await patiently(session, watched, signal);
  if (end.isSuccess) return end.result;
  throw errorOfFault(faultOf(end.error), what);
}

async function patiently(session: VimSession, watched: Watched, signal: AbortSignal): Promise<TaskEnd> {
  for (let silent = 0; ; silent += 1) {
    try {
      return await watchObject(session, watched, signal, taskEnd);
    } catch (error) {
      signal.throwIfAborted();
      if (isFault(error, 'ManagedObjectNotFound')) throw unknownObject(watched);
      if (!isSilence(error) || silent >= silentTries) throw error;
      await session.clock.sleep(betweenTriesMs, signal);
    }
  }
}

/** No answer came, so nobody knows what was done; a fault is an answer. */
export function isSilence(error: unknown): boolean {
  if (!isDriverError(error) || error.cause instanceof VimFault) return false;
  return error.code === 'UNREACHABLE' || error.code === 'TIMEOUT';
}

export function isTaskForgotten(error: unknown): boolean {
  return isDriverError(error) && error.code === 'TASK_FORGOTTEN';
}

function taskEnd(values: ReadonlyMap<string, unknown>): TaskEnd | undefined {
  const state = values.get('info.state');
  if (state !== 'success' && state !== 'error') return undefined;
  const error = values.get('info.error');
  return {
    isSuccess: state === 'success',
    error: isA(error, 'LocalizedMethodFault') ? error : undefined,
    result: values.get('info.result'),
  };
}

/** The fault inside what a task or a lease ended with. */
export function faultOf(error: LocalizedMethodFault | undefined): VimFault {
  const fault = error?.fault;
  const privilege = isA(fault, 'NoPermission') ? fault.privilegeId : undefined;
  return new VimFault(fault?.$type ?? 'MethodFault', error?.localizedMessage ?? '', privilege);
}
