import type { JobRow } from '../control/rows.ts';
import { builder } from './builder.ts';
import { QuiesceMode } from './enums.ts';
import { Job } from './job.ts';
import { RecoveryPoint } from './recovery-point.ts';

const jobScopes = { $any: { scope: 'job:read', $granted: 'made' } } as const;

export const BackupJob = builder.objectRef<JobRow>('BackupJob');
builder.node(BackupJob, {
  id: { resolve: (job) => job.id },
  loadOne: async (id, { loaders }) => ofKind(await loaders.jobs.load(id), 'BACKUP'),
  isTypeOf: (value) => isJob(value, 'BACKUP'),
  interfaces: [Job],
  authScopes: jobScopes,
  description: 'Makes a recovery point of one virtual machine.',
  fields: (t) => ({
    recoveryPoint: t.field({
      type: RecoveryPoint,
      nullable: true,
      description: 'The recovery point it made; null before that.',
      resolve: (job, _args, { loaders }) =>
        job.recovery_point_id ? loaders.recoveryPoints.load(job.recovery_point_id) : null,
    }),
    quiesce: t.field({
      type: QuiesceMode,
      description: 'Whether the guest was to be asked for consistent files.',
      resolve: ({ input }) => (input.kind === 'BACKUP' ? input.quiesce : 'NONE'),
    }),
    forceFull: t.boolean({
      description: 'Whether it was to read everything although an increment may have been possible.',
      resolve: ({ input }) => input.kind === 'BACKUP' && input.forceFull,
    }),
  }),
});

const RestoredVirtualMachine = builder
  .objectRef<{ readonly name: string; readonly instanceUuid: string; readonly biosUuid: string }>(
    'RestoredVirtualMachine',
  )
  .implement({
    description: 'The virtual machine a restore made. It joins the inventory with the next refresh.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Its name in vSphere.' }),
      instanceUuid: t.exposeString('instanceUuid', { description: 'vCenter’s UUID of it.' }),
      biosUuid: t.exposeString('biosUuid', { description: 'The UUID its guest sees in its BIOS.' }),
    }),
  });

export const RestoreJob = builder.objectRef<JobRow>('RestoreJob');
builder.node(RestoreJob, {
  id: { resolve: (job) => job.id },
  loadOne: async (id, { loaders }) => ofKind(await loaders.jobs.load(id), 'RESTORE'),
  isTypeOf: (value) => isJob(value, 'RESTORE'),
  interfaces: [Job],
  authScopes: jobScopes,
  description: 'Makes a new virtual machine from a recovery point.',
  fields: (t) => ({
    recoveryPoint: t.field({
      type: RecoveryPoint,
      nullable: true,
      description: 'The recovery point it restores.',
      resolve: (job, _args, { loaders }) =>
        job.recovery_point_id ? loaders.recoveryPoints.load(job.recovery_point_id) : null,
    }),
    vmName: t.string({
      description: 'The name the new virtual machine was to have.',
      resolve: ({ input }) => (input.kind === 'RESTORE' ? input.vmName : ''),
    }),
    folder: t.string({
      nullable: true,
      description: 'The folder it was to be made in; null: where the original was.',
      resolve: ({ input }) => (input.kind === 'RESTORE' ? input.folder : null),
    }),
    datastore: t.string({
      nullable: true,
      description: 'The datastore its disks were to be on; null: where the original’s were.',
      resolve: ({ input }) => (input.kind === 'RESTORE' ? input.datastore : null),
    }),
    restoredVm: t.field({
      type: RestoredVirtualMachine,
      nullable: true,
      description: 'The virtual machine it made; null before that.',
      resolve: (job) => job.result?.restoredVm ?? null,
    }),
  }),
});

export const CleanupJob = builder.objectRef<JobRow>('CleanupJob');
builder.node(CleanupJob, {
  id: { resolve: (job) => job.id },
  loadOne: async (id, { loaders }) => ofKind(await loaders.jobs.load(id), 'CLEANUP'),
  isTypeOf: (value) => isJob(value, 'CLEANUP'),
  interfaces: [Job],
  authScopes: jobScopes,
  description:
    'Removes what another job had to leave behind: a snapshot that would not go, a disk that stayed attached.',
  fields: (t) => ({
    ofJob: t.field({
      type: Job,
      nullable: true,
      description: 'The job it clears up after.',
      resolve: ({ input }, _args, { loaders }) => (input.kind === 'CLEANUP' ? loaders.jobs.load(input.ofJobId) : null),
    }),
  }),
});

function ofKind(job: JobRow | null, kind: JobRow['kind']): JobRow | null {
  return job?.kind === kind ? job : null;
}

function isJob(value: unknown, kind: JobRow['kind']): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}
