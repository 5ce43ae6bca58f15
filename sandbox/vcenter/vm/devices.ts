import type { ChangeTracker } from '../../disks/change-tracker.ts';
import type { DiskFile } from '../../disks/disk-file.ts';
import { type MoRef, numberOf, type VimObject } from '../soap/values.ts';

export type DiskMode =
  | 'persistent'
  | 'independent_persistent'
  | 'independent_nonpersistent'
  | 'nonpersistent'
  | 'append'
  | 'undoable';

/** A virtual disk of a VM, or, in a snapshot, the frozen picture of one. */
export interface DiskDevice {
  readonly kind: 'disk';
  readonly key: number;
  readonly controllerKey: number;
  readonly unitNumber: number;
  readonly label: string;
  readonly mode: DiskMode;
  /** In a snapshot the frozen file, in the VM the live one. */
  file: DiskFile;
  /** Live disks only: undefined while changes are not tracked. */
  tracker?: ChangeTracker | undefined;
  /** Of a snapshot's disk. */
  changeId?: string | undefined;
  /** Raw device mapping in physical mode, which snapshots leave out. */
  readonly rawDevice?: boolean | undefined;
  /** The disk of another VM, attached here: it is not part of this VM's chains. */
  readonly foreign?: boolean | undefined;
  /** Takes away what the attachment put into the device directory. */
  detach?: (() => Promise<void>) | undefined;
}

/** Controllers, network cards and the rest: kept as the client wrote them. */
export interface PlainDevice {
  readonly kind: 'plain';
  readonly key: number;
  readonly controllerKey: number | undefined;
  readonly unitNumber: number | undefined;
  readonly object: VimObject;
}

export type Device = DiskDevice | PlainDevice;

export function plainDevice(object: VimObject): PlainDevice {
  return {
    kind: 'plain',
    key: numberOf(object, 'key') ?? 0,
    controllerKey: numberOf(object, 'controllerKey'),
    unitNumber: numberOf(object, 'unitNumber'),
    object,
  };
}

/** Independent disks stand outside snapshots, and so do physical raw device mappings. */
export function inSnapshots(disk: DiskDevice): boolean {
  return !disk.mode.startsWith('independent_') && disk.rawDevice !== true;
}

/** Whether writes of the VM reach the file and stay. */
export function writesThrough(disk: DiskDevice): boolean {
  return disk.mode !== 'independent_nonpersistent' && disk.mode !== 'nonpersistent';
}

function backingOf(file: DiskFile, disk: DiskDevice, datastoreOf: (name: string) => MoRef | undefined): VimObject {
  const datastore = datastoreOf(file.name);
  return {
    $type: disk.rawDevice === true ? 'VirtualDiskRawDiskMappingVer1BackingInfo' : 'VirtualDiskFlatVer2BackingInfo',
    fileName: file.name,
    datastore,
    backingObjectId: '',
    diskMode: disk.mode,
    uuid: file.uuid,
    contentId: file.uuid.replaceAll('-', ''),
    sharing: 'sharingNone',
    ...(disk.rawDevice === true
      ? {
          lunUuid: `0200000000${file.uuid.replaceAll('-', '')}`,
          compatibilityMode: 'physicalMode',
          deviceName: `vml.${file.uuid.replaceAll('-', '')}`,
        }
      : {
          split: false,
          writeThrough: false,
          thinProvisioned: file.thin,
          eagerlyScrub: false,
          digestEnabled: false,
          ...(file.parent ? { deltaDiskFormat: 'seSparseFormat', deltaGrainSize: 8 } : {}),
        }),
    ...(file.parent ? { parent: backingOf(file.parent, disk, datastoreOf) } : {}),
  };
}

/** The device as `config.hardware.device` shows it. */
export function deviceObject(device: Device, datastoreOf: (name: string) => MoRef | undefined): VimObject {
  if (device.kind === 'plain') return device.object;
  const { file } = device;
  const changeId = device.changeId ?? device.tracker?.latest();
  return {
    $type: 'VirtualDisk',
    key: device.key,
    deviceInfo: {
      $type: 'Description',
      label: device.label,
      summary: `${(file.capacityBytes / 1024).toLocaleString('en-US')} KB`,
    },
    backing: { ...backingOf(file, device, datastoreOf), ...(changeId === undefined ? {} : { changeId }) },
    controllerKey: device.controllerKey,
    unitNumber: device.unitNumber,
    capacityInKB: Math.floor(file.capacityBytes / 1024),
    capacityInBytes: file.capacityBytes,
    shares: { $type: 'SharesInfo', shares: 1000, level: 'normal' },
    diskObjectId: `1-${device.key}`,
    nativeUnmanagedLinkedClone: false,
  };
}
