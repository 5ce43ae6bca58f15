import type { RecoveryPointRow } from '../control/rows.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection.ts';
import { Gateway } from './gateway.ts';
import { Job } from './job.ts';
import { TransferStatistics } from './transfer.ts';
import { Vault } from './vault.ts';
import { viewerCan } from './viewer-can.ts';
import { VirtualMachine } from './virtual-machine.ts';

export const RecoveryPoint = builder.objectRef<RecoveryPointRow>('RecoveryPoint');

export const RecoveryPointKind = builder.enumType('RecoveryPointKind', {
  description: 'How a recovery point was made. Each is a complete image either way, and none depends on another.',
  values: {
    FULL: { description: 'At least one disk was read whole.' },
    INCREMENTAL: { description: 'Only what changed since an earlier recovery point was read.' },
  } as const,
});

export const RecoveryPointStatus = builder.enumType('RecoveryPointStatus', {
  description: 'Whether a recovery point can be restored.',
  values: {
    AVAILABLE: { description: 'It can.' },
    DELETING: { description: 'It is being deleted.' },
    DAMAGED: { description: 'A verification found something missing.' },
  } as const,
});

const ReadMode = builder.enumType('DiskReadMode', {
  description: 'How a disk was read.',
  values: {
    CHANGED_AREAS: { description: 'Only the areas vSphere reported as changed.' },
    FULL: { description: 'Everything, skipping zeros.' },
  } as const,
});

const RecoveryPointDisk = builder.objectRef<RecoveryPointRow['disks'][number]>('RecoveryPointDisk').implement({
  description: 'One disk in a recovery point.',
  fields: (t) => ({
    key: t.exposeInt('key', { description: 'Its device key within the virtual machine.' }),
    uuid: t.exposeString('uuid', { description: 'VMware’s UUID of the disk’s backing.' }),
    label: t.exposeString('label', { description: 'Its label in the vSphere client.' }),
    capacityBytes: t.expose('capacityBytes', { type: 'ByteCount', description: 'Its size at that time.' }),
    mode: t.expose('mode', { type: ReadMode, description: 'How it was read.' }),
    fullReason: t.exposeString('fullReason', {
      nullable: true,
      description: 'Why it was read whole; null when only changed areas were read.',
    }),
  }),
});

builder.node(RecoveryPoint, {
  id: { resolve: (point) => point.id },
  loadOne: (id, { loaders }) => loaders.recoveryPoints.load(id),
  authScopes: { $any: { scope: 'recoveryPoint:read', $granted: 'made' } },
  description: 'One complete image of one virtual machine at one time, restorable on its own.',
  fields: (t) => ({
    virtualMachine: t.field({
      type: VirtualMachine,
      nullable: true,
      description: 'The virtual machine it is an image of.',
      resolve: (point, _args, { loaders }) => loaders.virtualMachines.load(point.virtual_machine_id),
    }),
    vault: t.field({
      type: Vault,
      nullable: true,
      description: 'The vault it is in.',
      resolve: (point, _args, { loaders }) => loaders.vaults.load(point.vault_id),
    }),
    gateway: t.field({
      type: Gateway,
      nullable: true,
      description: 'The gateway that made it; null when that one was deleted.',
      resolve: (point, _args, { loaders }) => loaders.gateways.load(point.gateway_id),
    }),
    job: t.field({
      type: Job,
      nullable: true,
      description: 'The backup that made it.',
      resolve: (point, _args, { loaders }) => loaders.jobs.load(point.job_id),
    }),
    parent: t.field({
      type: RecoveryPoint,
      nullable: true,
      description: 'The recovery point an incremental one was compared with. It is not needed to restore this one.',
      resolve: (point, _args, { loaders }) => (point.parent_id ? loaders.recoveryPoints.load(point.parent_id) : null),
    }),
    kind: t.expose('kind', { type: RecoveryPointKind, description: 'How it was made.' }),
    status: t.expose('status', { type: RecoveryPointStatus, description: 'Whether it can be restored.' }),
    quiesced: t.exposeBoolean('quiesced', {
      description: 'Whether the guest brought its files into a consistent state first. False: crash-consistent.',
    }),
    disks: t.field({
      type: [RecoveryPointDisk],
      complexity: { field: 1, multiplier: 4 },
      description: 'Its disks.',
      resolve: (point) => point.disks,
    }),
    statistics: t.expose('statistics', { type: TransferStatistics, description: 'What became of the bytes.' }),
    viewerCanRestore: t.boolean(
      viewerCan(
        'job:write',
        'Whether your access key may restore it, and it can be restored.',
        ({ status }) => status === 'AVAILABLE',
      ),
    ),
    viewerCanDelete: t.boolean({
      description: 'Whether your access key may delete it, its vault is not locked, and nobody has begun to.',
      resolve: async ({ status, vault_id }, _args, { viewer, loaders }) => {
        if (status === 'DELETING' || !viewer.scopes.has('recoveryPoint:delete')) return false;
        return (await loaders.vaultContents.load(vault_id))?.isLocked === false;
      },
    }),
    capturedAt: t.expose('captured_at', {
      type: 'DateTime',
      description: 'The time of the snapshot: the state that a restore brings back.',
    }),
    createdAt: t.expose('created_at', { type: 'DateTime', description: 'When it became valid.' }),
  }),
});

export const RecoveryPointConnection = connectionType('RecoveryPoint', RecoveryPoint);
