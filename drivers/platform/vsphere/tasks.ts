import { cleanUp } from './clean-up.ts';
import { driverError, errorOfFault, VimFault } from './errors.ts';
import type { LocalizedMethodFault, ObjectUpdate, UpdateSet } from './gen/types.ts';
import type { VimSession } from './vim-session.ts';
import { isA } from './vim-types.ts';
import type { ManagedObjectReference } from './vim-values.ts';

const maxWaitSeconds = 30;
const waitTimeoutMs = (maxWaitSeconds + 60) * 1000;

interface TaskState {
  state: string;
  error: LocalizedMethodFault | undefined;
  result: unknown;
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
  for (;;) {
    const generation = session.generation;
    try {
      const ended = await watch(session, task, what, signal);
      if (ended.state === 'success') return ended.result;
      throw taskError(ended, what);
    } catch (error) {
      // The collector belonged to a session that is gone.
      if (session.generation === generation) throw error;
    }
  }
}

async function watch(
  session: VimSession,
  task: ManagedObjectReference,
  what: string,
  signal: AbortSignal,
): Promise<TaskState> {
  // A collector of its own: the session's default one has a single version that concurrent waits would share.
  const collector = await session.call(
    'CreatePropertyCollector',
    { _this: session.content.propertyCollector },
    { signal, what },
  );
  try {
    const spec = {
      propSet: [{ type: 'Task', pathSet: ['info.state', 'info.error', 'info.result'] }],
      objectSet: [{ obj: task }],
    };
    await session.call('CreateFilter', { _this: collector, spec, partialUpdates: false }, { signal, what });
    const state: TaskState = { state: 'queued', error: undefined, result: undefined };
    let version = '';
    for (;;) {
      const updates: UpdateSet | undefined = await session.call(
        'WaitForUpdatesEx',
        { _this: collector, version, options: { maxWaitSeconds } },
        { signal, what, timeoutMs: waitTimeoutMs },
      );
      if (!updates) continue;
      version = updates.version;
      for (const update of updates.filterSet?.flatMap((filter) => filter.objectSet ?? []) ?? [])
        apply(state, update, what);
      if (state.state === 'success' || state.state === 'error') return state;
    }
  } finally {
    // Also ends a wait that was given up.
    await cleanUp((options) => session.call('DestroyPropertyCollector', { _this: collector }, options));
  }
}

function apply(state: TaskState, update: ObjectUpdate, what: string): void {
  if (update.kind === 'leave') {
    throw driverError(
      'transient',
      'TASK_FAILED',
      `${what}: vSphere no longer knows the task.`,
      'See the recent tasks of the virtual machine in the vSphere Client, then try again.',
    );
  }
  for (const change of update.changeSet ?? []) {
    if (change.name === 'info.state') state.state = typeof change.val === 'string' ? change.val : state.state;
    if (change.name === 'info.error') state.error = isA(change.val, 'LocalizedMethodFault') ? change.val : undefined;
    if (change.name === 'info.result') state.result = change.val;
  }
}

function taskError(ended: TaskState, what: string): Error {
  const fault = ended.error?.fault;
  const privilege = isA(fault, 'NoPermission') ? fault.privilegeId : undefined;
  return errorOfFault(
    new VimFault(fault?.$type ?? 'MethodFault', ended.error?.localizedMessage ?? '', privilege),
    what,
  );
}
