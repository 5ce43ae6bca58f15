import type { VirtualMachineRow } from '../control/rows.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection.ts';
import { ResourceGroup } from './resource-group.ts';
import { VCenter } from './vcenter.ts';
import { viewerCan } from './viewer-can.ts';
import { VirtualDisk } from './virtual-disk.ts';

export const VirtualMachine = builder.objectRef<VirtualMachineRow>('VirtualMachine');

export const PowerState = builder.enumType('PowerState', {
  description: 'Whether a virtual machine runs.',
  values: {
    POWERED_ON: { description: 'It runs.' },
    POWERED_OFF: { description: 'It is off.' },
    SUSPENDED: { description: 'It is suspended.' },
  } as const,
});

builder.node(VirtualMachine, {
  id: { resolve: (vm) => vm.id },
  loadOne: (id, { loaders }) => loaders.virtualMachines.load(id),
  authScopes: { scope: 'vcenter:read' },
  description:
    'A virtual machine of a vCenter’s inventory as it was last read. It keeps its id when it is moved, renamed or registered again.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name in vSphere.' }),
    path: t.exposeString('path', { description: 'Where it is in the inventory: data centre, folders, name.' }),
    vcenter: t.field({
      type: VCenter,
      nullable: true,
      description: 'The vCenter whose inventory it belongs to.',
      resolve: (vm, _args, { loaders }) => loaders.vcenters.load(vm.vcenter_id),
    }),
    resourceGroup: t.field({
      type: ResourceGroup,
      nullable: true,
      description: 'The resource group of its vCenter.',
      resolve: (vm, _args, { loaders }) => loaders.resourceGroups.load(vm.resource_group_id),
    }),
    instanceUuid: t.exposeString('instance_uuid', { description: 'vCenter’s UUID of this virtual machine.' }),
    biosUuid: t.exposeString('bios_uuid', { description: 'The UUID the guest sees in its BIOS.' }),
    powerState: t.expose('power_state', { type: PowerState, description: 'Whether it runs.' }),
    guestFullName: t.exposeString('guest_full_name', {
      nullable: true,
      description: 'The guest system it is configured for.',
    }),
    template: t.exposeBoolean('template', { description: 'Whether it is a template: templates cannot be backed up.' }),
    changeTrackingEnabled: t.exposeBoolean('change_tracking_enabled', {
      description: 'Whether changed block tracking is on. A first backup switches it on where it can.',
    }),
    host: t.exposeString('host', { nullable: true, description: 'The ESXi host it is on.' }),
    cpuCount: t.exposeInt('cpu_count', { description: 'Number of virtual CPUs.' }),
    memoryBytes: t.expose('memory_bytes', { type: 'ByteCount', description: 'Size of its memory.' }),
    disks: t.field({
      type: [VirtualDisk],
      description: 'Its disks in the order of their keys.',
      complexity: { field: 1, multiplier: 4 },
      resolve: (vm, _args, { loaders }) => loaders.disksByVirtualMachine.load(vm.id),
    }),
    networks: t.stringList({ description: 'Names of the networks it is connected to.', resolve: (vm) => vm.networks }),
    present: t.exposeBoolean('present', {
      description: 'False once a complete refresh no longer found it. Its recovery points stay.',
    }),
    viewerCanBackUp: t.boolean(
      viewerCan(
        'job:write',
        'Whether your access key may start a backup of it: it is there, and no template.',
        (vm) => vm.present && !vm.template,
      ),
    ),
    firstSeenAt: t.expose('first_seen_at', { type: 'DateTime', description: 'When a refresh first found it.' }),
    lastSeenAt: t.expose('last_seen_at', { type: 'DateTime', description: 'When a refresh last found it.' }),
  }),
});

export const VirtualMachineConnection = connectionType('VirtualMachine', VirtualMachine);
