import type { Clock } from '../../../base/clock.ts';
import type { FaultPlan } from '../../../base/fault-plan.ts';
import type { IdSource } from '../../../base/ids.ts';
import type { Logger } from '../../../base/logger.ts';
import type { DeviceDirectory } from '../../disks/device-directory.ts';
import type { DiskStore } from '../../disks/disk-store.ts';
import { parseDatastorePath } from '../../disks/disk-store.ts';
import { uuidText } from '../../disks/uuid-text.ts';
import { Leases } from '../../nfc/leases.ts';
import type { NfcOptions } from '../../nfc/options.ts';
import { Authorization } from '../authorization/authorization.ts';
import { type Entity, Folder } from '../inventory/entity.ts';
import type { MoRef } from '../soap/values.ts';
import { VirtualMachine } from '../vm/virtual-machine.ts';
import { ChangeSignal } from './change-signal.ts';
import { ObjectRegistry } from './managed-object.ts';
import { TaskRunner } from './tasks.ts';

export interface WorldOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly disks: DiskStore;
  readonly devices: DeviceDirectory;
  readonly faults: FaultPlan;
  readonly taskDelayMs: number;
  readonly nfc: NfcOptions;
}

/** Everything one simulated vCenter knows; lives as long as the process. */
export class World {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly disks: DiskStore;
  readonly devices: DeviceDirectory;
  readonly faults: FaultPlan;
  readonly authorization = new Authorization();
  readonly changes = new ChangeSignal();
  readonly objects = new ObjectRegistry(this.changes);
  readonly tasks: TaskRunner;
  readonly leases: Leases;
  readonly instanceUuid: string;
  readonly root = new Folder({ type: 'Folder', value: 'group-d1' }, 'Datacenters', ['Folder', 'Datacenter']);
  /** The VM whose guest sees the device directory. */
  gateway: VirtualMachine | undefined;
  readonly #datastores = new Map<string, Entity>();

  constructor(options: WorldOptions) {
    this.clock = options.clock;
    this.ids = options.ids;
    this.logger = options.logger;
    this.disks = options.disks;
    this.devices = options.devices;
    this.faults = options.faults;
    this.instanceUuid = options.ids.uuid();
    this.objects.add(this.root);
    this.tasks = new TaskRunner({
      clock: options.clock,
      delayMs: options.taskDelayMs,
      objects: this.objects,
      changes: this.changes,
      faults: options.faults,
    });
    this.leases = new Leases(this, options.nfc);
  }

  /** A UUID whose first byte tells what it is for, as vCenter makes them: 50 for instances, 42 for BIOSes. */
  newVmUuid(first: 'instance' | 'bios'): string {
    return uuidText(`${first === 'instance' ? '50' : '42'}${this.ids.bytes(15).toString('hex')}`);
  }

  now(): Date {
    return new Date(this.clock.now());
  }

  virtualMachines(): readonly VirtualMachine[] {
    return this.objects.all().filter((object) => object instanceof VirtualMachine);
  }

  addDatastore(datastore: Entity): void {
    this.#datastores.set(datastore.name, datastore);
  }

  datastoreNamed(name: string): Entity | undefined {
    return this.#datastores.get(name);
  }

  /** The datastore of a `[datastore] path`. */
  datastoreOf(path: string): MoRef | undefined {
    const parsed = parseDatastorePath(path);
    return parsed && this.#datastores.get(parsed.datastore)?.ref;
  }
}
