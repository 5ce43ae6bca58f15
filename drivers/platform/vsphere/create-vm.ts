import type { NewVmSpec } from '../contract.ts';
import { driverError } from './errors.ts';
import type {
  VirtualDeviceBackingInfo,
  VirtualEthernetCardDistributedVirtualPortBackingInfo,
  VirtualEthernetCardNetworkBackingInfo,
  VirtualMachineConfigSpec,
} from './gen/types.ts';
import { findMarked, markerKey } from './markers.ts';
import { readableName, storedName } from './names.ts';
import { newDisks, newNetworkCard } from './new-devices.ts';
import { choosePlacement, missingPlace, type Placement } from './placement.ts';
import { readObject } from './properties.ts';
import { runTask } from './run-task.ts';
import type { VimSession } from './vim-session.ts';
import { isReference, type ManagedObjectReference } from './vim-values.ts';

/** A new VM as vSphere is asked for it, and where it goes. */
export interface VmPlan {
  readonly config: VirtualMachineConfigSpec;
  readonly placement: Placement;
}

export async function planVm(session: VimSession, spec: NewVmSpec, signal: AbortSignal): Promise<VmPlan> {
  const placement = await choosePlacement(session, spec, signal);
  const network =
    spec.network === null ? undefined : await networkBacking(session, placement.networks, spec.network, signal);
  const config: VirtualMachineConfigSpec = {
    name: storedName(spec.name),
    guestId: spec.guestId,
    files: { vmPathName: `[${spec.datastore}]` },
    numCPUs: spec.cpuCount,
    memoryMB: Math.ceil(spec.memoryBytes / (1024 * 1024)),
    firmware: spec.firmware === 'EFI' ? 'efi' : 'bios',
    extraConfig: [{ key: markerKey, value: spec.marker }],
    deviceChange: [...newDisks(spec), ...(network ? [newNetworkCard(network)] : [])],
  };
  return { config, placement };
}

/** Makes a powered-off VM with empty disks and its marker, and gives its reference. */
export async function createVm(
  session: VimSession,
  spec: NewVmSpec,
  signal: AbortSignal,
): Promise<ManagedObjectReference> {
  const { config, placement } = await planVm(session, spec, signal);
  const { folder, pool, host } = placement;
  const what = 'Creating the virtual machine';
  const find = async () =>
    (await findMarked(session, spec.marker, signal)).find(({ marker }) => marker === spec.marker)?.ref;
  const work = {
    entity: folder,
    what,
    start: () => session.call('CreateVM_Task', { _this: folder, config, pool, host }, { signal, what }),
    isDone: async () => (await find()) !== undefined,
  };
  const created = (await runTask(session, work, signal)) ?? (await find());
  if (isReference(created)) return created;
  throw driverError(
    'transient',
    'TASK_FAILED',
    'The virtual machine was made but vSphere did not say which it is.',
    'Refresh the inventory and remove the virtual machine if it is there, then try again.',
  );
}

async function networkBacking(
  session: VimSession,
  networks: readonly ManagedObjectReference[],
  name: string,
  signal: AbortSignal,
): Promise<VirtualDeviceBackingInfo> {
  for (const ref of networks) {
    const distributed = ref.type === 'DistributedVirtualPortgroup';
    const paths = distributed ? ['name', 'key', 'config.distributedVirtualSwitch'] : ['name'];
    const properties = await readObject(session, ref, paths, signal);
    const stored = properties.text('name') ?? '';
    if (stored !== name && readableName(stored) !== name) continue;
    if (!distributed) {
      const backing: VirtualEthernetCardNetworkBackingInfo = {
        $type: 'VirtualEthernetCardNetworkBackingInfo',
        deviceName: stored,
        network: ref,
      };
      return backing;
    }
    const vswitch = properties.reference('config.distributedVirtualSwitch');
    const switchUuid = vswitch && (await readObject(session, vswitch, ['uuid'], signal)).text('uuid');
    const portgroupKey = properties.text('key');
    if (!switchUuid || !portgroupKey) continue;
    const backing: VirtualEthernetCardDistributedVirtualPortBackingInfo = {
      $type: 'VirtualEthernetCardDistributedVirtualPortBackingInfo',
      port: { switchUuid, portgroupKey },
    };
    return backing;
  }
  throw driverError(
    'permanent',
    'NOT_FOUND',
    `The chosen host has no network named ${name}.`,
    'Choose a network of the host, or restore without a network and connect the virtual machine afterwards.',
    missingPlace('network'),
  );
}
