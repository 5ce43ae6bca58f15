import { differences, exportDisk, hashDisk } from '../disks/disk-content.ts';
import type { World } from '../vcenter/core/world.ts';
import type { DiskDevice } from '../vcenter/vm/devices.ts';
import { usedElsewhere } from '../vcenter/vm/disk-locks.ts';
import type { VirtualMachine } from '../vcenter/vm/virtual-machine.ts';

/** What a request of the control port names does not exist, or is not possible now. */
export class ControlError extends Error {}

interface Target {
  readonly vm: string;
  readonly disk: number;
}

/** What the guest and the operator do: no client of vSphere could. */
export class ControlActions {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  vm(text: string): VirtualMachine {
    const found = this.#world
      .virtualMachines()
      .find((vm) => vm.name === text || vm.ref.value === text || vm.settings.instanceUuid === text);
    if (!found) throw new ControlError(`There is no virtual machine ${text}.`);
    return found;
  }

  #disk(vm: VirtualMachine, disk: number): DiskDevice {
    const found = vm.disk(disk) ?? vm.disks[disk];
    if (!found) throw new ControlError(`${vm.name} has no disk ${disk}.`);
    return found;
  }

  /** The live disk, or a snapshot's frozen one. */
  #view(target: Target & { readonly snapshot?: string | undefined }) {
    const vm = this.vm(target.vm);
    const live = this.#disk(vm, target.disk);
    if (target.snapshot === undefined) return { vm, disk: live };
    const snapshot = vm.snapshots.find(
      (each) => each.ref.value === target.snapshot || each.state.name === target.snapshot,
    );
    const disk = snapshot?.disks.find((each) => each.key === live.key);
    if (!disk) throw new ControlError(`${vm.name} has no snapshot ${target.snapshot}.`);
    return { vm, disk };
  }

  async write(target: Target & { readonly offset: number; readonly data: Uint8Array }): Promise<void> {
    const vm = this.vm(target.vm);
    await vm.mutex.run(() => vm.guestWrite(this.#writable(vm, target.disk), target.offset, target.data));
  }

  async export(target: Target & { readonly path: string; readonly snapshot?: string | undefined }): Promise<void> {
    const { vm } = this.#view(target);
    await vm.mutex.run(() => exportDisk(this.#view(target).disk.file, target.path));
  }

  async sha256(target: Target & { readonly snapshot?: string | undefined }): Promise<string> {
    const { vm } = this.#view(target);
    return vm.mutex.run(() => hashDisk(this.#view(target).disk.file));
  }

  /** Makes the disk equal to the image by writing, as the guest, the grains in which they differ. Bytes written. */
  async apply(target: Target & { readonly path: string }): Promise<number> {
    const vm = this.vm(target.vm);
    return vm.mutex.run(async () => {
      const disk = this.#writable(vm, target.disk);
      let changedBytes = 0;
      await differences(disk.file, target.path, async (offset, bytes) => {
        await vm.guestWrite(disk, offset, bytes);
        changedBytes += bytes.length;
      });
      return changedBytes;
    });
  }

  /** Puts another disk with the image's content and size, and a uuid of its own, in the place of a disk. */
  async replace(target: Target & { readonly path: string }): Promise<void> {
    const vm = this.vm(target.vm);
    await vm.mutex.run(async () => {
      const disk = this.#writable(vm, target.disk);
      if (disk.file.parent) throw new ControlError(`${vm.name} has snapshots.`);
      const { name, thin } = disk.file;
      await this.#world.disks.delete(disk.file);
      disk.file = await this.#world.disks.import(name, target.path, thin);
      disk.tracker = undefined;
      if (vm.changeTracking === 'on') vm.enableTrackingNow();
      vm.touch();
    });
  }

  /** What a power failure does to change tracking: it goes on, with ids that have nothing to do with the earlier ones. */
  async resetChangeTracking(name: string): Promise<void> {
    const vm = this.vm(name);
    await vm.mutex.run(async () => {
      if (vm.changeTracking !== 'on') throw new ControlError(`${vm.name} does not track changes.`);
      vm.disableTracking();
      vm.enableTrackingNow();
      vm.touch();
    });
  }

  #writable(vm: VirtualMachine, key: number): DiskDevice {
    const disk = this.#disk(vm, key);
    if (usedElsewhere(vm, disk.file)) throw new ControlError(`${disk.file.name} is attached to another machine.`);
    return disk;
  }
}
