import { createVault } from '../control/vaults/create-vault.ts';
import { listVaults } from '../control/vaults/vaults.ts';
import { builder } from './builder.ts';
import { connectionComplexity, pageArgs } from './connection.ts';
import { creationErrors } from './errors.ts';
import { found } from './found.ts';
import { decodeId, decodeOptionalId } from './global-id.ts';
import { idempotencyKeyField } from './inputs.ts';
import { RedundancyType, Vault, VaultConnection, VaultStatus } from './vault.ts';

const VaultFilter = builder.inputType('VaultFilter', {
  description: 'Which vaults to list. Everything given has to match.',
  fields: (t) => ({
    statuses: t.field({ type: [VaultStatus], description: 'One of these statuses.' }),
    regionId: t.string({ description: 'In this region.' }),
    resourceGroupId: t.id({ description: 'Of this resource group.' }),
    redundancyType: t.field({ type: RedundancyType, description: 'With this redundancy.' }),
    gatewayId: t.id({ description: 'The one this gateway writes to.' }),
    virtualMachineId: t.id({ description: 'With a recovery point of this virtual machine.' }),
    createdAfter: t.field({ type: 'DateTime', description: 'Created at this time or later.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Created before this time.' }),
  }),
});

const VaultOrder = builder.enumType('VaultOrder', {
  description: 'In which order vaults are listed.',
  values: {
    CREATED_AT_DESC: { description: 'The newest first.' },
    CREATED_AT_ASC: { description: 'The oldest first.' },
    NAME_ASC: { description: 'By name.' },
  } as const,
});

builder.queryField('vault', (t) =>
  t.field({
    type: Vault,
    nullable: true,
    authScopes: { scope: 'vault:read' },
    description: 'One vault. An unknown id gives the error NOT_FOUND. Scope: `vault:read`.',
    args: { id: t.arg.id({ required: true, description: 'The id of a vault.' }) },
    resolve: (_root, { id }, { loaders }) => found('vault', loaders.vaults.load(decodeId(id, 'Vault', ['id']))),
  }),
);

builder.queryField('vaults', (t) =>
  t.field({
    type: VaultConnection,
    nullable: true,
    authScopes: { scope: 'vault:read' },
    complexity: connectionComplexity,
    description: 'The vaults your access key sees. Scope: `vault:read`.',
    args: {
      ...pageArgs(t),
      filter: t.arg({ type: VaultFilter, description: 'Which ones; all of them when left out.' }),
      orderBy: t.arg({ type: VaultOrder, defaultValue: 'CREATED_AT_DESC', description: 'In which order.' }),
    },
    resolve: (_root, { filter, ...page }, { control, viewer }) =>
      listVaults(control, viewer, {
        ...page,
        filter: {
          ...filter,
          resourceGroupId: decodeOptionalId(filter?.resourceGroupId, 'ResourceGroup', ['filter', 'resourceGroupId']),
          gatewayId: decodeOptionalId(filter?.gatewayId, 'Gateway', ['filter', 'gatewayId']),
          virtualMachineId: decodeOptionalId(filter?.virtualMachineId, 'VirtualMachine', [
            'filter',
            'virtualMachineId',
          ]),
        },
      }),
  }),
);

const CreateVaultInput = builder.inputType('CreateVaultInput', {
  description: 'What `createVault` takes.',
  fields: (t) => ({
    regionId: t.string({ required: true, description: 'The region to make it in; `regions` lists them.' }),
    name: t.string({
      description: '1 to 64 characters, unique in its resource group and region. A random, readable one when left out.',
    }),
    resourceGroupId: t.id({
      description: 'The resource group it belongs to. When left out: your access key’s only one, or the default one.',
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const CreateVaultPayload = builder.objectRef<Awaited<ReturnType<typeof createVault>>>('CreateVaultPayload').implement({
  description: 'What `createVault` made.',
  fields: (t) => ({
    vault: t.field({
      type: Vault,
      grantScopes: ['made'],
      description: 'The new vault.',
      resolve: ({ vault }) => vault,
    }),
    recoveryKey: t.exposeString('recoveryKey', {
      nullable: true,
      description:
        'Opens the vault without this control plane, should it be lost. It is kept nowhere and shown this once: write it down and keep it safe. Null when an idempotency key repeated an earlier request.',
    }),
  }),
});

builder.mutationField('createVault', (t) =>
  t.field({
    type: CreateVaultPayload,
    nullable: true,
    authScopes: { scope: 'vault:write' },
    errors: { types: creationErrors, union: { name: 'CreateVaultResult', description: 'The new vault, or an error.' } },
    description: 'Creates a vault: its place in object storage and its encryption key. Scope: `vault:write`.',
    args: { input: t.arg({ type: CreateVaultInput, required: true, description: 'What to create.' }) },
    resolve: (_root, { input }, { control, viewer, signal }) =>
      createVault(
        control,
        viewer,
        { ...input, resourceGroupId: decodeOptionalId(input.resourceGroupId, 'ResourceGroup', ['resourceGroupId']) },
        signal,
      ),
  }),
);
