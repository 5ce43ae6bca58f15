import type { DiskController, NewVmSpec } from '../contract.ts';
import { driverError } from './errors.ts';
import type {
  VirtualController,
  VirtualDeviceBackingInfo,
  VirtualDeviceConfigSpec,
  VirtualDisk,
  VirtualDiskFlatVer2BackingInfo,
  VirtualEthernetCard,
  VirtualSCSIController,
} from './gen/types.ts';

/** Where vSphere numbers each kind of controller from; the bus number is what is added. */
const ideBase = 200;
const scsiBase = 1000;
const sataBase = 15_000;
const nvmeBase = 31_000;

const scsiTypes = new Set([
  'ParaVirtualSCSIController',
  'VirtualLsiLogicController',
  'VirtualLsiLogicSASController',
  'VirtualBusLogicController',
]);

/** Controllers and empty disks of a new VM, each disk at the controller and unit it had. */
export function newDisks(spec: NewVmSpec): readonly VirtualDeviceConfigSpec[] {
  const keys = [...new Set(spec.disks.map((disk) => disk.controllerKey))].sort((one, other) => one - other);
  const controllers = new Map(keys.map((key) => [key, newController(key, spec)]));
  const changes: VirtualDeviceConfigSpec[] = [];
  for (const controller of controllers.values()) {
    if (controller) changes.push({ operation: 'add', device: controller });
  }
  spec.disks.forEach((disk, index) => {
    const backing: VirtualDiskFlatVer2BackingInfo = {
      $type: 'VirtualDiskFlatVer2BackingInfo',
      fileName: `[${spec.datastore}]`,
      diskMode: 'persistent',
      thinProvisioned: disk.thin,
    };
    const device: VirtualDisk = {
      $type: 'VirtualDisk',
      key: -(index + 1),
      backing,
      controllerKey: controllers.get(disk.controllerKey)?.key ?? disk.controllerKey,
      unitNumber: disk.unitNumber,
      capacityInKB: Math.ceil(disk.capacityBytes / 1024),
      capacityInBytes: disk.capacityBytes,
    };
    changes.push({ operation: 'add', fileOperation: 'create', device });
  });
  return changes;
}

/** A network card behind `backing`. */
export function newNetworkCard(backing: VirtualDeviceBackingInfo): VirtualDeviceConfigSpec {
  const device: VirtualEthernetCard = {
    $type: 'VirtualVmxnet3',
    key: -1000,
    backing,
    connectable: { startConnected: true, allowGuestControl: true, connected: false },
    addressType: 'generated',
  };
  return { operation: 'add', device };
}

/** Undefined for the IDE controllers, which every VM has from the start. */
function newController(key: number, spec: NewVmSpec): VirtualController | undefined {
  // A temporary key is negative, so that it cannot be that of another device.
  const common = { key: -key };
  if (key >= ideBase && key < ideBase + 2) return undefined;
  if (key >= scsiBase && key < scsiBase + 4) {
    const controller: VirtualSCSIController = {
      ...common,
      $type: scsiType(key, spec.controllers, spec.guestId),
      busNumber: key - scsiBase,
      sharedBus: 'noSharing',
    };
    return controller;
  }
  if (key >= sataBase && key < sataBase + 4)
    return { ...common, $type: 'VirtualAHCIController', busNumber: key - sataBase };
  if (key >= nvmeBase && key < nvmeBase + 4)
    return { ...common, $type: 'VirtualNVMEController', busNumber: key - nvmeBase };
  throw driverError(
    'permanent',
    'NOT_SUPPORTED',
    `A disk controller with the key ${key} cannot be made.`,
    'Disks of IDE, SCSI, SATA and NVMe controllers can be restored to a new virtual machine.',
  );
}

/** Windows has a driver for LSI Logic SAS and none for the paravirtual controller until VMware Tools are there. */
function scsiType(key: number, controllers: readonly DiskController[] | undefined, guestId: string): string {
  const recorded = controllers?.find((controller) => controller.key === key)?.type;
  if (recorded && scsiTypes.has(recorded)) return recorded;
  return guestId.toLowerCase().startsWith('win') ? 'VirtualLsiLogicSASController' : 'ParaVirtualSCSIController';
}
