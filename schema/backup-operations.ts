import type { InputFieldBuilder } from '@pothos/core';
import type { HoldfastError } from '../base/errors.ts';
import { startBackup } from '../control/jobs/start-backup.ts';
import { mostBackups, startBackups } from '../control/jobs/start-backups.ts';
import type { JobRow } from '../control/rows.ts';
import { type BuilderTypes, builder } from './builder.ts';
import { QuiesceMode } from './enums.ts';
import { asErrorObject, creationErrors, ErrorInterface, gatewayErrors } from './errors.ts';
import { decodeId, decodeOptionalId, encodeId } from './global-id.ts';
import { idempotencyKeyField } from './inputs.ts';
import { BackupJob } from './job-kinds.ts';
import { madeJob, madeJobs } from './made-job.ts';
import { VirtualMachine } from './virtual-machine.ts';

/** How a backup is made, for one virtual machine or many. */
const backupOptions = (t: InputFieldBuilder<BuilderTypes, 'InputObject'>) => ({
  gatewayId: t.id({
    description: 'The gateway that does it, and with it the vault. May be left out where its vCenter has only one.',
  }),
  quiesce: t.field({
    type: QuiesceMode,
    required: true,
    defaultValue: 'PREFER',
    description: 'Whether the guest is asked for consistent files first.',
  }),
  forceFull: t.boolean({
    required: true,
    defaultValue: false,
    description: 'Read everything, although only what changed may be enough. Nothing the vault has is stored again.',
  }),
  startBefore: t.field({
    type: 'DateTime',
    description: 'Give up (EXPIRED) when no gateway took it by then. Left out: it waits as long as it takes.',
  }),
  idempotencyKey: idempotencyKeyField(t),
});

const StartBackupInput = builder.inputType('StartBackupInput', {
  description: 'What `startBackup` takes.',
  fields: (t) => ({
    virtualMachineId: t.id({ required: true, description: 'The virtual machine to back up.' }),
    ...backupOptions(t),
  }),
});

const StartBackupPayload = builder.objectRef<{ readonly job: JobRow }>('StartBackupPayload').implement({
  description: 'What `startBackup` started.',
  fields: (t) => ({
    job: t.field({
      type: BackupJob,
      grantScopes: ['made'],
      description: 'The backup. Follow it with the subscription `jobProgress`.',
      resolve: ({ job }) => job,
    }),
  }),
});

builder.mutationField('startBackup', (t) =>
  t.field({
    type: StartBackupPayload,
    nullable: true,
    authScopes: { scope: 'job:write' },
    errors: {
      types: [...creationErrors, ...gatewayErrors],
      union: { name: 'StartBackupResult', description: 'The backup, or an error.' },
    },
    description:
      'Starts a backup of one virtual machine and answers at once. One backup of a virtual machine runs at a time. Scope: `job:write`.',
    args: { input: t.arg({ type: StartBackupInput, required: true, description: 'What to back up, and how.' }) },
    resolve: async (_root, { input }, context) => {
      const { control, viewer } = context;
      const id = await startBackup(control, viewer, {
        ...input,
        virtualMachineId: decodeId(input.virtualMachineId, 'VirtualMachine', ['virtualMachineId']),
        gatewayId: decodeOptionalId(input.gatewayId, 'Gateway', ['gatewayId']),
      });
      return { job: await madeJob(context, id) };
    },
  }),
);

const StartBackupsInput = builder.inputType('StartBackupsInput', {
  description: 'What `startBackups` takes.',
  fields: (t) => ({
    virtualMachineIds: t.idList({
      required: true,
      description: `The virtual machines to back up, 1 to ${mostBackups}; one that is named twice is backed up once.`,
    }),
    ...backupOptions(t),
  }),
});

interface StartBackupsOutcome {
  readonly virtualMachineId: string;
  readonly job: JobRow | null;
  readonly error: HoldfastError | null;
}

const StartBackupsOutcome = builder.objectRef<StartBackupsOutcome>('StartBackupsOutcome').implement({
  description: 'What became of one virtual machine’s backup: it has a job or an error.',
  fields: (t) => ({
    virtualMachineId: t.id({
      description: 'The virtual machine that was asked for.',
      resolve: ({ virtualMachineId }) => encodeId('VirtualMachine', virtualMachineId),
    }),
    virtualMachine: t.field({
      type: VirtualMachine,
      nullable: true,
      description: 'The virtual machine; null when your access key may not see it.',
      resolve: ({ virtualMachineId }, _args, { loaders }) => loaders.virtualMachines.load(virtualMachineId),
    }),
    job: t.field({
      type: BackupJob,
      nullable: true,
      grantScopes: ['made'],
      description: 'The backup; null when it could not be started.',
      resolve: ({ job }) => job,
    }),
    error: t.field({
      type: ErrorInterface,
      nullable: true,
      description: 'Why it could not be started; null when it was.',
      resolve: ({ error }) => error && asErrorObject(error),
    }),
  }),
});

const StartBackupsPayload = builder
  .objectRef<{ readonly outcomes: readonly StartBackupsOutcome[] }>('StartBackupsPayload')
  .implement({
    description: 'What `startBackups` started.',
    fields: (t) => ({
      outcomes: t.field({
        type: [StartBackupsOutcome],
        complexity: { field: 1, multiplier: 1 },
        description: 'One entry for each virtual machine, in the order asked for.',
        resolve: ({ outcomes }) => [...outcomes],
      }),
      startedCount: t.int({
        description: 'How many have a job.',
        resolve: ({ outcomes }) => outcomes.filter(({ job }) => job !== null).length,
      }),
      failedCount: t.int({
        description: 'How many could not be started.',
        resolve: ({ outcomes }) => outcomes.filter(({ error }) => error !== null).length,
      }),
    }),
  });

builder.mutationField('startBackups', (t) =>
  t.field({
    type: StartBackupsPayload,
    nullable: true,
    authScopes: { scope: 'job:write' },
    complexity: ({ input }) => ({ field: 1, multiplier: Math.max(input.virtualMachineIds.length, 1) }),
    errors: {
      types: creationErrors,
      union: { name: 'StartBackupsResult', description: 'What was started, or an error that kept everything from it.' },
    },
    description:
      'Starts a backup of each of many virtual machines and answers at once. One that cannot be started keeps none of the others from it. The same idempotency key again answers with the same jobs, and tries those again that could not be started. Scope: `job:write`.',
    args: { input: t.arg({ type: StartBackupsInput, required: true, description: 'What to back up, and how.' }) },
    resolve: async (_root, { input }, context) => {
      const { control, viewer } = context;
      const started = await startBackups(control, viewer, {
        ...input,
        virtualMachineIds: input.virtualMachineIds.map((id, index) =>
          decodeId(id, 'VirtualMachine', ['virtualMachineIds', String(index)]),
        ),
        gatewayId: decodeOptionalId(input.gatewayId, 'Gateway', ['gatewayId']),
      });
      const jobs = await madeJobs(
        context,
        started.flatMap(({ jobId }) => jobId ?? []),
      );
      return {
        outcomes: started.map(({ virtualMachineId, jobId, error }) => ({
          virtualMachineId,
          job: (jobId && jobs.get(jobId)) || null,
          error: error ?? null,
        })),
      };
    },
  }),
);
