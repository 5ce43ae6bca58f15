import { encodeName } from '../inventory/entity.ts';
import { dataProperties, isSubtype } from '../soap/metadata.ts';
import { isMoRef, isVimObject, type MoRef, type VimObject, type VimValue } from '../soap/values.ts';
import { type Device, deviceObject } from './devices.ts';
import { guestFullName } from './guest-names.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** A VirtualMachine's own properties; undefined for those every entity has. */
export function readVirtualMachine(vm: VirtualMachine, property: string): VimValue | undefined {
  switch (property) {
    case 'config':
      return configInfo(vm, vm.devices);
    case 'runtime':
      return runtimeInfo(vm);
    case 'summary':
      return summary(vm);
    case 'guest':
      return guestInfo(vm);
    case 'guestHeartbeatStatus':
      return heartbeat(vm);
    case 'snapshot':
      return snapshotInfo(vm);
    case 'rootSnapshot':
      return vm.rootSnapshots.map((snapshot) => snapshot.ref);
    case 'layoutEx':
      return layout(vm);
    case 'datastore':
      return uniqueRefs(
        [vm.settings.configFile, ...vm.disks.map((disk) => disk.file.name)].map((path) => vm.world.datastoreOf(path)),
      );
    case 'network':
      return uniqueRefs(vm.devices.map(networkOf));
    case 'resourcePool':
      return vm.settings.resourcePool;
    case 'environmentBrowser':
      return { type: 'EnvironmentBrowser', value: 'envbrowser-1' };
    case 'capability':
      return capability();
    default:
      return undefined;
  }
}

function uniqueRefs(refs: readonly (MoRef | undefined)[]): readonly MoRef[] {
  return [...new Map(refs.filter((ref) => ref !== undefined).map((ref) => [ref.value, ref])).values()];
}

function networkOf(device: Device): MoRef | undefined {
  if (device.kind === 'disk') return undefined;
  const { backing } = device.object;
  if (!isVimObject(backing)) return undefined;
  return isMoRef(backing.network) ? backing.network : undefined;
}

/** VirtualMachineConfigInfo of the VM with these devices, which are its own or a snapshot's. */
export function configInfo(vm: VirtualMachine, devices: readonly Device[]): VimObject {
  const { settings } = vm;
  return {
    $type: 'VirtualMachineConfigInfo',
    changeVersion: changeVersionOf(vm),
    modified: new Date(0),
    name: encodeName(vm.name),
    guestFullName: guestFullName(settings.guestId),
    version: settings.version,
    uuid: settings.biosUuid,
    createDate: vm.createdAt,
    instanceUuid: settings.instanceUuid,
    template: settings.template,
    guestId: settings.guestId,
    alternateGuestName: '',
    annotation: settings.annotation,
    files: {
      $type: 'VirtualMachineFileInfo',
      vmPathName: settings.configFile,
      snapshotDirectory: `${vm.directory}/`,
      suspendDirectory: `${vm.directory}/`,
      logDirectory: `${vm.directory}/`,
    },
    flags: {
      $type: 'VirtualMachineFlagInfo',
      disableAcceleration: false,
      enableLogging: true,
      diskUuidEnabled: vm.diskUuidEnabled,
    },
    defaultPowerOps: { $type: 'VirtualMachineDefaultPowerOpInfo', powerOffType: 'soft' },
    hardware: {
      $type: 'VirtualHardware',
      numCPU: settings.cpuCount,
      numCoresPerSocket: 1,
      memoryMB: settings.memoryMb,
      virtualICH7MPresent: false,
      virtualSMCPresent: false,
      device: devices.map((device) => ({
        ...deviceObject(device, (name) => vm.world.datastoreOf(name)),
        ...onController(device, devices),
      })),
    },
    extraConfig: [...vm.extraConfig].map(([key, value]) => ({ $type: 'OptionValue', key, value })),
    changeTrackingEnabled: vm.changeTracking !== 'off',
    firmware: settings.firmware,
    nestedHVEnabled: false,
    cpuHotAddEnabled: false,
    memoryHotAddEnabled: false,
  };
}

function runtimeInfo(vm: VirtualMachine): VimObject {
  return {
    $type: 'VirtualMachineRuntimeInfo',
    host: vm.settings.host,
    connectionState: 'connected',
    powerState: vm.powerState,
    faultToleranceState: 'notConfigured',
    toolsInstallerMounted: false,
    bootTime: vm.bootedAt,
    maxCpuUsage: 2400 * vm.settings.cpuCount,
    maxMemoryUsage: vm.settings.memoryMb,
    numMksConnections: 0,
    recordReplayState: 'inactive',
    cleanPowerOff: true,
    onlineStandby: false,
    consolidationNeeded: vm.consolidationNeeded,
    paused: false,
    snapshotInBackground: false,
  };
}

function summary(vm: VirtualMachine): VimObject {
  const { settings } = vm;
  const committed = vm.disks.reduce((sum, disk) => sum + disk.file.capacityBytes, 0);
  return {
    $type: 'VirtualMachineSummary',
    vm: vm.ref,
    runtime: runtimeInfo(vm),
    guest: {
      $type: 'VirtualMachineGuestSummary',
      guestId: settings.guestId,
      guestFullName: guestFullName(settings.guestId),
      toolsRunningStatus: vm.powerState === 'poweredOn' ? 'guestToolsRunning' : 'guestToolsNotRunning',
    },
    config: {
      $type: 'VirtualMachineConfigSummary',
      name: encodeName(vm.name),
      template: settings.template,
      vmPathName: settings.configFile,
      memorySizeMB: settings.memoryMb,
      numCpu: settings.cpuCount,
      numEthernetCards: vm.devices.filter((device) => networkOf(device)).length,
      numVirtualDisks: vm.disks.length,
      uuid: settings.biosUuid,
      instanceUuid: settings.instanceUuid,
      guestId: settings.guestId,
      guestFullName: guestFullName(settings.guestId),
      annotation: settings.annotation,
    },
    storage: {
      $type: 'VirtualMachineStorageSummary',
      committed,
      uncommitted: 0,
      unshared: committed,
      timestamp: vm.createdAt,
    },
    quickStats: { $type: 'VirtualMachineQuickStats', guestHeartbeatStatus: heartbeat(vm) },
    overallStatus: 'green',
  };
}

function heartbeat(vm: VirtualMachine): string {
  return vm.powerState === 'poweredOn' ? 'green' : 'gray';
}

function guestInfo(vm: VirtualMachine): VimObject {
  const running = vm.powerState === 'poweredOn';
  return {
    $type: 'GuestInfo',
    toolsStatus: running ? 'toolsOk' : 'toolsNotRunning',
    toolsRunningStatus: running ? 'guestToolsRunning' : 'guestToolsNotRunning',
    toolsVersion: '12389',
    guestId: vm.settings.guestId,
    guestFamily: vm.settings.guestId.startsWith('windows') ? 'windowsGuest' : 'linuxGuest',
    guestFullName: guestFullName(vm.settings.guestId),
    hostName: running ? vm.name : undefined,
    guestState: running ? 'running' : 'notRunning',
  };
}

function snapshotInfo(vm: VirtualMachine): VimObject | undefined {
  if (vm.rootSnapshots.length === 0) return undefined;
  return {
    $type: 'VirtualMachineSnapshotInfo',
    currentSnapshot: vm.currentSnapshot?.ref,
    rootSnapshotList: vm.rootSnapshots.map((snapshot) => snapshot.tree()),
  };
}

function layout(vm: VirtualMachine): VimObject {
  const chains = vm.disks.map((disk) => ({ disk, files: disk.file.chain().toReversed() }));
  const names = [...new Set(chains.flatMap(({ files }) => files.map((file) => file.name)))];
  const keys = new Map(names.map((name, index) => [name, index + 1]));
  const sizes = new Map(chains.flatMap(({ files }) => files.map((file) => [file.name, file.capacityBytes])));
  return {
    $type: 'VirtualMachineFileLayoutEx',
    file: [
      {
        $type: 'VirtualMachineFileLayoutExFileInfo',
        key: 0,
        name: vm.settings.configFile,
        type: 'config',
        size: 3000,
        accessible: true,
      },
      ...names.map((name) => ({
        $type: 'VirtualMachineFileLayoutExFileInfo',
        key: keys.get(name) ?? 0,
        name,
        type: 'diskDescriptor',
        size: sizes.get(name) ?? 0,
        accessible: true,
      })),
    ],
    disk: chains.map(({ disk, files }) => ({
      $type: 'VirtualMachineFileLayoutExDiskLayout',
      key: disk.key,
      chain: files.map((file) => ({
        $type: 'VirtualMachineFileLayoutExDiskUnit',
        fileKey: [keys.get(file.name) ?? 0],
      })),
    })),
    timestamp: vm.createdAt,
  };
}

/** Every capability of the type: what the sandbox can do is true, the rest false. */
function capability(): VimObject {
  const able = new Set([
    'snapshotOperationsSupported',
    'multipleSnapshotsSupported',
    'snapshotConfigSupported',
    'poweredOffSnapshotsSupported',
    'quiescedSnapshotsSupported',
    'changeTrackingSupported',
    'seSparseDiskSupported',
  ]);
  const flags = (dataProperties('VirtualMachineCapability') ?? [])
    .filter((property) => property.type === 'boolean')
    .map((property) => [property.name, able.has(property.name)] as const);
  return { ...Object.fromEntries(flags), $type: 'VirtualMachineCapability' };
}

/** A controller lists the keys of what hangs on it. */
function onController(device: Device, devices: readonly Device[]): { device?: readonly number[] } {
  if (device.kind === 'disk' || !isSubtype(device.object.$type, 'VirtualController')) return {};
  return { device: devices.filter((each) => each.controllerKey === device.key).map((each) => each.key) };
}

export function changeVersionOf(vm: VirtualMachine): string {
  return `${vm.createdAt.toISOString()}.${vm.changeVersion}`;
}
