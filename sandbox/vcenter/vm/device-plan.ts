import { invalidDeviceSpec } from '../soap/faults.ts';
import { isSubtype } from '../soap/metadata.ts';
import { numberOf, objectOf, type VimObject } from '../soap/values.ts';
import { type Device, type PlainDevice, plainDevice } from './devices.ts';

/** The target address of the controller itself on its own bus. */
const CONTROLLER_UNIT = 7;

/** A VM's devices while a spec is being worked in; `index` is the position in `deviceChange`, for error messages. */
export class DevicePlan {
  devices: Device[];
  /** Negative keys of a spec stand for devices that get their real key only now. */
  readonly #keys = new Map<number, number>();

  constructor(devices: readonly Device[]) {
    this.devices = [...devices];
  }

  find(key: number): Device | undefined {
    return this.devices.find((device) => device.key === key);
  }

  /** Throws InvalidDeviceSpec when there is no such device. */
  get(key: number | undefined, index: number): Device {
    const device = key === undefined ? undefined : this.find(key);
    if (!device) throw invalidDeviceSpec(index);
    return device;
  }

  addPlain(object: VimObject, index: number): void {
    const controller = isSubtype(object.$type, 'VirtualController');
    const asked = numberOf(object, 'key') ?? 0;
    const busNumber = numberOf(object, 'busNumber') ?? 0;
    const sameKind = this.devices.filter((device) => device.kind === 'plain' && device.object.$type === object.$type);
    if (controller && this.#busTaken(object, busNumber)) throw invalidDeviceSpec(index);
    const key = this.#free(firstKey(object.$type) + (controller ? busNumber : sameKind.length));
    if (asked !== key) this.#keys.set(asked, key);
    const controllerKey = numberOf(object, 'controllerKey');
    const place = controllerKey === undefined ? {} : { controllerKey: this.controllerKey(controllerKey, index) };
    const deviceInfo = objectOf(object, 'deviceInfo') ?? {
      $type: 'Description',
      label: controller ? `Controller ${busNumber}` : `${object.$type} ${sameKind.length + 1}`,
      summary: object.$type,
    };
    this.devices.push(plainDevice({ ...object, key, deviceInfo, ...place }));
  }

  /** The real key of a controller a spec names, which has to exist. */
  controllerKey(asked: number | undefined, index: number): number {
    const key = asked === undefined ? undefined : (this.#keys.get(asked) ?? asked);
    return this.get(key, index).key;
  }

  /** Where a disk goes: the unit asked for, or the first free one. Throws InvalidDeviceSpec for unit 7 of SCSI, or a taken one. */
  unitNumber(controllerKey: number, asked: number | undefined, index: number): number {
    const controller = this.get(controllerKey, index);
    if (controller.kind === 'disk' || !isSubtype(controller.object.$type, 'VirtualController')) {
      throw invalidDeviceSpec(index);
    }
    const taken = new Set(
      this.devices.filter((each) => each.controllerKey === controllerKey).map((each) => each.unitNumber),
    );
    const scsi = isSubtype(controller.object.$type, 'VirtualSCSIController');
    if (scsi) taken.add(CONTROLLER_UNIT);
    const count = unitCount(controller);
    if (asked !== undefined && asked >= 0) {
      if (asked >= count || taken.has(asked)) throw invalidDeviceSpec(index);
      return asked;
    }
    for (let unit = 0; unit < count; unit++) if (!taken.has(unit)) return unit;
    throw invalidDeviceSpec(index);
  }

  /** 2000, 2001, … on the first controller, as vCenter numbers disks; the next free one if that is taken. */
  diskKey(controllerKey: number, unitNumber: number): number {
    const controller = this.find(controllerKey);
    const bus = controller?.kind === 'plain' ? (numberOf(controller.object, 'busNumber') ?? 0) : 0;
    return this.#free(2000 + bus * 16 + unitNumber);
  }

  remove(device: Device): void {
    this.devices = this.devices.filter((each) => each !== device);
  }

  replace(device: Device, by: Device): void {
    this.devices = this.devices.map((each) => (each === device ? by : each));
  }

  #busTaken(object: VimObject, busNumber: number): boolean {
    const family = isSubtype(object.$type, 'VirtualSCSIController') ? 'VirtualSCSIController' : object.$type;
    return this.devices.some(
      (device) =>
        device.kind === 'plain' &&
        isSubtype(device.object.$type, family) &&
        numberOf(device.object, 'busNumber') === busNumber,
    );
  }

  #free(key: number): number {
    let candidate = key;
    while (this.find(candidate)) candidate += 1;
    return candidate;
  }
}

function firstKey(type: string): number {
  if (isSubtype(type, 'VirtualSCSIController')) return 1000;
  if (isSubtype(type, 'VirtualSATAController')) return 15_000;
  if (type === 'VirtualNVMEController') return 31_000;
  if (type === 'VirtualIDEController') return 200;
  if (isSubtype(type, 'VirtualEthernetCard')) return 4000;
  if (type === 'VirtualCdrom') return 16_000;
  return 12_000;
}

function unitCount(controller: PlainDevice): number {
  const type = controller.object.$type;
  if (type === 'ParaVirtualSCSIController') return 64;
  if (isSubtype(type, 'VirtualSCSIController')) return 16;
  if (isSubtype(type, 'VirtualSATAController')) return 30;
  return type === 'VirtualIDEController' ? 2 : 15;
}
