import type { NfcLease } from '../nfc/lease.ts';
import type { World } from '../vcenter/core/world.ts';
import type { Sessions } from '../vcenter/sessions.ts';
import type { DiskDevice } from '../vcenter/vm/devices.ts';
import type { VirtualMachine } from '../vcenter/vm/virtual-machine.ts';
import type { SandboxDisk, SandboxLease, SandboxState, SandboxVm } from './protocol.ts';

function diskState(disk: DiskDevice): SandboxDisk {
  return {
    key: disk.key,
    label: disk.label,
    uuid: disk.file.uuid,
    fileName: disk.file.name,
    path: disk.file.path,
    chainLength: disk.file.chain().length,
    capacityBytes: disk.file.capacityBytes,
    mode: disk.mode,
    foreign: disk.foreign === true,
  };
}

function vmState(vm: VirtualMachine): SandboxVm {
  return {
    ref: vm.ref.value,
    name: vm.name,
    instanceUuid: vm.settings.instanceUuid,
    biosUuid: vm.settings.biosUuid,
    powerState: vm.powerState,
    changeTracking: vm.changeTracking,
    consolidationNeeded: vm.consolidationNeeded,
    snapshots: vm.snapshots.map(({ ref, state }) => ({
      ref: ref.value,
      name: state.name,
      description: state.description,
    })),
    disks: vm.disks.map(diskState),
  };
}

function leaseState(lease: NfcLease): SandboxLease {
  return {
    ref: lease.ref.value,
    kind: lease.kind,
    vm: lease.vm?.ref.value ?? null,
    state: lease.state,
    end: lease.end ?? null,
    error: lease.error?.type ?? null,
    progressCalls: lease.progressCalls,
    progress: lease.progress,
    transfers: lease.transfers.size,
    disks: lease.devices.map((device) => ({
      name: device.name,
      key: device.key,
      fileName: device.file.name,
      transferredBytes: device.transferredBytes,
      sizeBytes: device.finished?.sizeBytes ?? null,
      kept: [...device.kept],
    })),
  };
}

export function describe(world: World, sessions: Sessions): SandboxState {
  return {
    vms: world.virtualMachines().map(vmState),
    attached: (world.gateway?.disks ?? []).filter((disk) => disk.foreign === true).map(diskState),
    sessions: sessions.all().length,
    refusedLogins: sessions.refused,
    leases: world.leases.all().map(leaseState),
    violations: [...world.devices.violations],
    faults: [...world.faults.list()],
    happened: [...world.faults.happened()],
  };
}
