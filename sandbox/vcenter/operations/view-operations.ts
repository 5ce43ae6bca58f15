import type { ManagedObject } from '../core/managed-object.ts';
import type { World } from '../core/world.ts';
import { Datacenter, Entity, Folder } from '../inventory/entity.ts';
import { invalidArgument, notAuthenticated } from '../soap/faults.ts';
import { isSubtype } from '../soap/metadata.ts';
import { booleanOf, type MoRef, refOf, refsIn, refsOf, stringsOf, type VimValue } from '../soap/values.ts';
import type { Call, OperationTable } from './operation.ts';

/** What lies directly inside an entity, as container views see it. */
function childrenOf(world: World, entity: Entity): readonly Entity[] {
  if (entity instanceof Folder) return entity.children;
  if (entity instanceof Datacenter) return entity.folders;
  const refs = (property: string) => refsIn(entity.read(property));
  const inside = isSubtype(entity.ref.type, 'ComputeResource')
    ? [...refs('host'), ...refs('resourcePool')]
    : entity.ref.type === 'ResourcePool'
      ? [...refs('resourcePool'), ...refs('vm')]
      : [];
  return inside.map((ref) => world.objects.find(ref)).filter((object) => object instanceof Entity);
}

class ContainerView implements ManagedObject {
  readonly ref: MoRef;
  readonly #world: World;
  readonly #container: Entity;
  readonly #types: readonly string[];
  readonly #recursive: boolean;

  constructor(ref: MoRef, world: World, container: Entity, types: readonly string[], recursive: boolean) {
    this.ref = ref;
    this.#world = world;
    this.#container = container;
    this.#types = types;
    this.#recursive = recursive;
  }

  read(property: string): VimValue | undefined {
    if (property === 'container') return this.#container.ref;
    if (property === 'type') return this.#types;
    if (property === 'recursive') return this.#recursive;
    return property === 'view' ? this.#members() : undefined;
  }

  #members(): readonly MoRef[] {
    const found = new Map<string, MoRef>();
    const visit = (entity: Entity) => {
      for (const child of childrenOf(this.#world, entity)) {
        const wanted = this.#types.length === 0 || this.#types.some((type) => isSubtype(child.ref.type, type));
        if (wanted) found.set(child.ref.value, child.ref);
        if (this.#recursive) visit(child);
      }
    };
    visit(this.#container);
    return [...found.values()];
  }
}

class ListView implements ManagedObject {
  readonly ref: MoRef;
  members: readonly MoRef[];

  constructor(ref: MoRef, members: readonly MoRef[]) {
    this.ref = ref;
    this.members = members;
  }

  read(property: string): VimValue | undefined {
    return property === 'view' ? this.members : undefined;
  }
}

function keepForSession<T extends ManagedObject>({ world, session, self }: Call, view: T): MoRef {
  if (!session) throw notAuthenticated(self.ref);
  world.objects.add(view);
  session.ended.signal.addEventListener('abort', () => world.objects.remove(view.ref), { once: true });
  return view.ref;
}

export const viewOperations: OperationTable = {
  CreateContainerView: (call) => {
    const { world, params } = call;
    const container = world.objects.get(refOf(params, 'container') ?? { type: 'Folder', value: '' });
    if (!(container instanceof Entity)) throw invalidArgument('container');
    const ref = world.objects.newRef('ContainerView', 'session-view');
    const recursive = booleanOf(params, 'recursive') ?? false;
    return keepForSession(call, new ContainerView(ref, world, container, stringsOf(params, 'type'), recursive));
  },

  CreateListView: (call) => {
    const ref = call.world.objects.newRef('ListView', 'session-view');
    return keepForSession(call, new ListView(ref, refsOf(call.params, 'obj')));
  },

  ModifyListView: ({ world, self, params }) => {
    if (!(self instanceof ListView)) throw invalidArgument('_this');
    const removed = new Set(refsOf(params, 'remove').map((ref) => ref.value));
    self.members = [...self.members.filter((ref) => !removed.has(ref.value)), ...refsOf(params, 'add')];
    world.changes.raise();
    return [];
  },

  ResetListView: ({ world, self, params }) => {
    if (!(self instanceof ListView)) throw invalidArgument('_this');
    self.members = refsOf(params, 'obj');
    world.changes.raise();
    return [];
  },

  DestroyView: ({ world, self }) => {
    world.objects.remove(self.ref);
    return undefined;
  },
};
