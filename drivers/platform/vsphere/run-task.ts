import { isDriverError } from '../../../base/errors.ts';
import { readObject, readObjects } from './properties.ts';
import { isSilence, isTaskForgotten, waitForTask } from './tasks.ts';
import type { VimSession } from './vim-session.ts';
import type { ManagedObjectReference } from './vim-values.ts';

export interface TaskWork {
  /** What the task works on; its other tasks are waited for when nobody knows what became of this one. */
  readonly entity: ManagedObjectReference;
  /** What is being done, as the start of a sentence. */
  readonly what: string;
  readonly start: () => Promise<ManagedObjectReference>;
  /** Whether what was wanted is there. */
  readonly isDone: () => Promise<boolean>;
}

const betweenLooksMs = 2_000;
/** A vCenter that restarted takes a moment to hear from its hosts what they did meanwhile. */
const looksForForgotten = 30;
/** A request whose answer was lost has begun its task at once or never. */
const looksForUnanswered = 3;
/** Who waited for the task has been patient already. */
const looksInSilence = 3;

/**
 * Starts a task and gives its result. When the answer to the start is lost, or vCenter forgets the task, the outcome is found out and not
 * guessed: undefined when it turns out to be done, the first error when it is not.
 */
export async function runTask(session: VimSession, work: TaskWork, signal: AbortSignal): Promise<unknown> {
  try {
    return await waitForTask(session, await work.start(), work.what, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!isSilence(error) && !isTaskForgotten(error)) throw error;
    if (await turnsOutDone(session, work, isTaskForgotten(error) ? looksForForgotten : looksForUnanswered, signal))
      return undefined;
    throw error;
  }
}

async function turnsOutDone(session: VimSession, work: TaskWork, looks: number, signal: AbortSignal): Promise<boolean> {
  let left = looks;
  let silent = looksInSilence;
  for (;;) {
    try {
      if (await work.isDone()) return true;
      if (!(await hasRunningTask(session, work.entity, signal))) left -= 1;
    } catch (error) {
      signal.throwIfAborted();
      if (!isDriverError(error) || error.kind !== 'transient') return false;
      silent -= 1;
    }
    if (left <= 0 || silent <= 0) return false;
    await session.clock.sleep(betweenLooksMs, signal);
  }
}

async function hasRunningTask(
  session: VimSession,
  entity: ManagedObjectReference,
  signal: AbortSignal,
): Promise<boolean> {
  const tasks = (await readObject(session, entity, ['recentTask'], signal)).references('recentTask');
  for (const task of tasks) {
    try {
      const [read] = await readObjects(session, 'Task', [task], ['info.state'], signal);
      if (['queued', 'running'].includes(read?.text('info.state') ?? '')) return true;
    } catch (error) {
      // Forgotten since it was listed.
      if (!isDriverError(error) || error.code !== 'NOT_FOUND') throw error;
    }
  }
  return false;
}
