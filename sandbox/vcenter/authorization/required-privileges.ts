import { Entity } from '../inventory/entity.ts';
import type { Call } from '../operations/operation.ts';
import { isSubtype } from '../soap/metadata.ts';
import { booleanOf, objectOf, objectsOf, refOf, stringOf, type VimObject } from '../soap/values.ts';
import { Snapshot } from '../vm/snapshot.ts';

interface Requirement {
  readonly entity: Entity;
  readonly privilege: string;
}

const simple: Readonly<Record<string, string>> = {
  CreateSnapshot_Task: 'VirtualMachine.State.CreateSnapshot',
  CreateSnapshotEx_Task: 'VirtualMachine.State.CreateSnapshot',
  RemoveSnapshot_Task: 'VirtualMachine.State.RemoveSnapshot',
  RemoveAllSnapshots_Task: 'VirtualMachine.State.RemoveSnapshot',
  ConsolidateVMDisks_Task: 'VirtualMachine.State.RemoveSnapshot',
  QueryChangedDiskAreas: 'VirtualMachine.Provisioning.DiskRandomRead',
  PowerOnVM_Task: 'VirtualMachine.Interact.PowerOn',
  PowerOffVM_Task: 'VirtualMachine.Interact.PowerOff',
  UnregisterVM: 'VirtualMachine.Inventory.Unregister',
  ExportVm: 'VApp.Export',
  ExportSnapshot: 'VApp.Export',
  ImportVApp: 'VApp.Import',
  CreateFolder: 'Folder.Create',
};

/** What a call needs beyond System.View, on what. */
export function requirementsOf(operation: string, call: Call): readonly Requirement[] {
  const entity = call.self instanceof Snapshot ? call.self.vm : call.self;
  if (!(entity instanceof Entity)) return roleRequirements(operation, call);
  const own = Object.hasOwn(simple, operation) ? simple[operation] : undefined;
  const requirements = own === undefined ? [] : [{ entity, privilege: own }];
  switch (operation) {
    case 'ReconfigVM_Task':
      return changes(objectOf(call.params, 'spec')).map((privilege) => ({ entity, privilege }));
    case 'Destroy_Task':
      return [
        {
          entity,
          privilege: entity.ref.type === 'VirtualMachine' ? 'VirtualMachine.Inventory.Delete' : 'Folder.Delete',
        },
      ];
    case 'CreateVM_Task':
      return creation(call, entity, refOf(call.params, 'pool'), objectOf(call.params, 'config'));
    case 'ImportVApp': {
      const folder = refOf(call.params, 'folder');
      const place = folder && call.world.objects.find(folder);
      const config = objectOf(objectOf(call.params, 'spec') ?? { $type: '' }, 'configSpec');
      const made = place instanceof Entity ? creation(call, place, entity.ref, config) : [];
      return [...requirements, ...made];
    }
    default:
      return requirements;
  }
}

function roleRequirements(operation: string, { world }: Call): readonly Requirement[] {
  if (/^(Add|Update|Remove)AuthorizationRole$/.test(operation))
    return [{ entity: world.root, privilege: 'Authorization.ModifyRoles' }];
  if (operation === 'SetEntityPermissions' || operation === 'RemoveEntityPermission')
    return [{ entity: world.root, privilege: 'Authorization.ModifyPermissions' }];
  return [];
}

function creation(
  call: Call,
  folder: Entity,
  pool: ReturnType<typeof refOf>,
  config: VimObject | undefined,
): readonly Requirement[] {
  const { world } = call;
  const poolEntity = pool && world.objects.find(pool);
  const files = config && objectOf(config, 'files');
  const name = /^\[([^\]]+)\]/.exec((files && stringOf(files, 'vmPathName')) ?? '')?.[1];
  const datastore = name === undefined ? undefined : world.datastoreNamed(name);
  const networks = devicesOf(config).flatMap((device) => {
    const backing = objectOf(device, 'backing');
    const ref = backing && refOf(backing, 'network');
    const network = ref && world.objects.find(ref);
    return network instanceof Entity ? [network] : [];
  });
  return [
    { entity: folder, privilege: 'VirtualMachine.Inventory.Create' },
    ...changes(config).map((privilege) => ({ entity: folder, privilege })),
    ...(poolEntity instanceof Entity ? [{ entity: poolEntity, privilege: 'Resource.AssignVMToPool' }] : []),
    ...(datastore ? [{ entity: datastore, privilege: 'Datastore.AllocateSpace' }] : []),
    ...networks.map((entity) => ({ entity, privilege: 'Network.Assign' })),
  ];
}

function devicesOf(config: VimObject | undefined): readonly VimObject[] {
  return (config ? objectsOf(config, 'deviceChange') : []).flatMap((change) => objectOf(change, 'device') ?? []);
}

/** What VirtualMachineConfigSpec asks for, by what it changes. */
function changes(spec: VimObject | undefined): readonly string[] {
  if (!spec) return [];
  const needed = new Set<string>();
  if (booleanOf(spec, 'changeTrackingEnabled') !== undefined) needed.add('VirtualMachine.Config.ChangeTracking');
  if (objectsOf(spec, 'extraConfig').length > 0) needed.add('VirtualMachine.Config.AdvancedConfig');
  for (const change of objectsOf(spec, 'deviceChange')) {
    const device = objectOf(change, 'device');
    const isDisk = device !== undefined && isSubtype(device.$type, 'VirtualDisk');
    const [operation, file] = [stringOf(change, 'operation'), stringOf(change, 'fileOperation')];
    if (!isDisk)
      needed.add(operation === 'edit' ? 'VirtualMachine.Config.EditDevice' : 'VirtualMachine.Config.AddRemoveDevice');
    else if (operation === 'remove') needed.add('VirtualMachine.Config.RemoveDisk');
    else if (operation === 'add')
      needed.add(file === undefined ? 'VirtualMachine.Config.AddExistingDisk' : 'VirtualMachine.Config.AddNewDisk');
  }
  return [...needed];
}
