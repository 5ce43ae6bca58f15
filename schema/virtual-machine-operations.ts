import { listVirtualMachines } from '../control/virtual-machines/virtual-machines.ts';
import { builder } from './builder.ts';
import { connectionComplexity, pageArgs } from './connection.ts';
import { found } from './found.ts';
import { decodeId, decodeOptionalId } from './global-id.ts';
import { PowerState, VirtualMachine, VirtualMachineConnection } from './virtual-machine.ts';

const VirtualMachineFilter = builder.inputType('VirtualMachineFilter', {
  description: 'Which virtual machines to list. Everything given has to match.',
  fields: (t) => ({
    vcenterId: t.id({ description: 'Of this vCenter.' }),
    gatewayId: t.id({ description: 'Of the vCenters this gateway reaches.' }),
    resourceGroupId: t.id({ description: 'Of this resource group.' }),
    firstSeenAfter: t.field({ type: 'DateTime', description: 'First found by a refresh at this time or later.' }),
    lastSeenBefore: t.field({ type: 'DateTime', description: 'Last found by a refresh before this time.' }),
    nameContains: t.string({ description: 'With this text in the name, whatever its case.' }),
    powerState: t.field({ type: PowerState, description: 'In this power state.' }),
    template: t.boolean({ description: 'True: templates only. False: no templates.' }),
    present: t.boolean({
      defaultValue: true,
      description: 'True: those the last refresh found. False: those it no longer found. Null: both.',
    }),
  }),
});

const VirtualMachineOrder = builder.enumType('VirtualMachineOrder', {
  description: 'In which order virtual machines are listed.',
  values: {
    NAME_ASC: { description: 'By name.' },
    NAME_DESC: { description: 'By name, backwards.' },
    PATH_ASC: { description: 'By their place in the inventory.' },
  } as const,
});

builder.queryField('virtualMachine', (t) =>
  t.field({
    type: VirtualMachine,
    nullable: true,
    authScopes: { scope: 'vcenter:read' },
    description: 'One virtual machine. An unknown id gives the error NOT_FOUND. Scope: `vcenter:read`.',
    args: { id: t.arg.id({ required: true, description: 'The id of a virtual machine.' }) },
    resolve: (_root, { id }, { loaders }) =>
      found('virtual machine', loaders.virtualMachines.load(decodeId(id, 'VirtualMachine', ['id']))),
  }),
);

builder.queryField('virtualMachines', (t) =>
  t.field({
    type: VirtualMachineConnection,
    nullable: true,
    authScopes: { scope: 'vcenter:read' },
    complexity: connectionComplexity,
    description: 'The virtual machines your access key sees, as their vCenters were last read. Scope: `vcenter:read`.',
    args: {
      ...pageArgs(t),
      filter: t.arg({ type: VirtualMachineFilter, description: 'Which ones; all of them when left out.' }),
      orderBy: t.arg({ type: VirtualMachineOrder, defaultValue: 'NAME_ASC', description: 'In which order.' }),
    },
    resolve: (_root, { filter, ...page }, { control, viewer }) =>
      listVirtualMachines(control, viewer, {
        ...page,
        filter: {
          ...filter,
          vcenterId: decodeOptionalId(filter?.vcenterId, 'VCenter', ['filter', 'vcenterId']),
          gatewayId: decodeOptionalId(filter?.gatewayId, 'Gateway', ['filter', 'gatewayId']),
          resourceGroupId: decodeOptionalId(filter?.resourceGroupId, 'ResourceGroup', ['filter', 'resourceGroupId']),
        },
      }),
  }),
);
