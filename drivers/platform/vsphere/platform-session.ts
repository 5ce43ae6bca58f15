import type { InventoryVm, NewVmSpec, PlatformAbout, PlatformSession, VmRef } from '../contract.ts';
import { changedAreasError, mergeChangedAreas } from './changed-areas.ts';
import { createVm } from './create-vm.ts';
import { destroyVm } from './destroy-vm.ts';
import { driverError, isFault } from './errors.ts';
import { HotAdd } from './hot-add.ts';
import { KeyedMutex } from './keyed-mutex.ts';
import { findMarked, setMarker } from './markers.ts';
import { exportSnapshot } from './nfc/export-snapshot.ts';
import { importVm } from './nfc/import-vm.ts';
import { missingPrivileges } from './privileges.ts';
import { readInventory } from './properties.ts';
import {
  consolidate,
  createSnapshot,
  enableChangeTracking,
  listSnapshots,
  readSnapshotDisks,
  removeSnapshot,
} from './snapshots.ts';
import type { VimSession } from './vim-session.ts';
import { reference } from './vim-values.ts';
import { findVm, readAllVms, readConfiguration, readVm, vmReference } from './virtual-machines.ts';
import { readCondition } from './vm-condition.ts';

/** The platform contract on top of one vSphere session. */
export function createPlatformSession(session: VimSession): PlatformSession {
  const hotAdd = new HotAdd(session, new KeyedMutex());
  return {
    about: (signal) => readAbout(session, signal),
    missingPrivileges: (scope, signal) => missingPrivileges(session, scope, signal),
    inventory: (signal) => readAllVms(session, signal),
    findVm: (identity, signal) => findVm(session, identity, signal),
    vmCondition: (vm, signal) => readCondition(session, vm, signal),
    vmConfiguration: (vm, signal) => readConfiguration(session, vm, signal),
    enableChangeTracking: (vm, signal) => enableChangeTracking(session, vm, signal),
    snapshots: (vm, signal) => listSnapshots(session, vm, signal),
    createSnapshot: (vm, options, signal) => createSnapshot(session, vm, options, signal),
    snapshotDisks: (snapshot, signal) => readSnapshotDisks(session, snapshot, signal),
    removeSnapshot: (snapshot, signal) => removeSnapshot(session, snapshot, signal),
    consolidate: (vm, signal) => consolidate(session, vm, signal),
    changedAreas: ({ vm, snapshot, diskKey, capacityBytes, changeId }, signal) =>
      mergeChangedAreas(capacityBytes, async (startOffset) => {
        try {
          return await session.call(
            'QueryChangedDiskAreas',
            {
              _this: vmReference(vm),
              snapshot: reference('VirtualMachineSnapshot', snapshot),
              deviceKey: diskKey,
              startOffset,
              changeId,
            },
            { signal, what: 'Asking for the changed areas', timeoutMs: 5 * 60_000 },
          );
        } catch (error) {
          throw changedAreasError(error);
        }
      }),
    createVm: (spec, signal) => create(session, spec, signal),
    findByMarker: async (prefix, signal) => {
      const found: { vm: InventoryVm; marker: string }[] = [];
      for (const { ref, marker } of await findMarked(session, prefix, signal)) {
        try {
          found.push({ vm: await readVm(session, ref, signal), marker });
        } catch (error) {
          // Destroyed since it was listed.
          if (!isFault(error, 'ManagedObjectNotFound')) throw error;
        }
      }
      return found;
    },
    setMarker: (vm, marker, signal) => setMarker(session, vm, marker, signal),
    destroyVm: (vm: VmRef, signal) => destroyVm(session, vm, signal),
    exportSnapshot: (_vm, snapshot, signal) => exportSnapshot(session, snapshot, signal),
    importVm: (spec, signal) => importVm(session, spec, signal),
    attachDisk: (vm, disk, signal) => hotAdd.attach(vm, disk, signal),
    detachDisk: (vm, disk, signal) => hotAdd.detach(vm, disk, signal),
    foreignDisks: (vm, signal) => hotAdd.foreign(vm, signal),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

async function create(session: VimSession, spec: NewVmSpec, signal: AbortSignal): Promise<InventoryVm> {
  return readVm(session, await createVm(session, spec, signal), signal);
}

async function readAbout(session: VimSession, signal: AbortSignal): Promise<PlatformAbout> {
  const { about } = session.content;
  const kind = about.apiType === 'VirtualCenter' ? 'VCENTER' : 'ESXI';
  const instanceUuid = about.instanceUuid ?? (await hostUuid(session, signal));
  if (!instanceUuid) {
    throw driverError(
      'permanent',
      'NOT_SUPPORTED',
      'The server does not say which one it is.',
      'Check that it is a vCenter Server or ESXi host 6.5 or later.',
    );
  }
  return {
    instanceUuid: instanceUuid.toLowerCase(),
    kind,
    name: about.name,
    version: about.version,
    build: about.build,
    fingerprint: session.fingerprint,
  };
}

/** A single ESXi host has no instanceUuid of its own; its hardware's uuid does not change either. */
async function hostUuid(session: VimSession, signal: AbortSignal): Promise<string | undefined> {
  const path = 'hardware.systemInfo.uuid';
  for await (const page of readInventory(session, { HostSystem: [path] }, signal)) {
    for (const host of page) return host.text(path);
  }
  return undefined;
}
