import { Folder } from '../inventory/entity.ts';
import { invalidPowerState } from '../soap/faults.ts';
import { usedElsewhere } from './disk-locks.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** Takes the VM out of the inventory and leaves its files. Throws InvalidPowerState while it runs. */
export function unregister(vm: VirtualMachine): void {
  if (vm.powerState !== 'poweredOff') throw invalidPowerState('poweredOff', vm.powerState);
  if (vm.parent instanceof Folder) vm.parent.drop(vm);
  for (const snapshot of vm.snapshots) vm.world.objects.remove(snapshot.ref);
  vm.world.objects.remove(vm.ref);
}

/**
 * Unregisters the VM and deletes the files of all disks attached to it, another VM's included: that is what vCenter does, and why a
 * gateway must never be destroyed while it holds a disk. A file that a running VM has open stays, because it is locked.
 */
export async function destroy(vm: VirtualMachine): Promise<void> {
  unregister(vm);
  const frozen = vm.snapshots.flatMap((snapshot) => snapshot.disks);
  const files = new Set([...vm.disks, ...frozen].flatMap((disk) => disk.file.chain()));
  for (const file of files) {
    if (usedElsewhere(vm, file)) vm.world.logger.warn({ file: file.name }, 'A locked file was left behind.');
    else await vm.world.disks.delete(file);
  }
}
