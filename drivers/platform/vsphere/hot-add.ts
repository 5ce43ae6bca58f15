import { abortable } from '../../../base/abort.ts';
import type { AttachedDisk, VmRef } from '../contract.ts';
import { driverError } from './errors.ts';
import type { VirtualDevice, VirtualDisk, VirtualDiskFlatVer2BackingInfo } from './gen/types.ts';
import type { KeyedMutex } from './keyed-mutex.ts';
import { readObject } from './properties.ts';
import { runTask } from './run-task.ts';
import { waitForTask } from './tasks.ts';
import type { VimSession } from './vim-session.ts';
import { isA } from './vim-types.ts';
import type { ManagedObjectReference } from './vim-values.ts';
import { diskBacking, isOutside, isVirtualDisk } from './virtual-disks.ts';
import { vmReference } from './virtual-machines.ts';

/** Unit 7 of a SCSI controller is the controller itself. */
const reservedUnit = 7;
const unitsPerController = 16;

const takeBackWithinMs = 2 * 60_000;

interface Slot {
  readonly controllerKey: number;
  readonly unitNumber: number;
}

type DeviceOfDisk = Pick<AttachedDisk, 'uuid' | 'deviceKey'>;

interface VmDevices {
  readonly devices: readonly VirtualDevice[];
  readonly configFile: string;
}

/** Attaching and detaching of existing disks. One change at a time per VM, or two would choose the same unit. */
export class HotAdd {
  readonly #session: VimSession;
  readonly #mutex: KeyedMutex;

  constructor(session: VimSession, mutex: KeyedMutex) {
    this.#session = session;
    this.#mutex = mutex;
  }

  attach(
    vm: VmRef,
    disk: { readonly fileName: string; readonly mode: 'READ' | 'WRITE' },
    signal: AbortSignal,
  ): Promise<AttachedDisk> {
    const attaching = this.#mutex.run(vm, async () => {
      signal.throwIfAborted();
      const what = 'Attaching the disk';
      const { devices, configFile } = await this.#devices(vm, signal);
      if (!isOutside(disk.fileName, configFile)) throw ownDisk(disk.fileName);
      const slot = freeSlot(devices);
      const backing: VirtualDiskFlatVer2BackingInfo = {
        $type: 'VirtualDiskFlatVer2BackingInfo',
        fileName: disk.fileName,
        diskMode: disk.mode === 'READ' ? 'independent_nonpersistent' : 'independent_persistent',
      };
      const device: VirtualDisk = { $type: 'VirtualDisk', key: -1, backing, ...slot, capacityInKB: 0 };
      // Without a fileOperation: the file exists already and must stay as it is.
      const spec = { deviceChange: [{ operation: 'add', device }] };
      const entity = vmReference(vm);
      let task: ManagedObjectReference | undefined;
      const work = {
        entity,
        what,
        start: async () => {
          task = await this.#session.call('ReconfigVM_Task', { _this: entity, spec }, { signal, what });
          return task;
        },
        isDone: async () => this.#inSlot((await this.#devices(vm, signal)).devices, slot) !== undefined,
      };
      try {
        await runTask(this.#session, work, signal);
        return await this.#attached(vm, slot, signal);
      } catch (error) {
        if (signal.aborted && task) await this.#takeBack(vm, task, slot);
        throw error;
      }
    });
    return abortable(attaching, signal);
  }

  /**
   * Giving up the wait does not end the task: the disk would stay attached, and lock its VM, without anybody knowing. Runs under the VM's
   * mutex, so nobody else gets the slot meanwhile. Best effort; the next reap finds what is missed here.
   */
  async #takeBack(vm: VmRef, task: ManagedObjectReference, slot: Slot): Promise<void> {
    const signal = AbortSignal.timeout(takeBackWithinMs);
    try {
      await waitForTask(this.#session, task, 'Attaching the disk', signal);
      await this.#detach(vm, await this.#attached(vm, slot, signal), signal);
    } catch {
      // Nothing was attached, or the vCenter cannot be reached.
    }
  }

  detach(vm: VmRef, disk: DeviceOfDisk, signal: AbortSignal): Promise<void> {
    return this.#mutex.run(vm, () => this.#detach(vm, disk, signal));
  }

  async #detach(vm: VmRef, { uuid, deviceKey }: DeviceOfDisk, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const what = 'Detaching the disk';
    // Whoever asks looked some time ago: the slot may have another job's disk by now, under the same key.
    const find = async () =>
      (await this.#devices(vm, signal)).devices
        .filter(isVirtualDisk)
        .find((device) => device.key === deviceKey && diskBacking(device).uuid === uuid);
    const disk = await find();
    if (!disk) return;
    const device: VirtualDisk = {
      $type: 'VirtualDisk',
      key: disk.key,
      capacityInKB: disk.capacityInKB,
      ...(disk.controllerKey === undefined ? {} : { controllerKey: disk.controllerKey }),
      ...(disk.unitNumber === undefined ? {} : { unitNumber: disk.unitNumber }),
    };
    // Without a fileOperation: `destroy` would delete the disk of the VM that is backed up.
    const spec = { deviceChange: [{ operation: 'remove', device }] };
    const entity = vmReference(vm);
    const work = {
      entity,
      what,
      start: () => this.#session.call('ReconfigVM_Task', { _this: entity, spec }, { signal, what }),
      isDone: async () => (await find()) === undefined,
    };
    await runTask(this.#session, work, signal);
  }

  async foreign(vm: VmRef, signal: AbortSignal): Promise<readonly AttachedDisk[]> {
    const { devices, configFile } = await this.#devices(vm, signal);
    return devices
      .filter(isVirtualDisk)
      .filter((disk) => isOutside(diskBacking(disk).fileName, configFile) && isHotAdded(disk))
      .map(attachedDisk);
  }

  async #attached(vm: VmRef, slot: Slot, signal: AbortSignal): Promise<AttachedDisk> {
    const { devices } = await this.#devices(vm, signal);
    const found = this.#inSlot(devices, slot);
    if (found) return attachedDisk(found);
    throw driverError(
      'transient',
      'TASK_FAILED',
      'The disk was attached but is not among the devices of the virtual machine.',
      "See the gateway's virtual machine in the vSphere Client, then try again.",
    );
  }

  #inSlot(devices: readonly VirtualDevice[], slot: Slot): VirtualDisk | undefined {
    return devices
      .filter(isVirtualDisk)
      .find((disk) => disk.controllerKey === slot.controllerKey && disk.unitNumber === slot.unitNumber);
  }

  async #devices(vm: VmRef, signal: AbortSignal): Promise<VmDevices> {
    const paths = ['config.hardware.device', 'config.files.vmPathName'];
    const properties = await readObject(this.#session, vmReference(vm), paths, signal);
    return {
      devices: properties.list('config.hardware.device', 'VirtualDevice'),
      configFile: properties.text('config.files.vmPathName') ?? '',
    };
  }
}

/** A gateway that attaches its own disk to itself would read what it is writing. */
function ownDisk(fileName: string): Error {
  return driverError(
    'permanent',
    'INVALID_STATE',
    `${fileName} is a disk of the very virtual machine it should be attached to.`,
    'A gateway cannot back itself up: use another gateway for its virtual machine.',
  );
}

/** The first free unit of a SCSI controller; only those take disks while the VM runs on every supported version. */
export function freeSlot(devices: readonly VirtualDevice[]): Slot {
  for (const controller of devices) {
    if (!isA(controller, 'VirtualSCSIController')) continue;
    const taken = new Set(
      devices.filter((device) => device.controllerKey === controller.key).map((device) => device.unitNumber),
    );
    taken.add(controller.scsiCtlrUnitNumber ?? reservedUnit);
    taken.add(reservedUnit);
    for (let unitNumber = 0; unitNumber < unitsPerController; unitNumber++) {
      if (!taken.has(unitNumber)) return { controllerKey: controller.key, unitNumber };
    }
  }
  throw driverError(
    'transient',
    'BUSY',
    'The virtual machine has no free unit on a SCSI controller.',
    'Let fewer jobs run at a time on this gateway, or add a paravirtual SCSI controller to its virtual machine.',
  );
}

/** An ordinary disk of the VM's own on another datastore is `persistent`; {@link HotAdd.attach} never uses that mode. */
function isHotAdded(disk: VirtualDisk): boolean {
  return diskBacking(disk).diskMode.startsWith('independent');
}

function attachedDisk(disk: VirtualDisk): AttachedDisk {
  const { uuid, fileName } = diskBacking(disk);
  return { uuid, deviceKey: disk.key, fileName };
}
