import type { InventoryDisk, SnapshotDisk } from '../contract.ts';
import type { VirtualDevice, VirtualDisk } from './gen/types.ts';
import { parseDatastorePath } from './names.ts';
import { isA } from './vim-types.ts';
import { exactNumber } from './vim-values.ts';

/** What the several kinds of disk backing have in common, absent where a kind lacks it. */
export interface DiskBacking {
  readonly fileName: string;
  readonly uuid: string;
  readonly diskMode: string;
  readonly changeId: string | null;
  readonly thin: boolean;
  readonly multiWriter: boolean;
  readonly physicalRdm: boolean;
}

export function isVirtualDisk(device: VirtualDevice): device is VirtualDisk {
  return isA(device, 'VirtualDisk');
}

export function diskBacking({ backing }: VirtualDisk): DiskBacking {
  const base = {
    fileName: '',
    uuid: '',
    diskMode: '',
    changeId: null,
    thin: false,
    multiWriter: false,
    physicalRdm: false,
  };
  if (isA(backing, 'VirtualDiskFlatVer2BackingInfo')) {
    return {
      ...base,
      ...common(backing),
      thin: backing.thinProvisioned === true,
      multiWriter: backing.sharing === 'sharingMultiWriter',
    };
  }
  if (isA(backing, 'VirtualDiskRawDiskMappingVer1BackingInfo')) {
    return {
      ...base,
      ...common(backing),
      multiWriter: backing.sharing === 'sharingMultiWriter',
      // A mapping in virtual mode takes snapshots like any file.
      physicalRdm: backing.compatibilityMode !== 'virtualMode',
    };
  }
  if (isA(backing, 'VirtualDiskSeSparseBackingInfo') || isA(backing, 'VirtualDiskSparseVer2BackingInfo')) {
    return { ...base, ...common(backing), thin: true };
  }
  if (isA(backing, 'VirtualDeviceFileBackingInfo')) return { ...base, fileName: backing.fileName };
  return { ...base, physicalRdm: true };
}

/** Bytes. */
export function diskCapacity(disk: VirtualDisk): number {
  return disk.capacityInBytes === undefined
    ? exactNumber(disk.capacityInKB, 'The disk capacity') * 1024
    : exactNumber(disk.capacityInBytes, 'The disk capacity');
}

/** Keys of controllers whose disks another VM may hold at the same time. */
function sharedControllers(devices: readonly VirtualDevice[]): ReadonlySet<number> {
  return new Set(
    devices
      .filter((device) => isA(device, 'VirtualSCSIController') && device.sharedBus !== 'noSharing')
      .map((device) => device.key),
  );
}

export function inventoryDisks(devices: readonly VirtualDevice[]): readonly InventoryDisk[] {
  const shared = sharedControllers(devices);
  return devices.filter(isVirtualDisk).map((disk) => {
    const backing = diskBacking(disk);
    return {
      key: disk.key,
      label: disk.deviceInfo?.label ?? `Disk ${disk.key}`,
      uuid: backing.uuid,
      capacityBytes: diskCapacity(disk),
      datastore: parseDatastorePath(backing.fileName)?.datastore ?? '',
      fileName: backing.fileName,
      thin: backing.thin,
      ...(disk.controllerKey === undefined ? {} : { controllerKey: disk.controllerKey }),
      ...(disk.unitNumber === undefined ? {} : { unitNumber: disk.unitNumber }),
      obstacle: obstacle(backing, disk.controllerKey !== undefined && shared.has(disk.controllerKey)),
    };
  });
}

/** The disks a snapshot really froze. */
export function snapshotDisks(devices: readonly VirtualDevice[]): readonly SnapshotDisk[] {
  const ordinary = new Set(
    inventoryDisks(devices)
      .filter((disk) => disk.obstacle === null)
      .map((disk) => disk.key),
  );
  return devices
    .filter(isVirtualDisk)
    .filter((disk) => ordinary.has(disk.key))
    .map((disk) => {
      const backing = diskBacking(disk);
      return {
        key: disk.key,
        label: disk.deviceInfo?.label ?? `Disk ${disk.key}`,
        uuid: backing.uuid,
        capacityBytes: diskCapacity(disk),
        fileName: backing.fileName,
        datastore: parseDatastorePath(backing.fileName)?.datastore ?? '',
        changeId: backing.changeId,
        controllerKey: disk.controllerKey ?? 0,
        unitNumber: disk.unitNumber ?? 0,
      };
    });
}

/** Whether a file lies outside the directory of the VM's configuration file. */
export function isOutside(fileName: string, configFile: string): boolean {
  const own = parseDatastorePath(configFile)?.directory;
  const directory = parseDatastorePath(fileName)?.directory;
  return own === undefined || directory === undefined || (directory !== own && !directory.startsWith(`${own}/`));
}

function common(backing: { fileName: string; diskMode?: string; uuid?: string; changeId?: string }) {
  return {
    fileName: backing.fileName,
    uuid: backing.uuid ?? '',
    diskMode: backing.diskMode ?? '',
    changeId: backing.changeId ? backing.changeId : null,
  };
}

function obstacle(backing: DiskBacking, onSharedController: boolean): InventoryDisk['obstacle'] {
  if (backing.physicalRdm) return 'RDM';
  if (backing.multiWriter || onSharedController) return 'SHARED';
  if (backing.diskMode.startsWith('independent')) return 'INDEPENDENT';
  return null;
}
