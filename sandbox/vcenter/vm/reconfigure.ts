import { invalidArgument, invalidDeviceSpec, VimFault } from '../soap/faults.ts';
import { booleanOf, numberOf, objectOf, objectsOf, stringOf, type VimObject } from '../soap/values.ts';
import { DevicePlan } from './device-plan.ts';
import type { DiskDevice } from './devices.ts';
import { addDisk, editDisk } from './disk-changes.ts';
import { hideFromGuest, showToGuest } from './guest-devices.ts';
import { checkNameFree } from './naming.ts';
import { withNetwork } from './network-backing.ts';
import type { VirtualMachine } from './virtual-machine.ts';
import { changeVersionOf } from './vm-properties.ts';

/** Works a VirtualMachineConfigSpec into a VM, all of it or nothing. */
export async function reconfigure(vm: VirtualMachine, spec: VimObject): Promise<void> {
  checkSettings(vm, spec);
  await changeDevices(vm, objectsOf(spec, 'deviceChange'));
  applySettings(vm, spec);
  applyTracking(vm, spec);
  vm.touch();
}

function checkSettings(vm: VirtualMachine, spec: VimObject): void {
  const version = stringOf(spec, 'changeVersion');
  if (version !== undefined && version !== '' && version !== changeVersionOf(vm)) {
    throw new VimFault('ConcurrentAccess', 'The VM was changed since its configuration was read.');
  }
  const cpus = numberOf(spec, 'numCPUs');
  if (cpus !== undefined && (cpus < 1 || cpus > 768)) throw invalidArgument('configSpec.numCPUs');
  const memory = numberOf(spec, 'memoryMB');
  if (memory !== undefined && (memory < 4 || memory % 4 !== 0)) throw invalidArgument('configSpec.memoryMB');
  const name = stringOf(spec, 'name');
  if (name !== undefined && name !== vm.name) checkNameFree(vm.parent, name);
  if (booleanOf(spec, 'changeTrackingEnabled') === true && vm.changeTracking === 'off' && vm.snapshots.length > 0) {
    throw new VimFault(
      'InvalidState',
      'The operation is not allowed in the current state: changed block tracking cannot be enabled while the virtual machine has snapshots.',
    );
  }
}

function applySettings(vm: VirtualMachine, spec: VimObject): void {
  const { settings } = vm;
  vm.name = stringOf(spec, 'name') ?? vm.name;
  settings.annotation = stringOf(spec, 'annotation') ?? settings.annotation;
  settings.cpuCount = numberOf(spec, 'numCPUs') ?? settings.cpuCount;
  settings.memoryMb = numberOf(spec, 'memoryMB') ?? settings.memoryMb;
  settings.guestId = stringOf(spec, 'guestId') ?? settings.guestId;
  settings.firmware = stringOf(spec, 'firmware') ?? settings.firmware;
  settings.biosUuid = stringOf(spec, 'uuid') ?? settings.biosUuid;
  settings.instanceUuid = stringOf(spec, 'instanceUuid') ?? settings.instanceUuid;
  for (const option of objectsOf(spec, 'extraConfig')) {
    const key = stringOf(option, 'key') ?? '';
    const value = String(option.value ?? '');
    if (value === '') vm.extraConfig.delete(key);
    else vm.extraConfig.set(key, value);
  }
}

/** On a running VM tracking is switched on at once and becomes real with the next stun. */
function applyTracking(vm: VirtualMachine, spec: VimObject): void {
  const wanted = booleanOf(spec, 'changeTrackingEnabled');
  if (wanted === false) vm.disableTracking();
  else if (wanted === true && vm.changeTracking === 'off') {
    if (vm.powerState === 'poweredOn') vm.changeTracking = 'waitingForStun';
    else vm.enableTrackingNow();
  }
  if (vm.changeTracking === 'on') vm.enableTrackingNow();
}

async function changeDevices(vm: VirtualMachine, changes: readonly VimObject[]): Promise<void> {
  if (changes.length === 0) return;
  const plan = new DevicePlan(vm.devices);
  const added: DiskDevice[] = [];
  const removed: { readonly disk: DiskDevice; readonly destroy: boolean }[] = [];
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const [index, change] of changes.entries()) {
      const device = objectOf(change, 'device');
      if (!device) throw invalidDeviceSpec(index);
      const fileOperation = stringOf(change, 'fileOperation');
      const disk = device.$type === 'VirtualDisk';
      switch (stringOf(change, 'operation')) {
        case 'add':
          if (disk) added.push(await addDisk(vm, plan, { device, fileOperation, index }, undo));
          else plan.addPlain(withNetwork(vm, device), index);
          break;
        case 'remove': {
          const found = plan.get(numberOf(device, 'key'), index);
          if (found.kind === 'disk') removed.push({ disk: found, destroy: fileOperation === 'destroy' });
          else if (plan.devices.some((each) => each.controllerKey === found.key)) throw invalidDeviceSpec(index);
          plan.remove(found);
          break;
        }
        case 'edit': {
          const found = plan.get(numberOf(device, 'key'), index);
          if (found.kind === 'disk') await editDisk(vm, plan, found, { device, index });
          else plan.replace(found, { ...found, object: withNetwork(vm, { ...found.object, ...device }) });
          break;
        }
        default:
          throw invalidDeviceSpec(index);
      }
    }
  } catch (error) {
    for (const step of undo.toReversed()) await step();
    throw error;
  }
  vm.devices = plan.devices;
  for (const { disk, destroy } of removed) {
    await hideFromGuest(vm, disk);
    if (destroy) for (const file of disk.file.chain()) await vm.world.disks.delete(file);
  }
  for (const disk of added) await showToGuest(vm, disk);
}
