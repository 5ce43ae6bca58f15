import { NfcLease } from '../../nfc/lease.ts';
import type { LeaseDevices } from '../../nfc/lease-devices.ts';
import { datacenterOf, type Entity, Folder } from '../inventory/entity.ts';
import { invalidArgument, invalidPowerState, managedObjectNotFound, notSupported, VimFault } from '../soap/faults.ts';
import { numberOf, objectOf, refOf, stringOf, type VimObject } from '../soap/values.ts';
import { createVm } from '../vm/create-vm.ts';
import { inSnapshots } from '../vm/devices.ts';
import { Snapshot } from '../vm/snapshot.ts';
import { VirtualMachine } from '../vm/virtual-machine.ts';
import type { Call, OperationTable } from './operation.ts';
import { entityOf, vmOf } from './start-task.ts';

function leaseOf({ self }: Call): NfcLease {
  if (self instanceof NfcLease) return self;
  throw managedObjectNotFound(self.ref);
}

/** Where ImportVApp puts the VM: the folder named, or the data center's own. */
function folderFor(call: Call, pool: Entity): Folder {
  const ref = refOf(call.params, 'folder');
  const folder = ref ? call.world.objects.get(ref) : datacenterOf(pool)?.vmFolder;
  if (!(folder instanceof Folder)) throw invalidArgument('folder');
  return folder;
}

function checkPoweredOff(vm: VirtualMachine): void {
  if (vm.powerState !== 'poweredOff') throw invalidPowerState('poweredOff', vm.powerState);
}

function importSpecOf({ params }: Call): { readonly config: VimObject; readonly name: string } {
  const spec = objectOf(params, 'spec');
  if (spec?.$type !== 'VirtualMachineImportSpec') throw notSupported('Only single virtual machines can be imported.');
  const config = objectOf(spec, 'configSpec');
  if (!config) throw invalidArgument('spec');
  return { config, name: stringOf(config, 'name') ?? '' };
}

/** The client's fault becomes the lease's error. */
function faultOf({ params }: Call): VimFault | undefined {
  const localized = objectOf(params, 'fault');
  const fault = localized && objectOf(localized, 'fault');
  if (!localized || !fault) return undefined;
  const { $type, ...properties } = fault;
  const defined = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return new VimFault($type, stringOf(localized, 'localizedMessage') ?? '', Object.fromEntries(defined));
}

/** Exports and imports over NFC leases. */
export function leaseOperations(devices: LeaseDevices): OperationTable {
  return {
    ExportVm: (call) => {
      const vm = vmOf(call);
      checkPoweredOff(vm);
      call.world.leases.checkFree(vm, 'ExportVm');
      return call.world.leases.open({
        kind: 'exportVm',
        operation: 'ExportVmLRO',
        entity: vm,
        vm,
        session: call.session,
        prepare: (lease) =>
          vm.mutex.run(async () => {
            checkPoweredOff(vm);
            const disks = vm.disks.filter((disk) => disk.foreign !== true);
            lease.devices = await devices.of(lease, { vm, devices: vm.devices, disks });
            lease.extras = await devices.extrasOf(lease, vm);
          }),
      });
    },

    ExportSnapshot: (call) => {
      const { self, world } = call;
      if (!(self instanceof Snapshot)) throw managedObjectNotFound(self.ref);
      const { vm } = self;
      world.leases.checkFree(vm, 'ExportSnapshot');
      return world.leases.open({
        kind: 'exportSnapshot',
        operation: 'ExportSnapshotLRO',
        entity: vm,
        vm,
        session: call.session,
        prepare: (lease) =>
          vm.mutex.run(async () => {
            if (!world.objects.find(self.ref)) throw managedObjectNotFound(self.ref);
            const disks = self.disks.filter(inSnapshots);
            lease.devices = await devices.of(lease, { vm, devices: self.state.devices, disks });
          }),
      });
    },

    ImportVApp: (call) => {
      const { world } = call;
      const pool = entityOf(call);
      const { config, name } = importSpecOf(call);
      const folder = folderFor(call, pool);
      const host = refOf(call.params, 'host');
      return world.leases.open({
        kind: 'import',
        operation: 'ImportVAppLRO',
        entity: pool,
        session: call.session,
        prepare: async (lease) => {
          const made = world.objects.get(await createVm(world, { folder, config, pool: pool.ref, host }));
          if (!(made instanceof VirtualMachine)) throw managedObjectNotFound(made.ref);
          lease.vm = made;
          const { disks } = made;
          lease.devices = await devices.of(lease, { vm: made, devices: made.devices, disks, importName: name });
        },
      });
    },

    HttpNfcLeaseProgress: (call) => {
      const percent = numberOf(call.params, 'percent') ?? -1;
      if (percent < 0 || percent > 100) throw invalidArgument('percent');
      call.world.leases.progress(leaseOf(call), percent);
      return undefined;
    },

    HttpNfcLeaseComplete: async (call) => {
      await call.world.leases.complete(leaseOf(call));
      return undefined;
    },

    HttpNfcLeaseAbort: async (call) => {
      const lease = leaseOf(call);
      if (lease.end !== undefined) call.world.leases.checkReady(lease);
      await call.world.leases.abort(lease, faultOf(call));
      return undefined;
    },

    HttpNfcLeaseGetManifest: (call) => {
      const lease = leaseOf(call);
      call.world.leases.checkReady(lease);
      return lease.manifest();
    },
  };
}
