import type { DiskController, InventoryVm, VmConfiguration, VmRef } from '../contract.ts';
import { driverError } from './errors.ts';
import type { VirtualDevice } from './gen/types.ts';
import { parseDatastorePath, readableName } from './names.ts';
import { type ObjectProperties, readInventory, readObject, readObjects } from './properties.ts';
import { Topology } from './topology.ts';
import type { VimSession } from './vim-session.ts';
import { type ManagedObjectReference, reference } from './vim-values.ts';
import { inventoryDisks, isVirtualDisk } from './virtual-disks.ts';

const vmPaths = [
  'name',
  'parent',
  'parentVApp',
  'network',
  'runtime.powerState',
  'runtime.host',
  'config.uuid',
  'config.instanceUuid',
  'config.template',
  'config.guestFullName',
  'config.changeTrackingEnabled',
  'config.files.vmPathName',
  'config.hardware.numCPU',
  'config.hardware.memoryMB',
  'config.hardware.device',
];

export function vmReference(vm: VmRef): ManagedObjectReference {
  return reference('VirtualMachine', vm);
}

/** All VMs in batches of at most 250; a VM whose configuration cannot be read has no identity and is left out. */
export async function* readAllVms(session: VimSession, signal: AbortSignal): AsyncGenerator<readonly InventoryVm[]> {
  const topology = new Topology(session);
  await topology.load(signal);
  for await (const page of readInventory(session, { VirtualMachine: vmPaths }, signal)) {
    const vms: InventoryVm[] = [];
    for (const object of page) {
      const vm = await toInventoryVm(object, topology, signal);
      if (vm) vms.push(vm);
    }
    if (vms.length > 0) yield vms;
  }
}

/** The VMs of `refs` whose configuration can be read. Throws NOT_FOUND when one is gone. */
export async function readVms(
  session: VimSession,
  refs: readonly ManagedObjectReference[],
  signal: AbortSignal,
): Promise<readonly InventoryVm[]> {
  const topology = new Topology(session);
  const vms: InventoryVm[] = [];
  for (const object of await readObjects(session, 'VirtualMachine', refs, vmPaths, signal)) {
    const vm = await toInventoryVm(object, topology, signal);
    if (vm) vms.push(vm);
  }
  return vms;
}

export async function readVm(
  session: VimSession,
  ref: ManagedObjectReference,
  signal: AbortSignal,
): Promise<InventoryVm> {
  const [vm] = await readVms(session, [ref], signal);
  if (vm) return vm;
  throw driverError(
    'transient',
    'INVALID_STATE',
    'The configuration of the virtual machine cannot be read.',
    'Check that its host is connected and the virtual machine is not inaccessible or orphaned.',
  );
}

/** Finds by both uuids, so that neither a moved VM is missed nor a clone mistaken. */
export async function findVm(
  session: VimSession,
  identity: { readonly instanceUuid: string; readonly biosUuid: string },
  signal: AbortSignal,
): Promise<InventoryVm | undefined> {
  const searchIndex = session.content.searchIndex;
  if (!searchIndex) throw driverError('permanent', 'NOT_SUPPORTED', 'The server has no search.', 'Check the address.');
  const found = await session.call(
    'FindAllByUuid',
    { _this: searchIndex, uuid: identity.instanceUuid, vmSearch: true, instanceUuid: true },
    { signal, what: 'Finding the virtual machine' },
  );
  const refs = found?.filter((ref) => ref.type === 'VirtualMachine') ?? [];
  const same = (await readVms(session, refs, signal)).filter(
    (vm) => sameUuid(vm.instanceUuid, identity.instanceUuid) && sameUuid(vm.biosUuid, identity.biosUuid),
  );
  if (same.length > 1) {
    throw driverError(
      'permanent',
      'INVALID_STATE',
      `${same.map((vm) => vm.path).join(' and ')} have the same instance UUID and BIOS UUID.`,
      'Give the copies new UUIDs; which of them is meant is not guessed.',
    );
  }
  return same[0];
}

export async function readConfiguration(session: VimSession, vm: VmRef, signal: AbortSignal): Promise<VmConfiguration> {
  const ref = vmReference(vm);
  const inventory = await readVm(session, ref, signal);
  const paths = ['config.guestId', 'config.firmware', 'config.hardware.device'];
  const config = await readObject(session, ref, paths, signal);
  return {
    version: 1,
    name: inventory.name,
    guestId: config.text('config.guestId') ?? 'otherGuest64',
    cpuCount: inventory.cpuCount,
    memoryBytes: inventory.memoryBytes,
    firmware: config.text('config.firmware') === 'efi' ? 'EFI' : 'BIOS',
    path: inventory.path,
    datastore: parseDatastorePath(inventory.configFile)?.datastore ?? '',
    networks: inventory.networks,
    controllers: diskControllers(config.list('config.hardware.device', 'VirtualDevice')),
  };
}

/** Controllers that have a disk. */
function diskControllers(devices: readonly VirtualDevice[]): readonly DiskController[] {
  const used = new Set(devices.filter(isVirtualDisk).map((disk) => disk.controllerKey));
  return devices
    .filter((device) => used.has(device.key))
    .map((controller) => ({ key: controller.key, type: controller.$type ?? '' }));
}

async function toInventoryVm(
  object: ObjectProperties,
  topology: Topology,
  signal: AbortSignal,
): Promise<InventoryVm | undefined> {
  const instanceUuid = object.text('config.instanceUuid');
  const biosUuid = object.text('config.uuid');
  const name = object.text('name');
  if (!instanceUuid || !biosUuid || name === undefined) return undefined;
  const host = object.reference('runtime.host');
  const networks: string[] = [];
  for (const network of object.references('network')) networks.push(await topology.name(network, signal));
  return {
    ref: object.ref.value,
    name: readableName(name),
    instanceUuid: instanceUuid.toLowerCase(),
    biosUuid: biosUuid.toLowerCase(),
    powerState: powerState(object.text('runtime.powerState')),
    guestFullName: object.text('config.guestFullName') || null,
    template: object.flag('config.template') === true,
    changeTrackingEnabled: object.flag('config.changeTrackingEnabled') === true,
    path: await topology.path(name, object.reference('parent') ?? object.reference('parentVApp'), signal),
    host: host ? await topology.name(host, signal) : null,
    cpuCount: object.number('config.hardware.numCPU') ?? 1,
    memoryBytes: (object.number('config.hardware.memoryMB') ?? 0) * 1024 * 1024,
    configFile: object.text('config.files.vmPathName') ?? '',
    disks: inventoryDisks(object.list('config.hardware.device', 'VirtualDevice')),
    networks,
  };
}

function powerState(state: string | undefined): InventoryVm['powerState'] {
  if (state === 'poweredOn') return 'POWERED_ON';
  return state === 'suspended' ? 'SUSPENDED' : 'POWERED_OFF';
}

function sameUuid(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
