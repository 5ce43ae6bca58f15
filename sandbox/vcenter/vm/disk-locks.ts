import type { DiskFile } from '../../disks/disk-file.ts';
import { diskLocked } from '../soap/faults.ts';
import { type DiskDevice, writesThrough } from './devices.ts';
import type { VirtualMachine } from './virtual-machine.ts';

interface Holder {
  readonly vm: VirtualMachine;
  readonly disk: DiskDevice;
}

/** Disks of powered-on VMs whose chain contains the file. */
function holders(vms: readonly VirtualMachine[], file: DiskFile): readonly Holder[] {
  return vms
    .filter((vm) => vm.powerState === 'poweredOn')
    .flatMap((vm) => vm.disks.filter((disk) => disk.file.chain().includes(file)).map((disk) => ({ vm, disk })));
}

/** Other running VMs, or NFC leases of other VMs, that have the file anywhere in an open chain. */
export function usedElsewhere(vm: VirtualMachine, file: DiskFile): boolean {
  const others = holders(vm.world.virtualMachines(), file).some((holder) => holder.vm !== vm);
  return others || vm.world.leases.holding(file).some((lease) => lease.vm !== vm);
}

/**
 * A running VM holds the top of each chain for itself, and shares what lies below for reading. Throws what vCenter answers
 * when `vm` cannot open the file that way.
 */
export function checkAttach(vm: VirtualMachine, file: DiskFile, forWriting: boolean): void {
  const others = holders(vm.world.virtualMachines(), file).filter((holder) => holder.vm !== vm);
  const leased = vm.world.leases.holding(file).some((lease) => forWriting || lease.kind === 'import');
  const own = vm.disks.some((disk) => disk.file === file);
  const inTheWay = forWriting
    ? others.length > 0
    : others.some((holder) => holder.disk.file === file && writesThrough(holder.disk));
  if (own || leased || inTheWay) throw diskLocked(file.name);
}

/** Throws unless the VM can have the tops of all its chains for itself. */
export function checkPowerOn(vm: VirtualMachine): void {
  for (const disk of vm.disks) {
    if (usedElsewhere(vm, disk.file) && writesThrough(disk)) throw diskLocked(disk.file.name);
  }
}
