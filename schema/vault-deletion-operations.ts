import { VaultHasJobsError, VersionConflictError } from '../control/errors.ts';
import { deleteVault } from '../control/vaults/delete-vault.ts';
import { updateVault } from '../control/vaults/update-vault.ts';
import { vaultsByIds } from '../control/vaults/vaults.ts';
import { builder } from './builder.ts';
import { DeletionImpact } from './deletion.ts';
import { commonErrors, creationErrors } from './errors.ts';
import { decodeId, encodeId } from './global-id.ts';
import { idempotencyKeyField, optionalVersionField } from './inputs.ts';
import { Vault } from './vault.ts';

const UpdateVaultInput = builder.inputType('UpdateVaultInput', {
  description: 'What `updateVault` takes.',
  fields: (t) => ({
    vaultId: t.id({ required: true, description: 'The vault to change.' }),
    name: t.string({
      required: true,
      description: 'Its new name: 1 to 64 characters, unique in its resource group and region.',
    }),
    expectedVersion: optionalVersionField(t),
  }),
});

const UpdateVaultPayload = builder.objectRef<Awaited<ReturnType<typeof updateVault>>>('UpdateVaultPayload').implement({
  description: 'What `updateVault` did.',
  fields: (t) => ({
    vault: t.field({
      type: Vault,
      grantScopes: ['made'],
      description: 'The vault as it is now.',
      resolve: ({ vault }) => vault,
    }),
  }),
});

builder.mutationField('updateVault', (t) =>
  t.field({
    type: UpdateVaultPayload,
    nullable: true,
    authScopes: { scope: 'vault:write' },
    errors: {
      types: [...commonErrors, VersionConflictError],
      union: { name: 'UpdateVaultResult', description: 'The vault, or an error.' },
    },
    description: 'Renames a vault. Its place, redundancy and keys never change. Scope: `vault:write`.',
    args: { input: t.arg({ type: UpdateVaultInput, required: true, description: 'Which vault, and what to change.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      updateVault(control, viewer, { ...input, vaultId: decodeId(input.vaultId, 'Vault', ['vaultId']) }),
  }),
);

const DeleteVaultInput = builder.inputType('DeleteVaultInput', {
  description: 'What `deleteVault` takes.',
  fields: (t) => ({
    vaultId: t.id({ required: true, description: 'The vault to delete.' }),
    confirmName: t.string({
      description:
        'The vault’s name, typed again exactly as it is. Needed for a vault that has gateways or recovery points: they are deleted with it, for good, and need the scopes `gateway:write` and `recoveryPoint:delete`.',
    }),
    cancelRunningJobs: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Cancel its jobs first, those that run and those that wait. Needs the scope `job:write`.',
    }),
    expectedVersion: optionalVersionField(t),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const DeleteVaultPayload = builder.objectRef<Awaited<ReturnType<typeof deleteVault>>>('DeleteVaultPayload').implement({
  description: 'What `deleteVault` began.',
  fields: (t) => ({
    vaultId: t.id({
      description: 'The vault’s id. Once it is gone this id names nothing any more.',
      resolve: ({ vaultId }) => encodeId('Vault', vaultId),
    }),
    vault: t.field({
      type: Vault,
      nullable: true,
      grantScopes: ['made'],
      description: 'The vault, DELETING while what is in it goes; null when it is gone already.',
      resolve: async ({ vaultId }, _args, { control, viewer }) => {
        const reader = { ...viewer, scopes: new Set([...viewer.scopes, 'vault:read' as const]) };
        const [vault] = await vaultsByIds(control, reader, [vaultId]);
        return vault ?? null;
      },
    }),
    impact: t.field({
      type: DeletionImpact,
      description: 'What it concerned when it was asked for.',
      resolve: ({ figures }) => figures,
    }),
  }),
});

builder.mutationField('deleteVault', (t) =>
  t.field({
    type: DeleteVaultPayload,
    nullable: true,
    authScopes: { scope: 'vault:write' },
    errors: {
      types: [...creationErrors, VaultHasJobsError, VersionConflictError],
      union: { name: 'DeleteVaultResult', description: 'What was begun, or an error.' },
    },
    description:
      'Deletes a vault and everything in it: its gateways, its recovery points, every object in the storage, its key. One that has gateways or recovery points needs its name typed again. It is DELETING meanwhile, takes nothing new, and is gone when all is removed (event VAULT_DELETED). A vault that is locked (WORM) is refused. Scope: `vault:write`.',
    args: { input: t.arg({ type: DeleteVaultInput, required: true, description: 'Which vault, and how.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      deleteVault(control, viewer, { ...input, vaultId: decodeId(input.vaultId, 'Vault', ['vaultId']) }),
  }),
);
