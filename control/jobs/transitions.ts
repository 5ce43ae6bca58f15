import { type Selectable, sql, type Transaction } from 'kysely';
import type { ErrorBody, Finding } from '../../protocol/primitives.ts';
import type { TransferStatistics } from '../../protocol/work.ts';
import type { Database, JobResult, JobStatus, JobTable, WaitReason } from '../database/tables.ts';
import type { Emit, NewEvent } from '../events/event.ts';
import { logTransition } from './job-log.ts';
import { isTerminal, statusesBefore } from './job-status.ts';

export type JobRow = Selectable<JobTable>;

/** What may change together with a status. */
export interface JobChanges {
  readonly waitReason?: WaitReason;
  readonly notBefore?: Date;
  readonly error?: ErrorBody;
  readonly findings?: readonly Finding[];
  readonly statistics?: TransferStatistics;
  readonly result?: JobResult;
  readonly fence?: number;
  readonly failedAttempts?: number;
}

/**
 * The only place where a job changes its status: one conditional UPDATE whose row count decides, so of several processes that end
 * a job exactly one succeeds and emits its JOB_FINISHED. Undefined: the job was in no status that allows `to`; nothing changed.
 * `only` narrows the statuses to come from.
 */
export async function moveJob(
  trx: Transaction<Database>,
  emit: Emit,
  move: {
    readonly jobId: string;
    readonly to: JobStatus;
    readonly now: Date;
    readonly only?: readonly JobStatus[];
    readonly changes?: JobChanges;
  },
): Promise<JobRow | undefined> {
  const { jobId, to, now, only, changes = {} } = move;
  const from = statusesBefore(to).filter((status) => only === undefined || only.includes(status));
  const row = await trx
    .updateTable('job')
    .set({
      status: to,
      version: sql`version + 1`,
      wait_reason: changes.waitReason ?? null,
      not_before: changes.notBefore ?? null,
      ...(to === 'RUNNING' && { started_at: sql`coalesce(started_at, ${now})` }),
      ...(to === 'CANCELING' && { cancel_requested_at: now }),
      ...(isTerminal(to) && { finished_at: now }),
      ...(changes.error && { error: JSON.stringify(changes.error) }),
      ...(changes.findings && {
        findings: sql`findings || ${JSON.stringify(changes.findings)}::jsonb`,
      }),
      ...(changes.statistics && { statistics: JSON.stringify(changes.statistics) }),
      ...(changes.result && { result: JSON.stringify(changes.result) }),
      ...(changes.fence !== undefined && { fence: changes.fence }),
      ...(changes.failedAttempts !== undefined && { failed_attempts: changes.failedAttempts }),
    })
    .where('id', '=', jobId)
    .where('status', 'in', from)
    .returningAll()
    .executeTakeFirst();
  if (!row) return undefined;
  await logTransition(trx, row, now, changes);
  const type = eventTypeOf(to);
  if (type) emit(jobEvent(type, row));
  return row;
}

function eventTypeOf(status: JobStatus): 'JOB_STARTED' | 'JOB_REQUEUED' | 'JOB_FINISHED' | undefined {
  if (isTerminal(status)) return 'JOB_FINISHED';
  if (status === 'RUNNING') return 'JOB_STARTED';
  return status === 'QUEUED' ? 'JOB_REQUEUED' : undefined;
}

export function jobEvent(type: 'JOB_CREATED' | 'JOB_STARTED' | 'JOB_REQUEUED' | 'JOB_FINISHED', job: JobRow): NewEvent {
  return {
    type,
    resourceGroupId: job.resource_group_id,
    subjectType: 'JOB',
    subjectId: job.id,
    data: {
      kind: job.kind,
      status: job.status,
      virtualMachineId: job.virtual_machine_id,
      gatewayId: job.gateway_id,
      attempt: job.fence,
      ...(job.wait_reason && { waitReason: job.wait_reason }),
      ...(job.error && { errorCode: job.error.code }),
      ...(job.recovery_point_id && { recoveryPointId: job.recovery_point_id }),
    },
  };
}
