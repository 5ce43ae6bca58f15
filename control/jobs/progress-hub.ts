import type { Progress } from '../../protocol/work.ts';
import type { ControlContext } from '../context.ts';

/** One job's latest progress. A greater fence, or the same fence with a greater sequence, is newer. */
export interface ProgressUpdate {
  readonly jobId: string;
  readonly attemptId: string;
  readonly fence: number;
  readonly sequence: number;
  readonly progress: Progress;
  readonly updatedAt: Date;
}

interface Watched {
  readonly listeners: Set<(update: ProgressUpdate) => void>;
  last: ProgressUpdate | undefined;
}

/** Tells this process's listeners what was accepted; keeps nothing for jobs nobody listens to. */
export class ProgressHub {
  readonly #jobs = new Map<string, Watched>();

  /** Listeners must not throw. Disposing ends it. */
  subscribe(jobId: string, listener: (update: ProgressUpdate) => void): Disposable {
    const watched = this.#jobs.get(jobId) ?? { listeners: new Set(), last: undefined };
    this.#jobs.set(jobId, watched);
    const own = (update: ProgressUpdate) => listener(update);
    watched.listeners.add(own);
    return {
      [Symbol.dispose]: () => {
        watched.listeners.delete(own);
        if (watched.listeners.size === 0 && this.#jobs.get(jobId) === watched) this.#jobs.delete(jobId);
      },
    };
  }

  publish(update: ProgressUpdate): void {
    const watched = this.#jobs.get(update.jobId);
    if (!watched || !isNewer(update, watched.last)) return;
    watched.last = update;
    for (const listener of watched.listeners) listener(update);
  }
}

function isNewer(update: ProgressUpdate, last: ProgressUpdate | undefined): boolean {
  if (!last || update.fence > last.fence) return true;
  return update.fence === last.fence && update.sequence > last.sequence;
}

const hubs = new WeakMap<ControlContext, ProgressHub>();

/** The hub of a process's control context. */
export function progressHub(control: ControlContext): ProgressHub {
  const hub = hubs.get(control) ?? new ProgressHub();
  hubs.set(control, hub);
  return hub;
}
