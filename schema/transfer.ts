import type { JobProgressRow, JobRow } from '../control/rows.ts';
import { builder } from './builder.ts';

type Statistics = NonNullable<JobRow['statistics']>;
type Finding = JobRow['findings'][number];
type Failure = NonNullable<JobRow['error']>;

export const TransferStatistics = builder.objectRef<Statistics>('TransferStatistics').implement({
  description: 'What became of the bytes of all disks of one job.',
  fields: (t) => ({
    bytesTotal: t.expose('bytesTotal', { type: 'ByteCount', description: 'Size of all disks together.' }),
    bytesRead: t.expose('bytesRead', {
      type: 'ByteCount',
      description: 'Read from the source: from vSphere by a backup, from the vault by a restore.',
    }),
    bytesZero: t.expose('bytesZero', { type: 'ByteCount', description: 'Found to be zero and skipped.' }),
    bytesDeduplicated: t.expose('bytesDeduplicated', {
      type: 'ByteCount',
      description: 'Not stored because the vault had the same block already.',
    }),
    bytesStored: t.expose('bytesStored', {
      type: 'ByteCount',
      description: 'Newly stored in the vault, after compression.',
    }),
    durationMs: t.expose('durationMs', { type: 'Float', description: 'How long the moving took, in milliseconds.' }),
    rate: t.field({
      type: 'ByteCount',
      description: 'Bytes read a second, on average.',
      resolve: ({ bytesRead, durationMs }) => Math.round(durationMs > 0 ? (bytesRead * 1_000) / durationMs : 0),
    }),
  }),
});

const JobPhase = builder.enumType('JobPhase', {
  description: 'What a running job is doing.',
  values: {
    PREPARING: { description: 'Clearing away its own leftovers and connecting.' },
    SNAPSHOT: { description: 'Making the snapshot, or the virtual machine to restore to.' },
    TRANSFER: { description: 'Moving the data.' },
    COMMIT: { description: 'Making the recovery point valid.' },
    CLEANUP: { description: 'Removing the snapshot, or finishing the restored virtual machine.' },
  } as const,
});

export const JobProgress = builder.objectRef<JobProgressRow>('JobProgress').implement({
  description: 'How far a job has come. At most one update a second.',
  fields: (t) => ({
    phase: t.field({ type: JobPhase, description: 'What it is doing.', resolve: ({ progress }) => progress.phase }),
    bytesTotal: t.field({
      type: 'ByteCount',
      description: 'How much there is to go through; of an increment, the changed areas alone.',
      resolve: ({ progress }) => progress.bytesTotal,
    }),
    bytesDone: t.field({
      type: 'ByteCount',
      description: 'How much of it is done.',
      resolve: ({ progress }) => progress.bytesDone,
    }),
    bytesRead: t.field({
      type: 'ByteCount',
      description: 'Read so far.',
      resolve: ({ progress }) => progress.bytesRead,
    }),
    bytesZero: t.field({
      type: 'ByteCount',
      description: 'Found to be zero and skipped so far.',
      resolve: ({ progress }) => progress.bytesZero,
    }),
    bytesDeduplicated: t.field({
      type: 'ByteCount',
      description: 'Not stored so far because the vault had the same block already.',
      resolve: ({ progress }) => progress.bytesDeduplicated,
    }),
    bytesStored: t.field({
      type: 'ByteCount',
      description: 'Newly stored so far, after compression.',
      resolve: ({ progress }) => progress.bytesStored,
    }),
    rate: t.field({
      type: 'ByteCount',
      description: 'Bytes a second over the last few seconds.',
      resolve: ({ progress }) => progress.rate,
    }),
    percent: t.float({
      description: 'From 0 to 100.',
      resolve: ({ progress }) =>
        progress.bytesTotal > 0 ? Math.min(100, (progress.bytesDone * 100) / progress.bytesTotal) : 0,
    }),
    updatedAt: t.expose('updated_at', { type: 'DateTime', description: 'When the gateway reported this.' }),
  }),
});

const FindingSeverity = builder.enumType('FindingSeverity', {
  description: 'How much a finding matters.',
  values: {
    INFO: { description: 'Good to know.' },
    WARNING: { description: 'Worth acting on before it becomes trouble.' },
    ERROR: { description: 'Something is not as it should be.' },
  } as const,
});

export const FindingType = builder.objectRef<Finding>('Finding').implement({
  description: 'Something a job noticed that somebody should know.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable and upper case, for programs: `SNAPSHOT_LEFT`, …' }),
    severity: t.expose('severity', { type: FindingSeverity, description: 'How much it matters.' }),
    message: t.exposeString('message', { description: 'One sentence: what was noticed.' }),
    remedy: t.exposeString('remedy', { description: 'One sentence: what to do about it.' }),
  }),
});

export const JobFailure = builder.objectRef<Failure>('JobFailure').implement({
  description: 'Why a job, or one attempt at it, did not succeed.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable and upper case, for programs.' }),
    message: t.exposeString('message', { description: 'One sentence: what happened.' }),
    remedy: t.exposeString('remedy', { description: 'One sentence: what to do about it.' }),
    retryable: t.exposeBoolean('retryable', { description: 'Whether starting it again may help without a change.' }),
  }),
});
