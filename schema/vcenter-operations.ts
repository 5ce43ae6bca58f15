import { CertificateNotTrustedError, VcenterConnectionError } from '../control/errors.ts';
import { addVCenter } from '../control/vcenters/add-vcenter.ts';
import { refreshInventory } from '../control/vcenters/refresh-inventory.ts';
import { listVCenters } from '../control/vcenters/vcenters.ts';
import { builder } from './builder.ts';
import { connectionComplexity, pageArgs } from './connection.ts';
import { commonErrors, creationErrors, gatewayErrors } from './errors.ts';
import { found } from './found.ts';
import { decodeId, decodeOptionalId } from './global-id.ts';
import { idempotencyKeyField } from './inputs.ts';
import { VCenter, VCenterConnection, VCenterStatus } from './vcenter.ts';

const VCenterFilter = builder.inputType('VCenterFilter', {
  description: 'Which vCenters to list. Everything given has to match.',
  fields: (t) => ({
    statuses: t.field({ type: [VCenterStatus], description: 'With one of these statuses.' }),
    gatewayId: t.id({ description: 'Reached through this gateway.' }),
    resourceGroupId: t.id({ description: 'Of this resource group.' }),
    virtualMachineId: t.id({ description: 'The one this virtual machine belongs to.' }),
    createdAfter: t.field({ type: 'DateTime', description: 'Added at this time or later.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Added before this time.' }),
  }),
});

const VCenterOrder = builder.enumType('VCenterOrder', {
  description: 'In which order vCenters are listed.',
  values: {
    CREATED_AT_DESC: { description: 'The last added first.' },
    CREATED_AT_ASC: { description: 'The first added first.' },
    NAME_ASC: { description: 'By name.' },
  } as const,
});

builder.queryField('vcenter', (t) =>
  t.field({
    type: VCenter,
    nullable: true,
    authScopes: { scope: 'vcenter:read' },
    description: 'One vCenter. An unknown id gives the error NOT_FOUND. Scope: `vcenter:read`.',
    args: { id: t.arg.id({ required: true, description: 'The id of a vCenter.' }) },
    resolve: (_root, { id }, { loaders }) => found('vCenter', loaders.vcenters.load(decodeId(id, 'VCenter', ['id']))),
  }),
);

builder.queryField('vcenters', (t) =>
  t.field({
    type: VCenterConnection,
    nullable: true,
    authScopes: { scope: 'vcenter:read' },
    complexity: connectionComplexity,
    description: 'The vCenters your access key sees. Scope: `vcenter:read`.',
    args: {
      ...pageArgs(t),
      filter: t.arg({ type: VCenterFilter, description: 'Which ones; all of them when left out.' }),
      orderBy: t.arg({ type: VCenterOrder, defaultValue: 'CREATED_AT_DESC', description: 'In which order.' }),
    },
    resolve: (_root, { filter, ...page }, { control, viewer }) =>
      listVCenters(control, viewer, {
        ...page,
        filter: {
          ...filter,
          gatewayId: decodeOptionalId(filter?.gatewayId, 'Gateway', ['filter', 'gatewayId']),
          resourceGroupId: decodeOptionalId(filter?.resourceGroupId, 'ResourceGroup', ['filter', 'resourceGroupId']),
          virtualMachineId: decodeOptionalId(filter?.virtualMachineId, 'VirtualMachine', [
            'filter',
            'virtualMachineId',
          ]),
        },
      }),
  }),
);

const AddVCenterInput = builder.inputType('AddVCenterInput', {
  description: 'What `addVCenter` takes.',
  fields: (t) => ({
    gatewayId: t.id({
      required: true,
      description: 'The gateway it is reached through; it has to be activated. The vCenter joins its resource group.',
    }),
    address: t.string({
      required: true,
      description: 'Host name or IP address as the gateway reaches it, with `:port` where it is not 443.',
    }),
    username: t.string({ required: true, description: 'The user to log in as, `backup@vsphere.local` for example.' }),
    password: t.string({
      required: true,
      description: 'Its password. Every character works. It is kept encrypted and never shown again.',
    }),
    certificateFingerprint: t.string({
      description:
        'SHA-256 fingerprint of its TLS certificate, when no known authority signed it: `AA:BB:…`. Leave it out first: the error CertificateNotTrustedError shows what to compare.',
    }),
    certificateAuthority: t.string({
      description:
        'PEM certificates of authorities: a certificate they signed for this host name or address is trusted, also after it is renewed.',
    }),
    name: t.string({ description: '1 to 64 characters. Left out: what it calls itself, or its address.' }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const AddVCenterPayload = builder.objectRef<Awaited<ReturnType<typeof addVCenter>>>('AddVCenterPayload').implement({
  description: 'What `addVCenter` added.',
  fields: (t) => ({
    vcenter: t.field({
      type: VCenter,
      grantScopes: ['made'],
      description: 'The vCenter. Next: `refreshInventory`.',
      resolve: ({ vcenter }) => vcenter,
    }),
  }),
});

builder.mutationField('addVCenter', (t) =>
  t.field({
    type: AddVCenterPayload,
    nullable: true,
    authScopes: { scope: 'vcenter:write' },
    errors: {
      types: [...creationErrors, ...gatewayErrors, VcenterConnectionError, CertificateNotTrustedError],
      union: { name: 'AddVCenterResult', description: 'The vCenter, or an error.' },
    },
    description:
      'Adds a vCenter or an ESXi host. The gateway logs in first, so this waits for it, up to half a minute. Scope: `vcenter:write`.',
    args: { input: t.arg({ type: AddVCenterInput, required: true, description: 'What to add.' }) },
    resolve: (_root, { input }, { control, viewer, signal }) =>
      addVCenter(control, viewer, { ...input, gatewayId: decodeId(input.gatewayId, 'Gateway', ['gatewayId']) }, signal),
  }),
);

const RefreshInventoryInput = builder.inputType('RefreshInventoryInput', {
  description: 'What `refreshInventory` takes.',
  fields: (t) => ({
    vcenterId: t.id({ required: true, description: 'The vCenter to read.' }),
  }),
});

const RefreshInventoryPayload = builder
  .objectRef<Awaited<ReturnType<typeof refreshInventory>>>('RefreshInventoryPayload')
  .implement({
    description: 'What `refreshInventory` started.',
    fields: (t) => ({
      vcenter: t.field({
        type: VCenter,
        grantScopes: ['made'],
        description: 'The vCenter. `inventoryState` tells when the reading is over.',
        resolve: ({ vcenter }) => vcenter,
      }),
    }),
  });

builder.mutationField('refreshInventory', (t) =>
  t.field({
    type: RefreshInventoryPayload,
    nullable: true,
    authScopes: { scope: 'vcenter:write' },
    errors: {
      types: [...commonErrors, ...gatewayErrors, VcenterConnectionError, CertificateNotTrustedError],
      union: { name: 'RefreshInventoryResult', description: 'The vCenter, or an error.' },
    },
    description:
      'Starts reading a vCenter’s virtual machines. Answers at once; the event INVENTORY_REFRESHED tells the end. Scope: `vcenter:write`.',
    args: { input: t.arg({ type: RefreshInventoryInput, required: true, description: 'Which vCenter.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      refreshInventory(control, viewer, { vcenterId: decodeId(input.vcenterId, 'VCenter', ['vcenterId']) }),
  }),
);
