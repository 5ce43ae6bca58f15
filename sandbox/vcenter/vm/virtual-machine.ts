import { ChangeTracker } from '../../disks/change-tracker.ts';
import { Mutex } from '../core/mutex.ts';
import type { World } from '../core/world.ts';
import { Entity } from '../inventory/entity.ts';
import type { MoRef, VimValue } from '../soap/values.ts';
import { type Device, type DiskDevice, inSnapshots, writesThrough } from './devices.ts';
import type { Snapshot } from './snapshot.ts';
import { readVirtualMachine } from './vm-properties.ts';

export type PowerState = 'poweredOn' | 'poweredOff' | 'suspended';
export type ChangeTracking = 'off' | 'on' | 'waitingForStun';

/** What a VM is made of; mutable, because operations change it in place. */
export interface VmSettings {
  instanceUuid: string;
  biosUuid: string;
  guestId: string;
  cpuCount: number;
  memoryMb: number;
  firmware: string;
  annotation: string;
  template: boolean;
  version: string;
  /** `[datastore] directory/name.vmx` */
  configFile: string;
  host: MoRef;
  resourcePool: MoRef | undefined;
}

/** A virtual machine. */
export class VirtualMachine extends Entity {
  readonly world: World;
  readonly settings: VmSettings;
  readonly mutex = new Mutex();
  readonly extraConfig = new Map<string, string>();
  readonly createdAt: Date;
  powerState: PowerState = 'poweredOff';
  bootedAt: Date | undefined;
  devices: Device[] = [];
  /** `waitingForStun`: switched on while running; real only after the next stun. */
  changeTracking: ChangeTracking = 'off';
  rootSnapshots: Snapshot[] = [];
  currentSnapshot: Snapshot | undefined;
  consolidationNeeded = false;
  changeVersion = 1;

  constructor(world: World, ref: MoRef, name: string, settings: VmSettings) {
    super(ref, name);
    this.world = world;
    this.settings = settings;
    this.createdAt = world.now();
  }

  get disks(): readonly DiskDevice[] {
    return this.devices.filter((device) => device.kind === 'disk');
  }

  /** `[datastore] directory` */
  get directory(): string {
    return this.settings.configFile.replace(/\/[^/]*$/, '');
  }

  /** Whether the guest sees its disks by their uuids. */
  get diskUuidEnabled(): boolean {
    return this.extraConfig.get('disk.EnableUUID')?.toUpperCase() === 'TRUE';
  }

  get snapshots(): readonly Snapshot[] {
    return this.rootSnapshots.flatMap((snapshot) => snapshot.withDescendants());
  }

  disk(key: number): DiskDevice | undefined {
    return this.disks.find((disk) => disk.key === key);
  }

  /** Starts tracking every disk that snapshots include, with change ids nobody has seen before. */
  enableTrackingNow(): void {
    this.changeTracking = 'on';
    for (const disk of this.disks) {
      if (inSnapshots(disk)) disk.tracker ??= new ChangeTracker(disk.file.capacityBytes, this.world.ids);
    }
  }

  disableTracking(): void {
    this.changeTracking = 'off';
    for (const disk of this.disks) disk.tracker = undefined;
  }

  touch(): void {
    this.changeVersion += 1;
    this.world.changes.raise();
  }

  override read(property: string): VimValue | undefined {
    const value = readVirtualMachine(this, property);
    return value === undefined ? super.read(property) : value;
  }

  /** Writes as the guest does: into the live file, and known to change tracking. The disk must be the VM's own. */
  async guestWrite(disk: DiskDevice, offset: number, data: Uint8Array): Promise<void> {
    if (!writesThrough(disk)) throw new Error('A nonpersistent disk cannot be written from here.');
    await disk.file.write(offset, data);
    disk.tracker?.record(offset, data.length);
  }
}
