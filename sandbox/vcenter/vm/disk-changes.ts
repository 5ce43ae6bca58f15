import type { DiskFile } from '../../disks/disk-file.ts';
import { parseDatastorePath } from '../../disks/disk-store.ts';
import { fileNotFound, invalidArgument, invalidDatastorePath, invalidDeviceSpec, VimFault } from '../soap/faults.ts';
import { booleanOf, numberOf, objectOf, stringOf, type VimObject } from '../soap/values.ts';
import type { DevicePlan } from './device-plan.ts';
import type { DiskDevice, DiskMode } from './devices.ts';
import { checkAttach } from './disk-locks.ts';
import type { VirtualMachine } from './virtual-machine.ts';

const modes: readonly DiskMode[] = [
  'persistent',
  'independent_persistent',
  'independent_nonpersistent',
  'nonpersistent',
  'append',
  'undoable',
];

function modeOf(backing: VimObject): DiskMode {
  const mode = modes.find((each) => each === stringOf(backing, 'diskMode'));
  if (!mode) throw invalidArgument('backing.diskMode');
  return mode;
}

/** Bytes of a disk spec: `capacityInBytes` wins over `capacityInKB`, as in vCenter. */
function capacityOf(device: VimObject): number {
  return numberOf(device, 'capacityInBytes') ?? (numberOf(device, 'capacityInKB') ?? 0) * 1024;
}

/**
 * Adds an existing disk, or makes one. A device that failed later is undone by the functions put on `undo`.
 */
export async function addDisk(
  vm: VirtualMachine,
  plan: DevicePlan,
  change: { readonly device: VimObject; readonly fileOperation: string | undefined; readonly index: number },
  undo: (() => Promise<void>)[],
): Promise<DiskDevice> {
  const { device, fileOperation, index } = change;
  const backing = objectOf(device, 'backing');
  if (backing?.$type !== 'VirtualDiskFlatVer2BackingInfo') throw invalidDeviceSpec(index);
  const controllerKey = plan.controllerKey(numberOf(device, 'controllerKey'), index);
  const unitNumber = plan.unitNumber(controllerKey, numberOf(device, 'unitNumber'), index);
  const mode = modeOf(backing);
  const file =
    fileOperation === undefined ? existing(vm, backing, mode) : await create(vm, device, backing, fileOperation, index);
  if (fileOperation !== undefined) undo.push(() => vm.world.disks.delete(file));
  const number = plan.devices.filter((each) => each.kind === 'disk').length + 1;
  const disk: DiskDevice = {
    kind: 'disk',
    key: plan.diskKey(controllerKey, unitNumber),
    controllerKey,
    unitNumber,
    label: `Hard disk ${number}`,
    mode,
    file,
    foreign: !file.name.startsWith(`${vm.directory}/`),
  };
  plan.devices.push(disk);
  return disk;
}

function existing(vm: VirtualMachine, backing: VimObject, mode: DiskMode): DiskFile {
  const name = stringOf(backing, 'fileName') ?? '';
  const parsed = parseDatastorePath(name);
  if (!parsed) throw invalidDatastorePath(name);
  const file = vm.world.disks.find(name);
  if (!file) throw fileNotFound(name);
  const forWriting = !mode.endsWith('nonpersistent');
  if (vm.powerState === 'poweredOn') checkAttach(vm, file, forWriting);
  if (forWriting && file.parent && !file.name.startsWith(`${vm.directory}/`)) {
    throw new VimFault('InvalidDeviceBacking', `The sandbox cannot write to ${name}, which has a parent.`, {
      backing,
      property: 'backing',
    });
  }
  return file;
}

async function create(
  vm: VirtualMachine,
  device: VimObject,
  backing: VimObject,
  fileOperation: string,
  index: number,
): Promise<DiskFile> {
  const capacityBytes = capacityOf(device);
  if (fileOperation !== 'create' || capacityBytes <= 0 || capacityBytes % 512 !== 0) throw invalidDeviceSpec(index);
  const name = newName(vm, stringOf(backing, 'fileName') ?? '');
  const taken = vm.world.disks.find(name);
  if (taken)
    throw new VimFault('FileAlreadyExists', `Cannot complete the operation because the file ${name} already exists`, {
      file: name,
    });
  return vm.world.disks.create(name, {
    capacityBytes,
    thin: booleanOf(backing, 'thinProvisioned') ?? false,
    uuid: stringOf(backing, 'uuid'),
  });
}

/** An empty name, or only a datastore, means the VM's own directory and a number. */
function newName(vm: VirtualMachine, asked: string): string {
  const parsed = asked === '' ? undefined : parseDatastorePath(asked);
  if (asked !== '' && (!parsed || !vm.world.datastoreNamed(parsed.datastore))) {
    throw invalidDatastorePath(asked);
  }
  if (parsed?.path.endsWith('.vmdk')) return `[${parsed.datastore}] ${parsed.path}`;
  const directory = parsed ? vm.directory.replace(/^\[[^\]]*\]/, `[${parsed.datastore}]`) : vm.directory;
  const stem = vm.settings.configFile.replace(/^.*\//, '').replace(/\.vmx$/, '');
  let number = 0;
  const nameOf = () => `${directory}/${stem}${number === 0 ? '' : `_${number}`}.vmdk`;
  while (vm.world.disks.find(nameOf())) number += 1;
  return nameOf();
}

/** Another mode, or more capacity. Throws InvalidDeviceSpec when it would shrink, InvalidDeviceOperation while there are snapshots. */
export async function editDisk(
  vm: VirtualMachine,
  plan: DevicePlan,
  before: DiskDevice,
  change: { readonly device: VimObject; readonly index: number },
): Promise<void> {
  const backing = objectOf(change.device, 'backing');
  const capacityBytes = capacityOf(change.device);
  const after: DiskDevice = { ...before, mode: backing ? modeOf(backing) : before.mode };
  if (capacityBytes < before.file.capacityBytes) throw invalidDeviceSpec(change.index);
  if (capacityBytes > before.file.capacityBytes) {
    if (before.file.parent || vm.snapshots.length > 0) {
      throw new VimFault('InvalidDeviceOperation', 'A disk with snapshots cannot be extended.', {
        deviceIndex: change.index,
      });
    }
    after.file = await vm.world.disks.grow(before.file, capacityBytes);
    after.tracker = undefined;
  }
  plan.replace(before, after);
}
