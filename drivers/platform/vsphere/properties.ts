import { cleanUp } from './clean-up.ts';
import { driverError, isFault } from './errors.ts';
import type { DataTypes, ObjectContent, PropertyFilterSpec } from './gen/types.ts';
import type { VimSession } from './vim-session.ts';
import { isA } from './vim-types.ts';
import { exactNumber, isReference, type ManagedObjectReference } from './vim-values.ts';

/** Objects a page may hold: thousands in one answer would block the event loop for seconds. */
const pageSize = 250;

/** Properties wanted, by managed object type. */
export type PathsByType = Readonly<Record<string, readonly string[]>>;

/** The properties of one object; a property the object does not have, or the account may not read, is undefined. */
export class ObjectProperties {
  readonly ref: ManagedObjectReference;
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(content: ObjectContent) {
    this.ref = content.obj;
    this.#values = new Map(content.propSet?.map((property) => [property.name, property.val]));
  }

  text(path: string): string | undefined {
    const value = this.#values.get(path);
    return typeof value === 'string' ? value : undefined;
  }

  /** Whether the object has it, whatever it is. */
  has(path: string): boolean {
    return this.#values.has(path);
  }

  flag(path: string): boolean | undefined {
    const value = this.#values.get(path);
    return typeof value === 'boolean' ? value : undefined;
  }

  number(path: string): number | undefined {
    const value = this.#values.get(path);
    return typeof value === 'number' || typeof value === 'bigint' ? exactNumber(value, path) : undefined;
  }

  reference(path: string): ManagedObjectReference | undefined {
    const value = this.#values.get(path);
    return isReference(value) ? value : undefined;
  }

  references(path: string): readonly ManagedObjectReference[] {
    const value = this.#values.get(path);
    return Array.isArray(value) ? value.filter(isReference) : [];
  }

  data<K extends keyof DataTypes>(path: string, type: K): DataTypes[K] | undefined {
    const value = this.#values.get(path);
    return isA(value, type) ? value : undefined;
  }

  /** The items of an array property that are of data type `type` or derived from it. */
  list<K extends keyof DataTypes>(path: string, type: K): readonly DataTypes[K][] {
    const value = this.#values.get(path);
    return Array.isArray(value) ? value.filter((item) => isA(item, type)) : [];
  }
}

/** Reads `paths` of `objects`, which are all of `type`. Throws NOT_FOUND when one of them is gone. */
export async function readObjects(
  session: VimSession,
  type: string,
  objects: readonly ManagedObjectReference[],
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly ObjectProperties[]> {
  if (objects.length === 0) return [];
  const spec: PropertyFilterSpec = {
    propSet: [{ type, pathSet: paths }],
    objectSet: objects.map((obj) => ({ obj })),
  };
  const result: ObjectProperties[] = [];
  for await (const page of retrieve(session, spec, signal)) result.push(...page);
  return result;
}

export async function readObject(
  session: VimSession,
  object: ManagedObjectReference,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ObjectProperties> {
  const [properties] = await readObjects(session, object.type, [object], paths, signal);
  if (properties) return properties;
  throw driverError(
    'permanent',
    'NOT_FOUND',
    `${object.type} ${object.value} is not visible to this account.`,
    'Refresh the inventory, and check that the account may see the object.',
  );
}

/** Reads `paths` of every object of the given types in the whole inventory, in pages of at most 250. */
export async function* readInventory(
  session: VimSession,
  paths: PathsByType,
  signal: AbortSignal,
): AsyncGenerator<readonly ObjectProperties[]> {
  const viewManager = session.content.viewManager;
  if (!viewManager) throw driverError('permanent', 'NOT_SUPPORTED', 'The server has no views.', 'Check the address.');
  const types = Object.keys(paths);
  const generation = session.generation;
  const view = await session.call(
    'CreateContainerView',
    { _this: viewManager, container: session.content.rootFolder, type: types, recursive: true },
    { signal, what: 'Reading the inventory' },
  );
  try {
    const traversal: DataTypes['TraversalSpec'] = {
      $type: 'TraversalSpec',
      name: 'view',
      type: 'ContainerView',
      path: 'view',
      skip: false,
    };
    yield* retrieve(
      session,
      {
        propSet: types.map((type) => ({ type, pathSet: paths[type] ?? [] })),
        objectSet: [{ obj: view, skip: true, selectSet: [traversal] }],
      },
      signal,
    );
  } catch (error) {
    throw session.generation === generation ? error : sessionLost(error);
  } finally {
    await cleanUp((options) => session.call('DestroyView', { _this: view }, options));
  }
}

async function* retrieve(
  session: VimSession,
  spec: PropertyFilterSpec,
  signal: AbortSignal,
): AsyncGenerator<readonly ObjectProperties[]> {
  const collector = session.content.propertyCollector;
  const what = 'Reading the inventory';
  let token: string | undefined;
  try {
    let page = await session.call(
      'RetrievePropertiesEx',
      { _this: collector, specSet: [spec], options: { maxObjects: pageSize } },
      { signal, what },
    );
    while (page) {
      token = page.token;
      // A server may ignore maxObjects; the contract's batches hold at most 250 all the same.
      for (let start = 0; start < page.objects.length; start += pageSize) {
        yield page.objects.slice(start, start + pageSize).map((content) => new ObjectProperties(content));
      }
      if (token === undefined) return;
      const next = { _this: collector, token };
      token = undefined;
      page = await session.call('ContinueRetrievePropertiesEx', next, { signal, what });
    }
  } finally {
    // The reader stopped half-way: the server would keep the rest for the session's life.
    const unread = token;
    if (unread !== undefined) {
      const request = { _this: collector, token: unread };
      await cleanUp((options) => session.call('CancelRetrievePropertiesEx', request, options));
    }
  }
}

function sessionLost(cause: unknown): unknown {
  if (!isFault(cause, 'MethodFault')) return cause;
  const message = 'The session was lost while the inventory was read.';
  return driverError('transient', 'SESSION_LOST', message, 'Read the inventory again.', cause);
}
