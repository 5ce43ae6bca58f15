import { parseDatastorePath } from '../../disks/disk-store.ts';
import type { World } from '../core/world.ts';
import { datacenterOf, decodeName, Entity, type Folder } from '../inventory/entity.ts';
import { invalidArgument, invalidDatastorePath, notSupported, VimFault } from '../soap/faults.ts';
import { isMoRef, type MoRef, objectOf, stringOf, type VimObject } from '../soap/values.ts';
import { plainDevice } from './devices.ts';
import { checkNameFree, fileNameOf } from './naming.ts';
import { reconfigure } from './reconfigure.ts';
import { motherboard } from './standard-devices.ts';
import { VirtualMachine } from './virtual-machine.ts';

export interface NewVm {
  readonly folder: Folder;
  readonly config: VimObject;
  readonly pool: MoRef;
  readonly host: MoRef | undefined;
}

function invalidVmConfig(property: string): VimFault {
  return new VimFault('InvalidVmConfig', `Invalid virtual machine configuration: ${property}`, { property });
}

/** Makes a powered-off VM with its disks in a directory of its own. Leaves nothing behind when the spec is refused. */
export async function createVm(world: World, request: NewVm): Promise<MoRef> {
  const { folder, config } = request;
  if (!folder.childTypes.includes('VirtualMachine')) throw notSupported('The folder cannot hold virtual machines.');
  const name = stringOf(config, 'name');
  if (name === undefined) throw invalidVmConfig('configSpec.name');
  checkNameFree(folder, decodeName(name));
  const host = placeOn(world, request);
  const vm = new VirtualMachine(world, world.objects.newRef('VirtualMachine', 'vm'), decodeName(name), {
    instanceUuid: stringOf(config, 'instanceUuid') ?? world.newVmUuid('instance'),
    biosUuid: stringOf(config, 'uuid') ?? world.newVmUuid('bios'),
    guestId: stringOf(config, 'guestId') ?? 'otherGuest',
    cpuCount: 1,
    memoryMb: 128,
    firmware: 'bios',
    annotation: '',
    template: false,
    version: stringOf(config, 'version') ?? 'vmx-20',
    configFile: configFile(world, config, decodeName(name)),
    host,
    resourcePool: request.pool,
  });
  vm.devices.push(...motherboard().map(plainDevice));
  await reconfigure(vm, { ...config, name: vm.name });
  folder.add(vm);
  world.objects.add(vm);
  return vm.ref;
}

function placeOn(world: World, { folder, pool, host }: NewVm): MoRef {
  const resourcePool = world.objects.get(pool);
  if (!(resourcePool instanceof Entity) || pool.type !== 'ResourcePool') throw invalidArgument('pool');
  if (datacenterOf(resourcePool) !== datacenterOf(folder)) throw invalidArgument('pool');
  const owner = resourcePool.read('owner');
  const hosts = isMoRef(owner) ? world.objects.get(owner).read('host') : undefined;
  const candidates = Array.isArray(hosts) ? hosts.filter(isMoRef) : [];
  const chosen = host ? candidates.find((each) => each.value === host.value) : candidates[0];
  if (!chosen) throw invalidArgument('host');
  return chosen;
}

/** `[datastore]` alone lets vCenter choose the directory: the VM's name, with a number when it is taken. */
function configFile(world: World, config: VimObject, name: string): string {
  const files = objectOf(config, 'files');
  const asked = files && stringOf(files, 'vmPathName');
  if (asked === undefined || asked === '') throw invalidVmConfig('configSpec.files.vmPathName');
  const parsed = parseDatastorePath(asked);
  if (!parsed) throw invalidDatastorePath(asked);
  if (!world.datastoreNamed(parsed.datastore)) {
    throw new VimFault('InvalidDatastore', `The datastore '${parsed.datastore}' is not valid.`, {
      name: parsed.datastore,
    });
  }
  if (parsed.path.endsWith('.vmx')) return asked;
  const safe = fileNameOf(name);
  const taken = (directory: string) =>
    world.virtualMachines().some((vm) => vm.directory === directory) ||
    world.disks.all().some((file) => file.name.startsWith(`${directory}/`));
  let number = 0;
  const directoryOf = () => `[${parsed.datastore}] ${safe}${number === 0 ? '' : `_${number}`}`;
  while (taken(directoryOf())) number += 1;
  return `${directoryOf()}/${safe}.vmx`;
}
