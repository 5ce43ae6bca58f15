import { isTerminal } from '../control/jobs/job-status.ts';
import type { JobRow } from '../control/rows.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection.ts';
import { Gateway } from './gateway.ts';
import { encodeId } from './global-id.ts';
import { JobAttempt } from './job-attempt.ts';
import { JobSettings } from './job-settings.ts';
import { FindingType, JobFailure, JobProgress, TransferStatistics } from './transfer.ts';
import { Vault } from './vault.ts';
import { VirtualMachine } from './virtual-machine.ts';

export const JobKind = builder.enumType('JobKind', {
  description: 'What a job does.',
  values: {
    BACKUP: { description: 'Makes a recovery point of a virtual machine.' },
    RESTORE: { description: 'Makes a virtual machine from a recovery point.' },
    CLEANUP: { description: 'Removes what another job had to leave behind in the vCenter.' },
  } as const,
});

export const JobStatus = builder.enumType('JobStatus', {
  description: 'Where a job is in its life.',
  values: {
    CREATED: { description: 'It was asked for a moment ago.' },
    QUEUED: { description: 'It waits; `waitReason` says for what.' },
    RUNNING: { description: 'A gateway works on it.' },
    COMPLETE: { description: 'It did all it should. Terminal.' },
    PARTIAL_COMPLETE: { description: 'It did a part of what it should; see its findings. Terminal.' },
    FAILED: { description: 'It did not succeed; see its error. Terminal.' },
    CANCELING: { description: 'It was cancelled and is clearing up.' },
    CANCELED: { description: 'It was cancelled. Terminal.' },
    EXPIRED: { description: 'It was not started before its `startBefore`. Terminal.' },
  } as const,
});

const WaitReason = builder.enumType('WaitReason', {
  description: 'What a queued job waits for.',
  values: {
    GATEWAY_OFFLINE: { description: 'Its gateway is not activated or not in touch.' },
    GATEWAY_BUSY: { description: 'Its gateway works on as many jobs as it may.' },
    CREDENTIALS: { description: 'The gateway’s access key expired or was revoked: activate the gateway again.' },
    PERMITS: {
      description: 'The vCenter, host or datastore is busy with as many snapshots or connections as it should.',
    },
    RETRY_DELAY: { description: 'A try failed; the next one follows shortly.' },
    VCENTER_CREDENTIALS: {
      description: 'The vCenter refused the user name and password: give the right ones with `updateVCenter`.',
    },
    VCENTER_CERTIFICATE: {
      description:
        'The vCenter shows another certificate than the trusted one: compare it, then `trustVCenterCertificate`.',
    },
    PAUSED: { description: 'Somebody paused it.' },
  } as const,
});

const jobTypeName = (job: Pick<JobRow, 'kind'>): 'BackupJob' | 'RestoreJob' | 'CleanupJob' =>
  (({ BACKUP: 'BackupJob', RESTORE: 'RestoreJob', CLEANUP: 'CleanupJob' }) as const)[job.kind];

export const Job = builder.interfaceRef<JobRow>('Job').implement({
  description:
    'One unit of work on one virtual machine, done by a gateway. Follow it with the subscription `jobProgress`.',
  interfaces: [builder.nodeInterfaceRef()],
  resolveType: jobTypeName,
  fields: (t) => ({
    id: t.id({
      description: 'Opaque and stable: the same object keeps it for its whole life. Works with `node` and `nodes`.',
      resolve: (job) => encodeId(jobTypeName(job), job.id),
    }),
    kind: t.expose('kind', { type: JobKind, description: 'What it does.' }),
    status: t.expose('status', { type: JobStatus, description: 'Where it is in its life.' }),
    waitReason: t.expose('wait_reason', {
      type: WaitReason,
      nullable: true,
      description: 'What it waits for while it is queued; null otherwise.',
    }),
    createdAt: t.expose('created_at', { type: 'DateTime', description: 'When it was asked for.' }),
    startedAt: t.expose('started_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When a gateway first took it; null before that.',
    }),
    finishedAt: t.expose('finished_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it reached a terminal status; null before that.',
    }),
    startBefore: t.expose('start_before', {
      type: 'DateTime',
      nullable: true,
      description: 'If no gateway took it by then it expires; null: it waits as long as it takes.',
    }),
    progress: t.field({
      type: JobProgress,
      nullable: true,
      description: 'How far it has come; null before its first report.',
      resolve: (job, _args, { loaders }) => loaders.progressByJob.load(job.id),
    }),
    error: t.expose('error', {
      type: JobFailure,
      nullable: true,
      description: 'Why it failed, or why its last try did; null when nothing went wrong.',
    }),
    findings: t.field({
      type: [FindingType],
      complexity: { field: 1, multiplier: 4 },
      description: 'What it noticed that somebody should know.',
      resolve: (job) => job.findings,
    }),
    statistics: t.expose('statistics', {
      type: TransferStatistics,
      nullable: true,
      description: 'What became of the bytes; null before it succeeded.',
    }),
    attempts: t.field({
      type: [JobAttempt],
      nullable: true,
      complexity: { field: 1, multiplier: 4 },
      description: 'Every try at it, the first one first.',
      resolve: (job, _args, { loaders }) => loaders.attemptsByJob.load(job.id),
    }),
    settings: t.field({
      type: JobSettings,
      nullable: true,
      description: 'What its latest try ran with; null before the first one.',
      resolve: async (job, _args, { loaders }) => (await loaders.attemptsByJob.load(job.id))?.at(-1) ?? null,
    }),
    gateway: t.field({
      type: Gateway,
      nullable: true,
      description: 'The gateway that does it; null when that one was deleted since.',
      resolve: (job, _args, { loaders }) => loaders.gateways.load(job.gateway_id),
    }),
    vault: t.field({
      type: Vault,
      nullable: true,
      description: 'The vault it writes to or reads from.',
      resolve: (job, _args, { loaders }) => loaders.vaults.load(job.vault_id),
    }),
    virtualMachine: t.field({
      type: VirtualMachine,
      nullable: true,
      description: 'The virtual machine that is or was backed up.',
      resolve: (job, _args, { loaders }) =>
        job.virtual_machine_id ? loaders.virtualMachines.load(job.virtual_machine_id) : null,
    }),
    viewerCanCancel: t.boolean({
      description: 'Whether your access key may cancel it, and it can still be cancelled.',
      resolve: (job, _args, { viewer }) =>
        viewer.scopes.has('job:write') && !isTerminal(job.status) && job.status !== 'CANCELING',
    }),
    version: t.exposeInt('version', { description: 'Grows with every change.' }),
  }),
});

export const JobConnection = connectionType('Job', Job);
