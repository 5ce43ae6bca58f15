import { invalidPowerState, notSupported } from '../soap/faults.ts';
import { checkPowerOn } from './disk-locks.ts';
import { hideFromGuest, showToGuest } from './guest-devices.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** Throws InvalidPowerState, NotSupported for a template, and the fault of a locked disk. */
export async function powerOn(vm: VirtualMachine): Promise<void> {
  if (vm.settings.template) throw notSupported('A template cannot be powered on.');
  if (vm.powerState === 'poweredOn') throw invalidPowerState('poweredOff', vm.powerState);
  checkPowerOn(vm);
  vm.powerState = 'poweredOn';
  vm.bootedAt = vm.world.now();
  if (vm.changeTracking === 'waitingForStun') vm.enableTrackingNow();
  for (const disk of vm.disks) await showToGuest(vm, disk);
  vm.touch();
}

export async function powerOff(vm: VirtualMachine): Promise<void> {
  if (vm.powerState !== 'poweredOn') throw invalidPowerState('poweredOn', vm.powerState);
  for (const disk of vm.disks) await hideFromGuest(vm, disk);
  vm.powerState = 'poweredOff';
  vm.bootedAt = undefined;
  if (vm.changeTracking === 'waitingForStun') vm.enableTrackingNow();
  vm.touch();
}
