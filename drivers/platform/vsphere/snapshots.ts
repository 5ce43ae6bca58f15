import type { SnapshotDisk, SnapshotInfo, SnapshotRef, VmRef } from '../contract.ts';
import { driverError, isFault } from './errors.ts';
import type { VirtualMachineSnapshotTree } from './gen/types.ts';
import { readableName } from './names.ts';
import { readObject } from './properties.ts';
import { runTask } from './run-task.ts';
import type { VimSession } from './vim-session.ts';
import { isReference, type ManagedObjectReference, reference } from './vim-values.ts';
import { snapshotDisks } from './virtual-disks.ts';
import { vmReference } from './virtual-machines.ts';

export function snapshotReference(snapshot: SnapshotRef): ManagedObjectReference {
  return reference('VirtualMachineSnapshot', snapshot);
}

export async function enableChangeTracking(session: VimSession, vm: VmRef, signal: AbortSignal): Promise<void> {
  const ref = vmReference(vm);
  const paths = ['config.changeTrackingEnabled', 'capability.changeTrackingSupported', 'snapshot'];
  const properties = await readObject(session, ref, paths, signal);
  if (properties.flag('config.changeTrackingEnabled')) return;
  if (properties.flag('capability.changeTrackingSupported') === false) {
    throw driverError(
      'permanent',
      'NOT_SUPPORTED',
      'This virtual machine does not support changed block tracking.',
      'Upgrade its virtual hardware to version 7 or later; until then every backup reads whole disks.',
    );
  }
  if (properties.data('snapshot', 'VirtualMachineSnapshotInfo')?.rootSnapshotList?.length) {
    throw driverError(
      'permanent',
      'INVALID_STATE',
      'Changed block tracking cannot be trusted when it is enabled while the virtual machine has snapshots.',
      'Remove its snapshots, then back it up again.',
    );
  }
  const what = 'Enabling changed block tracking';
  const work = {
    entity: ref,
    what,
    start: () =>
      session.call('ReconfigVM_Task', { _this: ref, spec: { changeTrackingEnabled: true } }, { signal, what }),
    isDone: async () => {
      const path = 'config.changeTrackingEnabled';
      return (await readObject(session, ref, [path], signal)).flag(path) === true;
    },
  };
  await runTask(session, work, signal);
}

export async function listSnapshots(
  session: VimSession,
  vm: VmRef,
  signal: AbortSignal,
): Promise<readonly SnapshotInfo[]> {
  const properties = await readObject(session, vmReference(vm), ['snapshot'], signal);
  const roots = properties.data('snapshot', 'VirtualMachineSnapshotInfo')?.rootSnapshotList ?? [];
  return roots.flatMap(flatten);
}

export async function createSnapshot(
  session: VimSession,
  vm: VmRef,
  options: { readonly name: string; readonly description: string; readonly quiesce: boolean },
  signal: AbortSignal,
): Promise<SnapshotInfo> {
  const what = 'Creating the snapshot';
  const { name, description, quiesce } = options;
  const entity = vmReference(vm);
  const request = { _this: entity, name, description, memory: false, quiesce };
  const find = async (isWanted: (snapshot: SnapshotInfo) => boolean) =>
    (await listSnapshots(session, vm, signal)).find(isWanted);
  // The caller's names are its own and used once, so a snapshot that has them is the one that was asked for.
  const hasNames = (snapshot: SnapshotInfo) => snapshot.name === name && snapshot.description === description;
  const created = await runTask(
    session,
    {
      entity,
      what,
      start: () => session.call('CreateSnapshot_Task', request, { signal, what }),
      isDone: async () => (await find(hasNames)) !== undefined,
    },
    signal,
  );
  const info = await find(isReference(created) ? (snapshot) => snapshot.ref === created.value : hasNames);
  if (info) return info;
  throw driverError(
    'transient',
    'TASK_FAILED',
    'The snapshot was made but is not in the list of snapshots.',
    'See the snapshots of the virtual machine in the vSphere Client, then try again.',
  );
}

/** From the snapshot's own configuration: the live VM's disks are already the next delta files, with later change ids. */
export async function readSnapshotDisks(
  session: VimSession,
  snapshot: SnapshotRef,
  signal: AbortSignal,
): Promise<readonly SnapshotDisk[]> {
  const properties = await readObject(session, snapshotReference(snapshot), ['config.hardware.device'], signal);
  return snapshotDisks(properties.list('config.hardware.device', 'VirtualDevice'));
}

export async function removeSnapshot(session: VimSession, snapshot: SnapshotRef, signal: AbortSignal): Promise<void> {
  const ref = snapshotReference(snapshot);
  let vm: ManagedObjectReference | undefined;
  try {
    const entity = (await readObject(session, ref, ['vm'], signal)).reference('vm');
    if (!entity) return;
    vm = entity;
    const what = 'Removing the snapshot';
    const request = { _this: ref, removeChildren: false, consolidate: true };
    const work = {
      entity,
      what,
      start: () => session.call('RemoveSnapshot_Task', request, { signal, what }),
      isDone: async () => !(await isListed(session, entity.value, snapshot, signal)),
    };
    await runTask(session, work, signal);
  } catch (error) {
    if (!isFault(error, 'ManagedObjectNotFound')) throw error;
  }
  if (vm) await checkRemoval(session, vm, snapshot, signal);
}

async function isListed(session: VimSession, vm: VmRef, snapshot: SnapshotRef, signal: AbortSignal): Promise<boolean> {
  return (await listSnapshots(session, vm, signal)).some((other) => other.ref === snapshot);
}

/** vSphere may say a removal succeeded although the delta files remain. */
async function checkRemoval(
  session: VimSession,
  vm: ManagedObjectReference,
  snapshot: SnapshotRef,
  signal: AbortSignal,
): Promise<void> {
  if (await isListed(session, vm.value, snapshot, signal)) {
    throw driverError(
      'permanent',
      'TASK_FAILED',
      'The snapshot is still there although its removal was reported as done.',
      'Remove it in the vSphere Client.',
    );
  }
  await consolidate(session, vm.value, signal);
}

export async function consolidate(session: VimSession, vmRef: VmRef, signal: AbortSignal): Promise<void> {
  const vm = vmReference(vmRef);
  if (!(await needsConsolidation(session, vm, signal))) return;
  const what = 'Consolidating the disks';
  const work = {
    entity: vm,
    what,
    start: () => session.call('ConsolidateVMDisks_Task', { _this: vm }, { signal, what }),
    isDone: async () => !(await needsConsolidation(session, vm, signal)),
  };
  await runTask(session, work, signal);
  if (await needsConsolidation(session, vm, signal)) {
    throw driverError(
      'permanent',
      'TASK_FAILED',
      'The virtual machine still needs a consolidation of its disks after the snapshot was removed.',
      'Find what holds the disks, such as a backup proxy, then consolidate in the vSphere Client before the datastore fills.',
    );
  }
}

async function needsConsolidation(
  session: VimSession,
  vm: ManagedObjectReference,
  signal: AbortSignal,
): Promise<boolean> {
  const path = 'runtime.consolidationNeeded';
  return (await readObject(session, vm, [path], signal)).flag(path) === true;
}

function flatten(tree: VirtualMachineSnapshotTree): readonly SnapshotInfo[] {
  const info = {
    ref: tree.snapshot.value,
    name: readableName(tree.name),
    description: tree.description,
    createdAt: new Date(tree.createTime).toISOString(),
    quiesced: tree.quiesced,
  };
  return [info, ...(tree.childSnapshotList ?? []).flatMap(flatten)];
}
