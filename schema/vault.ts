import { findRegion } from '../control/regions/region.ts';
import type { VaultRow } from '../control/rows.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection.ts';
import { Region } from './region.ts';
import { ResourceGroup } from './resource-group.ts';
import { viewerCan } from './viewer-can.ts';

export const Vault = builder.objectRef<VaultRow>('Vault');

export const VaultStatus = builder.enumType('VaultStatus', {
  description: 'What a vault can be used for at present.',
  values: {
    CREATING: { description: 'Its place in object storage is being made.' },
    ACTIVE: { description: 'It takes backups and gives restores.' },
    DELETING: { description: 'It is being deleted.' },
    ERROR: { description: 'Its place in object storage could not be made.' },
  } as const,
});

export const RedundancyType = builder.enumType('RedundancyType', {
  description: 'In how many zones the object storage keeps the data.',
  values: {
    ZRS: { description: 'Zone-redundant: in several zones of the region.' },
    LRS: { description: 'Locally redundant: in one zone of the region.' },
  } as const,
});

export const RedundancyReason = builder.enumType('RedundancyReason', {
  description: 'Why a vault has its redundancy. It follows from the region and the storage and is never chosen.',
  values: {
    ZONE_REDUNDANT: { description: 'ZRS: the bucket keeps its objects in several zones, as its region offers.' },
    REGION_WITHOUT_ZONES: { description: 'LRS: the region’s object storage offers no zone redundancy.' },
    BUCKET_IN_ONE_ZONE: {
      description:
        'LRS: the bucket was there already and keeps its objects in one zone, although the region offers zone redundancy. The operator can convert it.',
    },
    STORAGE_DID_NOT_TELL: {
      description: 'LRS: the object storage would not tell how it keeps the bucket, so nothing more is promised.',
    },
    STORAGE_WITHOUT_ZONES: {
      description: 'LRS: the storage knows no zones; a directory, for example, whatever its region has.',
    },
  } as const,
});

builder.node(Vault, {
  id: { resolve: (vault) => vault.id },
  loadOne: (id, { loaders }) => loaders.vaults.load(id),
  authScopes: { $any: { scope: 'vault:read', $granted: 'made' } },
  description:
    'Where backups are kept: a place in the object storage of one region, with an encryption key of its own. Equal blocks of all its virtual machines are stored once.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in its resource group and region.' }),
    region: t.field({
      type: Region,
      nullable: true,
      description: 'The region it is in; null when the installation no longer knows that region.',
      resolve: (vault, _args, { control }) => findRegion(control.config.regions, vault.region_id) ?? null,
    }),
    regionId: t.exposeString('region_id', { description: 'The id of the region it is in.' }),
    resourceGroup: t.field({
      type: ResourceGroup,
      nullable: true,
      description: 'The resource group it belongs to.',
      resolve: (vault, _args, { loaders }) => loaders.resourceGroups.load(vault.resource_group_id),
    }),
    status: t.expose('status', { type: VaultStatus, description: 'Whether it can be used.' }),
    redundancyType: t.expose('redundancy_type', {
      type: RedundancyType,
      description:
        'As the object storage tells of its bucket: one that is made for vaults is ZRS where the region has it, else LRS. `redundancyReason` says why.',
    }),
    redundancyReason: t.expose('redundancy_reason', {
      type: RedundancyReason,
      nullable: true,
      description: 'Why it has this redundancy; null for a vault made before this was kept.',
    }),
    storageClass: t.exposeString('storage_class', {
      description:
        'Storage class of its objects as the bucket has it, `STANDARD` for example; `UNKNOWN` where the storage would not tell.',
    }),
    encryptType: t.exposeString('encrypt_type', { description: 'Who holds the key its data is encrypted with.' }),
    wormEnabled: t.exposeBoolean('worm_enabled', {
      description: 'Whether its objects are locked against deletion for a time.',
    }),
    viewerCanUpdate: t.boolean(
      viewerCan('vault:write', 'Whether your access key may change it.', ({ status }) => status !== 'DELETING'),
    ),
    viewerCanDelete: t.boolean({
      description:
        'Whether your access key may delete it with what is in it now (gateways need `gateway:write` too, recovery points `recoveryPoint:delete`), it is not locked, and nobody has begun to.',
      resolve: async ({ id, status }, _args, { viewer, loaders }) => {
        if (status === 'DELETING' || !viewer.scopes.has('vault:write')) return false;
        const contents = await loaders.vaultContents.load(id);
        if (!contents || contents.isLocked) return false;
        const { hasGateways, hasRecoveryPoints } = contents;
        return (
          (!hasGateways || viewer.scopes.has('gateway:write')) &&
          (!hasRecoveryPoints || viewer.scopes.has('recoveryPoint:delete'))
        );
      },
    }),
    createdAt: t.expose('created_at', { type: 'DateTime', description: 'When it was created.' }),
    version: t.exposeInt('version', { description: 'Grows with every change.' }),
  }),
});

export const VaultConnection = connectionType('Vault', Vault);
