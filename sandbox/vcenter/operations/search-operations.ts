import type { World } from '../core/world.ts';
import { Datacenter, datacenterOf, decodeName, Entity, Folder } from '../inventory/entity.ts';
import { booleanOf, type MoRef, refOf, refsIn, stringOf, type VimObject } from '../soap/values.ts';
import type { OperationTable } from './operation.ts';

function findByUuid(world: World, params: VimObject): readonly MoRef[] {
  const uuid = (stringOf(params, 'uuid') ?? '').toLowerCase();
  const datacenter = refOf(params, 'datacenter');
  if (booleanOf(params, 'vmSearch') !== true) return [];
  return world
    .virtualMachines()
    .filter((vm) => datacenter === undefined || datacenterOf(vm)?.ref.value === datacenter.value)
    .filter(({ settings }) => {
      const own = booleanOf(params, 'instanceUuid') === true ? settings.instanceUuid : settings.biosUuid;
      return own.toLowerCase() === uuid;
    })
    .map((vm) => vm.ref);
}

function childNamed(world: World, parent: Entity, name: string): Entity | undefined {
  const children =
    parent instanceof Datacenter
      ? parent.folders
      : parent instanceof Folder
        ? parent.children
        : [parent.read('host'), parent.read('resourcePool')]
            .flatMap(refsIn)
            .map((ref) => world.objects.find(ref))
            .filter((object) => object instanceof Entity);
  return children.find((child) => child.name === name);
}

export const searchOperations: OperationTable = {
  FindByUuid: ({ world, params }) => findByUuid(world, params)[0],

  FindAllByUuid: ({ world, params }) => findByUuid(world, params),

  FindByInventoryPath: ({ world, params }) => {
    const names = (stringOf(params, 'inventoryPath') ?? '').split('/').filter((name) => name !== '');
    let found: Entity | undefined = world.root;
    for (const name of names) found = found && childNamed(world, found, decodeName(name));
    return found?.ref;
  },

  FindChild: ({ world, params }) => {
    const parent = world.objects.get(refOf(params, 'entity') ?? { type: 'Folder', value: '' });
    return parent instanceof Entity
      ? childNamed(world, parent, decodeName(stringOf(params, 'name') ?? ''))?.ref
      : undefined;
  },
};
