import type { ManagedObject } from '../core/managed-object.ts';
import type { MoRef, VimObject, VimValue } from '../soap/values.ts';
import type { Device, DiskDevice } from './devices.ts';
import type { PowerState, VirtualMachine } from './virtual-machine.ts';
import { configInfo } from './vm-properties.ts';

export interface SnapshotState {
  readonly name: string;
  readonly description: string;
  readonly number: number;
  readonly createdAt: Date;
  readonly quiesced: boolean;
  readonly powerState: PowerState;
  /** The VM's devices at that moment; disks with their frozen files. */
  readonly devices: readonly Device[];
}

/** A VirtualMachineSnapshot managed object. */
export class Snapshot implements ManagedObject {
  readonly ref: MoRef;
  readonly vm: VirtualMachine;
  readonly state: SnapshotState;
  parent: Snapshot | undefined;
  children: Snapshot[] = [];

  constructor(ref: MoRef, vm: VirtualMachine, state: SnapshotState) {
    this.ref = ref;
    this.vm = vm;
    this.state = state;
  }

  get disks(): readonly DiskDevice[] {
    return this.state.devices.filter((device) => device.kind === 'disk');
  }

  withDescendants(): readonly Snapshot[] {
    return [this, ...this.children.flatMap((child) => child.withDescendants())];
  }

  read(property: string): VimValue | undefined {
    switch (property) {
      case 'config':
        return configInfo(this.vm, this.state.devices);
      case 'vm':
        return this.vm.ref;
      case 'childSnapshot':
        return this.children.map((child) => child.ref);
      default:
        return property === 'value' || property === 'availableField' ? [] : undefined;
    }
  }

  /** VirtualMachineSnapshotTree */
  tree(): VimObject {
    return {
      $type: 'VirtualMachineSnapshotTree',
      snapshot: this.ref,
      vm: this.vm.ref,
      name: this.state.name,
      description: this.state.description,
      id: this.state.number,
      createTime: this.state.createdAt,
      state: this.state.powerState,
      quiesced: this.state.quiesced,
      childSnapshotList: this.children.map((child) => child.tree()),
      replaySupported: false,
    };
  }
}
