import { cleanUp } from './clean-up.ts';
import { driverError } from './errors.ts';
import type { UpdateSet } from './gen/types.ts';
import { readObject } from './properties.ts';
import type { VimSession } from './vim-session.ts';
import type { ManagedObjectReference } from './vim-values.ts';

const maxWaitSeconds = 30;
/** What an object is now is told at once; silence means that it went in between. */
const firstWaitSeconds = 3;
const waitTimeoutMs = (maxWaitSeconds + 60) * 1000;

export interface Watched {
  readonly object: ManagedObjectReference;
  readonly paths: readonly string[];
  /** What is being done, as the start of a sentence. */
  readonly what: string;
  /** What the object is to a reader: `task`. */
  readonly noun: string;
}

/**
 * Waits until `judge` makes something of the object's properties and gives that. It may take hours; only the signal ends the wait. Survives a
 * new login, because the objects do.
 */
export async function watchObject<T>(
  session: VimSession,
  watched: Watched,
  signal: AbortSignal,
  judge: (values: ReadonlyMap<string, unknown>) => T | undefined,
): Promise<T> {
  for (;;) {
    const generation = session.generation;
    try {
      return await watch(session, watched, signal, judge);
    } catch (error) {
      // The collector belonged to a session that is gone.
      if (session.generation === generation) throw error;
    }
  }
}

async function watch<T>(
  session: VimSession,
  watched: Watched,
  signal: AbortSignal,
  judge: (values: ReadonlyMap<string, unknown>) => T | undefined,
): Promise<T> {
  const { object, paths, what } = watched;
  // A collector of its own: the session's default one has a single version that concurrent waits would share.
  const collector = await session.call(
    'CreatePropertyCollector',
    { _this: session.content.propertyCollector },
    { signal, what },
  );
  try {
    const spec = { propSet: [{ type: object.type, pathSet: paths }], objectSet: [{ obj: object }] };
    await session.call('CreateFilter', { _this: collector, spec, partialUpdates: false }, { signal, what });
    const values = new Map<string, unknown>();
    let version = '';
    for (;;) {
      const updates: UpdateSet | undefined = await session.call(
        'WaitForUpdatesEx',
        {
          _this: collector,
          version,
          options: { maxWaitSeconds: version === '' ? firstWaitSeconds : maxWaitSeconds },
        },
        { signal, what, timeoutMs: waitTimeoutMs },
      );
      if (!updates) {
        // Nobody is told of an object that went before it was first reported: whoever only waited would wait for ever.
        await readObject(session, object, paths, signal);
        continue;
      }
      version = updates.version;
      for (const update of updates.filterSet?.flatMap((filter) => filter.objectSet ?? []) ?? []) {
        if (update.kind === 'leave') throw unknownObject(watched);
        for (const change of update.changeSet ?? []) values.set(change.name, change.val);
      }
      const result = judge(values);
      if (result !== undefined) return result;
    }
  } finally {
    // Also ends a wait that was given up.
    await cleanUp((options) => session.call('DestroyPropertyCollector', { _this: collector }, options));
  }
}

/** What a restart of vCenter does to tasks and leases. */
export function unknownObject({ what, noun }: Watched): Error {
  return driverError(
    'transient',
    'TASK_FORGOTTEN',
    `${what}: vSphere no longer knows the ${noun}, as after a restart of vCenter.`,
    'See the recent tasks and events of the virtual machine in the vSphere Client, then try again.',
  );
}
