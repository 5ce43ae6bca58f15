import { cancelJob } from '../control/jobs/cancel-job.ts';
import { listJobs } from '../control/jobs/list-jobs.ts';
import { startRestore } from '../control/jobs/start-restore.ts';
import type { JobRow } from '../control/rows.ts';
import { builder } from './builder.ts';
import { connectionComplexity, pageArgs } from './connection.ts';
import { commonErrors, creationErrors, gatewayErrors } from './errors.ts';
import { found } from './found.ts';
import { decodeId, decodeOptionalId, jobTypes } from './global-id.ts';
import { idempotencyKeyField } from './inputs.ts';
import { Job, JobConnection, JobKind, JobStatus } from './job.ts';
import { RestoreJob } from './job-kinds.ts';
import { madeJob } from './made-job.ts';

const JobFilter = builder.inputType('JobFilter', {
  description: 'Which jobs to list. Everything given has to match.',
  fields: (t) => ({
    kinds: t.field({ type: [JobKind], description: 'Of one of these kinds.' }),
    statuses: t.field({ type: [JobStatus], description: 'With one of these statuses.' }),
    virtualMachineId: t.id({ description: 'Of this virtual machine.' }),
    gatewayId: t.id({ description: 'Of this gateway.' }),
    vaultId: t.id({ description: 'Of this vault.' }),
    vcenterId: t.id({ description: 'Of the virtual machines of this vCenter.' }),
    createdAfter: t.field({ type: 'DateTime', description: 'Created at this time or later.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Created before this time.' }),
    finishedAfter: t.field({ type: 'DateTime', description: 'Reached a terminal status at this time or later.' }),
    finishedBefore: t.field({ type: 'DateTime', description: 'Reached a terminal status before this time.' }),
    resourceGroupId: t.id({ description: 'Of this resource group.' }),
  }),
});

const JobOrder = builder.enumType('JobOrder', {
  description: 'In which order jobs are listed.',
  values: {
    CREATED_AT_DESC: { description: 'The newest first.' },
    CREATED_AT_ASC: { description: 'The oldest first.' },
  } as const,
});

builder.queryField('job', (t) =>
  t.field({
    type: Job,
    nullable: true,
    authScopes: { scope: 'job:read' },
    description: 'One job. An unknown id gives the error NOT_FOUND. Scope: `job:read`.',
    args: { id: t.arg.id({ required: true, description: 'The id of a job.' }) },
    resolve: (_root, { id }, { loaders }) => found('job', loaders.jobs.load(decodeId(id, jobTypes, ['id']))),
  }),
);

builder.queryField('jobs', (t) =>
  t.field({
    type: JobConnection,
    nullable: true,
    authScopes: { scope: 'job:read' },
    complexity: connectionComplexity,
    description: 'The jobs your access key sees. Scope: `job:read`.',
    args: {
      ...pageArgs(t),
      filter: t.arg({ type: JobFilter, description: 'Which ones; all of them when left out.' }),
      orderBy: t.arg({ type: JobOrder, defaultValue: 'CREATED_AT_DESC', description: 'In which order.' }),
    },
    resolve: (_root, { filter, ...page }, { control, viewer }) =>
      listJobs(control, viewer, {
        ...page,
        filter: {
          ...filter,
          virtualMachineId: decodeOptionalId(filter?.virtualMachineId, 'VirtualMachine', [
            'filter',
            'virtualMachineId',
          ]),
          gatewayId: decodeOptionalId(filter?.gatewayId, 'Gateway', ['filter', 'gatewayId']),
          vaultId: decodeOptionalId(filter?.vaultId, 'Vault', ['filter', 'vaultId']),
          vcenterId: decodeOptionalId(filter?.vcenterId, 'VCenter', ['filter', 'vcenterId']),
          resourceGroupId: decodeOptionalId(filter?.resourceGroupId, 'ResourceGroup', ['filter', 'resourceGroupId']),
        },
      }),
  }),
);

const StartRestoreInput = builder.inputType('StartRestoreInput', {
  description: 'What `startRestore` takes.',
  fields: (t) => ({
    recoveryPointId: t.id({ required: true, description: 'The recovery point to restore.' }),
    gatewayId: t.id({
      description:
        'The gateway that does it. Left out: an activated gateway of the recovery point’s vault that reaches the vCenter.',
    }),
    vcenterId: t.id({
      description:
        'The vCenter to restore to. Left out: the one it was backed up from. In another one, give `folder` and `datastore` of that one, unless they have the same names.',
    }),
    vmName: t.string({
      description: 'Name of the new virtual machine, 1 to 80 characters. Left out: the original’s name with the time.',
    }),
    folder: t.string({ description: 'Inventory path of the folder to make it in. Left out: where the original was.' }),
    datastore: t.string({ description: 'Name of the datastore for its disks. Left out: where the original’s were.' }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const StartRestorePayload = builder.objectRef<{ readonly job: JobRow }>('StartRestorePayload').implement({
  description: 'What `startRestore` started.',
  fields: (t) => ({
    job: t.field({
      type: RestoreJob,
      grantScopes: ['made'],
      description: 'The restore. Follow it with the subscription `jobProgress`.',
      resolve: ({ job }) => job,
    }),
  }),
});

builder.mutationField('startRestore', (t) =>
  t.field({
    type: StartRestorePayload,
    nullable: true,
    authScopes: { scope: 'job:write' },
    errors: {
      types: [...creationErrors, ...gatewayErrors],
      union: { name: 'StartRestoreResult', description: 'The restore, or an error.' },
    },
    description:
      'Starts restoring a recovery point as a new virtual machine and answers at once. The original stays untouched. Scope: `job:write`.',
    args: { input: t.arg({ type: StartRestoreInput, required: true, description: 'What to restore, and to where.' }) },
    resolve: async (_root, { input }, context) => {
      const { control, viewer } = context;
      const id = await startRestore(control, viewer, {
        ...input,
        recoveryPointId: decodeId(input.recoveryPointId, 'RecoveryPoint', ['recoveryPointId']),
        vcenterId: decodeOptionalId(input.vcenterId, 'VCenter', ['vcenterId']),
        gatewayId: decodeOptionalId(input.gatewayId, 'Gateway', ['gatewayId']),
      });
      return { job: await madeJob(context, id) };
    },
  }),
);

const CancelJobInput = builder.inputType('CancelJobInput', {
  description: 'What `cancelJob` takes.',
  fields: (t) => ({ jobId: t.id({ required: true, description: 'The job to cancel.' }) }),
});

const CancelJobPayload = builder.objectRef<{ readonly job: JobRow }>('CancelJobPayload').implement({
  description: 'What `cancelJob` did.',
  fields: (t) => ({
    job: t.field({
      type: Job,
      grantScopes: ['made'],
      description: 'The job: CANCELED when it had not begun, CANCELING while its gateway clears up.',
      resolve: ({ job }) => job,
    }),
  }),
});

builder.mutationField('cancelJob', (t) =>
  t.field({
    type: CancelJobPayload,
    nullable: true,
    authScopes: { scope: 'job:write' },
    errors: { types: commonErrors, union: { name: 'CancelJobResult', description: 'The job, or an error.' } },
    description:
      'Cancels a job that has not ended. What it had done already is removed, save for data other recovery points use. Scope: `job:write`.',
    args: { input: t.arg({ type: CancelJobInput, required: true, description: 'Which job.' }) },
    resolve: async (_root, { input }, context) => {
      const { control, viewer } = context;
      const id = await cancelJob(control, viewer, { jobId: decodeId(input.jobId, jobTypes, ['jobId']) });
      return { job: await madeJob(context, id) };
    },
  }),
);
