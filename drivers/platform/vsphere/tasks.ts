import { errorOfFault, VimFault } from './errors.ts';
import type { LocalizedMethodFault } from './gen/types.ts';
import type { VimSession } from './vim-session.ts';
import { isA } from './vim-types.ts';
import type { ManagedObjectReference } from './vim-values.ts';
import { watchObject } from './watch-object.ts';

interface TaskEnd {
  readonly isSuccess: boolean;
  readonly error: LocalizedMethodFault | undefined;
  readonly result: unknown;
}

/**
 * Waits until a task has ended and gives its result. A task may run for hours; only the signal ends the wait, and
 * ending the wait does not end the task. Survives a new login, because tasks do.
 */
export async function waitForTask(
  session: VimSession,
  task: ManagedObjectReference,
  what: string,
  signal: AbortSignal,
): Promise<unknown> {
  const paths = ['info.state', 'info.error', 'info.result'];
  const end = await watchObject(session, { object: task, paths, what, noun: 'task' }, signal, taskEnd);
  if (end.isSuccess) return end.result;
  throw errorOfFault(faultOf(end.error), what);
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
