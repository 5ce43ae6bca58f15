import type { MoRef, VimObject } from '../../vcenter/soap/values.ts';
import { controllerOf } from './controllers.ts';
import type { OvfItem, OvfPackage } from './read-descriptor.ts';

export interface ImportPlan {
  readonly name: string;
  /** Of the datastore. */
  readonly datastore: string;
  readonly thin: boolean;
  /** The network behind a network of the package. */
  readonly networkFor: (name: string) => { readonly name: string; readonly ref: MoRef } | undefined;
}

const DISK = 17;

interface Controller {
  readonly key: number;
  readonly type: string;
  readonly bus: number;
  used: number;
}

/** The VirtualMachineImportSpec of a package, and the OvfFileItems that have to be uploaded. */
export function importSpec(
  ovf: OvfPackage,
  plan: ImportPlan,
): { readonly spec: VimObject; readonly files: readonly VimObject[] } {
  const controllers = new Map<string, Controller>();
  const changes: VimObject[] = [];
  const files: VimObject[] = [];
  let key = -1;
  const add = (device: VimObject, fileOperation?: string) =>
    changes.push({
      $type: 'VirtualDeviceConfigSpec',
      operation: 'add',
      ...(fileOperation === undefined ? {} : { fileOperation }),
      device,
    });
  for (const item of ovf.items) {
    const kind = controllerOf(item.resourceType, item.subtype);
    if (!kind) continue;
    const same = [...controllers.values()].filter(({ type }) => type === kind.type).length;
    const bus = item.address ?? same;
    // Every VM has its IDE controllers from the start.
    const ide = kind.type === 'VirtualIDEController';
    const controller = { key: ide ? 200 + bus : --key, type: kind.type, bus, used: 0 };
    controllers.set(item.instanceId, controller);
    if (!ide) add(controllerDevice(controller, item));
  }
  for (const item of ovf.items) {
    if (item.resourceType === 10) {
      const network = plan.networkFor(item.connection);
      if (network) add(networkDevice(--key, network));
      continue;
    }
    const controller = controllers.get(item.parent);
    const disk = ovf.disks.get(item.resource);
    if (item.resourceType !== DISK || !controller || !disk) continue;
    const unit = item.address ?? controller.used;
    controller.used = unit + 1;
    add(diskDevice({ key: --key, controller, unit, capacityBytes: disk.capacityBytes, thin: plan.thin }), 'create');
    if (!disk.file) continue;
    files.push({
      $type: 'OvfFileItem',
      deviceId: `/${plan.name}/${controller.type}${controller.bus}:${unit}`,
      path: disk.file.href,
      size: disk.file.sizeBytes,
      cimType: DISK,
      create: false,
    });
  }
  const configSpec: VimObject = {
    $type: 'VirtualMachineConfigSpec',
    name: plan.name,
    ...(ovf.hardwareVersion === undefined ? {} : { version: ovf.hardwareVersion }),
    guestId: ovf.guestId,
    files: { $type: 'VirtualMachineFileInfo', vmPathName: `[${plan.datastore}]` },
    numCPUs: ovf.items.find((item) => item.resourceType === 3)?.quantity ?? 1,
    memoryMB: ovf.items.find((item) => item.resourceType === 4)?.quantity ?? 128,
    deviceChange: changes,
    ...(ovf.firmware === undefined ? {} : { firmware: ovf.firmware }),
  };
  return { spec: { $type: 'VirtualMachineImportSpec', configSpec }, files };
}

function controllerDevice({ key, type, bus }: Controller, item: OvfItem): VimObject {
  return {
    $type: type,
    key,
    busNumber: bus,
    deviceInfo: { $type: 'Description', label: item.element, summary: item.element },
    ...(item.resourceType === 6 ? { sharedBus: 'noSharing' } : {}),
  };
}

function networkDevice(key: number, network: { readonly name: string; readonly ref: MoRef }): VimObject {
  return {
    $type: 'VirtualVmxnet3',
    key,
    backing: { $type: 'VirtualEthernetCardNetworkBackingInfo', deviceName: network.name, network: network.ref },
    addressType: 'generated',
  };
}

function diskDevice(disk: {
  readonly key: number;
  readonly controller: Controller;
  readonly unit: number;
  readonly capacityBytes: number;
  readonly thin: boolean;
}): VimObject {
  return {
    $type: 'VirtualDisk',
    key: disk.key,
    backing: {
      $type: 'VirtualDiskFlatVer2BackingInfo',
      fileName: '',
      diskMode: 'persistent',
      thinProvisioned: disk.thin,
    },
    controllerKey: disk.controller.key,
    unitNumber: disk.unit,
    capacityInKB: Math.ceil(disk.capacityBytes / 1024),
    capacityInBytes: disk.capacityBytes,
  };
}
