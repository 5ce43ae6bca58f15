import { type DiskDevice, writesThrough } from './devices.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** Whether the VM's guest is the one that sees the device directory, and sees disks by their uuid in it. */
function showsDevices(vm: VirtualMachine): boolean {
  return vm.world.gateway === vm && vm.powerState === 'poweredOn' && vm.diskUuidEnabled;
}

/** Lets the guest see a disk that was attached to it. Its own boot disk is left out of the directory. */
export async function showToGuest(vm: VirtualMachine, disk: DiskDevice): Promise<void> {
  if (!showsDevices(vm) || disk.foreign !== true || disk.detach) return;
  disk.detach = await vm.world.devices.attach(disk.file, writesThrough(disk));
}

/** Takes a disk away from the guest. What was written through it is unknown to its owner's change tracking, which starts anew. */
export async function hideFromGuest(vm: VirtualMachine, disk: DiskDevice): Promise<void> {
  const { detach } = disk;
  if (!detach) return;
  disk.detach = undefined;
  await detach();
  if (!writesThrough(disk)) return;
  for (const owner of vm.world.virtualMachines()) {
    if (owner === vm || owner.changeTracking !== 'on' || !owner.disks.some((each) => each.file === disk.file)) continue;
    owner.disableTracking();
    owner.enableTrackingNow();
  }
}
