import type { DiskFile } from '../../disks/disk-file.ts';
import type { SpecialOutcome } from '../core/planned-faults.ts';
import { fileLocked, notSupported } from '../soap/faults.ts';
import type { MoRef } from '../soap/values.ts';
import { type Device, inSnapshots } from './devices.ts';
import { usedElsewhere } from './disk-locks.ts';
import { Snapshot } from './snapshot.ts';
import type { VirtualMachine } from './virtual-machine.ts';

export interface NewSnapshot {
  readonly name: string;
  readonly description: string;
  readonly quiesce: boolean;
}

/** Freezes the live files, puts a delta over each, and ends the present interval of change tracking. */
export async function createSnapshot(vm: VirtualMachine, spec: NewSnapshot): Promise<MoRef> {
  if (vm.settings.template) throw notSupported('A template cannot have snapshots.');
  const { world } = vm;
  const frozen: Device[] = [];
  for (const device of vm.devices) {
    if (device.kind === 'plain') {
      frozen.push(device);
      continue;
    }
    const { detach: _detach, tracker, ...picture } = device;
    if (!inSnapshots(device)) {
      frozen.push(picture);
      continue;
    }
    frozen.push({ ...picture, ...(tracker ? { changeId: tracker.cut() } : {}) });
    device.file = await world.disks.createDelta(device.file);
  }
  // The stun of this very snapshot is what makes tracking real; its own change ids are still missing.
  if (vm.changeTracking === 'waitingForStun') vm.enableTrackingNow();
  const snapshot = new Snapshot(world.objects.newRef('VirtualMachineSnapshot', 'snapshot'), vm, {
    name: spec.name,
    description: spec.description,
    number: Math.max(0, ...vm.snapshots.map((each) => each.state.number)) + 1,
    createdAt: world.now(),
    quiesced: spec.quiesce && vm.powerState === 'poweredOn',
    powerState: vm.powerState,
    devices: frozen,
  });
  snapshot.parent = vm.currentSnapshot;
  if (snapshot.parent) snapshot.parent.children.push(snapshot);
  else vm.rootSnapshots.push(snapshot);
  vm.currentSnapshot = snapshot;
  world.objects.add(snapshot);
  vm.touch();
  return snapshot.ref;
}

export interface RemoveOptions {
  readonly removeChildren: boolean;
  readonly consolidate: boolean;
}

/** Takes a snapshot out of the tree and, unless told otherwise, merges the deltas nobody needs any more. */
export async function removeSnapshot(
  snapshot: Snapshot,
  options: RemoveOptions,
  planned: SpecialOutcome | undefined,
): Promise<void> {
  const { vm } = snapshot;
  const leaving = options.removeChildren ? snapshot.withDescendants() : [snapshot];
  for (const each of leaving) for (const disk of each.disks) if (inSnapshots(disk)) checkMergeable(vm, disk.file);
  const siblings = snapshot.parent ? snapshot.parent.children : vm.rootSnapshots;
  const heirs = options.removeChildren ? [] : snapshot.children;
  siblings.splice(siblings.indexOf(snapshot), 1, ...heirs);
  for (const heir of heirs) heir.parent = snapshot.parent;
  if (vm.currentSnapshot && leaving.includes(vm.currentSnapshot)) vm.currentSnapshot = snapshot.parent;
  for (const each of leaving) vm.world.objects.remove(each.ref);
  await finish(vm, options.consolidate && planned !== 'consolidationNeeded');
}

export async function removeAllSnapshots(vm: VirtualMachine, consolidate: boolean): Promise<void> {
  for (const snapshot of vm.snapshots) {
    for (const disk of snapshot.disks) if (inSnapshots(disk)) checkMergeable(vm, disk.file);
  }
  for (const snapshot of vm.snapshots) vm.world.objects.remove(snapshot.ref);
  vm.rootSnapshots = [];
  vm.currentSnapshot = undefined;
  await finish(vm, consolidate);
}

async function finish(vm: VirtualMachine, consolidate: boolean): Promise<void> {
  if (consolidate) await consolidateDisks(vm);
  else vm.consolidationNeeded = needless(vm).length > 0;
  // Removing a snapshot stuns the VM as well.
  if (vm.changeTracking === 'waitingForStun') vm.enableTrackingNow();
  vm.touch();
}

/** Merges every delta whose parent no snapshot needs. Throws FileLocked when another VM has one of the files open. */
export async function consolidateDisks(vm: VirtualMachine): Promise<void> {
  for (let child = needless(vm)[0]; child; child = needless(vm)[0]) {
    if (child.parent) checkMergeable(vm, child.parent);
    checkMergeable(vm, child);
    const merged = await child.mergeIntoParent();
    for (const disk of [...vm.disks, ...vm.snapshots.flatMap((snapshot) => snapshot.disks)]) {
      if (disk.file === child) disk.file = merged;
    }
    for (const file of vm.world.disks.all()) if (file.parent === child) file.parent = merged;
    await vm.world.disks.delete(child);
  }
  vm.consolidationNeeded = false;
  vm.touch();
}

/** Deltas in the VM's chains that lie on a file no snapshot has frozen. */
function needless(vm: VirtualMachine): readonly DiskFile[] {
  const frozen = new Set(vm.snapshots.flatMap((snapshot) => snapshot.disks.map((disk) => disk.file)));
  return vm.disks
    .filter((disk) => !disk.foreign)
    .flatMap((disk) => disk.file.chain())
    .filter((file) => file.parent !== undefined && !frozen.has(file.parent));
}

function checkMergeable(vm: VirtualMachine, file: DiskFile): void {
  if (usedElsewhere(vm, file)) throw fileLocked(file.name);
}
