import type { Transaction } from 'kysely';
import type { ErrorBody, Finding } from '../../protocol/primitives.ts';
import type { JobLogLevel } from '../database/job-log-table.ts';
import type { AttemptStatus, Database, JobStatus } from '../database/tables.ts';
import type { JobRow } from './transitions.ts';

interface NewLine {
  readonly level: JobLogLevel;
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** Adds to a job's log. Called by who holds the job's row lock: see migrations/0011-job-log.ts. */
async function write(
  trx: Transaction<Database>,
  job: { readonly id: string; readonly attempt: number | null },
  now: Date,
  lines: readonly NewLine[],
): Promise<void> {
  if (lines.length === 0) return;
  await trx
    .insertInto('job_log')
    .values(
      lines.map(({ level, code, message, details = {} }) => ({
        job_id: job.id,
        attempt: job.attempt,
        source: 'CONTROL_PLANE' as const,
        level,
        code,
        message,
        details: JSON.stringify(details),
        at: now,
      })),
    )
    .execute();
}

/** Tells of a job's new status, with what it found and why it failed. */
export async function logTransition(
  trx: Transaction<Database>,
  job: JobRow,
  now: Date,
  news: { readonly findings?: readonly Finding[]; readonly error?: ErrorBody } = {},
): Promise<void> {
  const { findings = [], error } = news;
  const { level, message } = transitions[job.status];
  await write(trx, { id: job.id, attempt: job.fence === 0 ? null : job.fence }, now, [
    ...findings.map((finding) => ({
      level: finding.severity,
      code: finding.code,
      message: `${finding.message} ${finding.remedy}`,
    })),
    {
      level,
      code: job.status,
      message: job.wait_reason ? `${message} It waits: ${job.wait_reason}.` : message,
      ...(error && { details: { errorCode: error.code, error: error.message, remedy: error.remedy } }),
    },
  ]);
}

/** Tells how an attempt ended. */
export async function logAttemptEnd(
  trx: Transaction<Database>,
  attempt: { readonly job_id: string; readonly number: number },
  now: Date,
  end: { readonly status: Exclude<AttemptStatus, 'RUNNING'>; readonly error?: ErrorBody },
): Promise<void> {
  const { status, error } = end;
  const message = `Try ${attempt.number} ${attemptEnds[status]}${error ? `: ${error.message} ${error.remedy}` : '.'}`;
  await write(trx, { id: attempt.job_id, attempt: attempt.number }, now, [
    { level: status === 'FAILED' || status === 'LOST' ? 'WARNING' : 'INFO', code: error?.code ?? status, message },
  ]);
}

const attemptEnds: Readonly<Record<Exclude<AttemptStatus, 'RUNNING'>, string>> = {
  COMPLETE: 'succeeded',
  FAILED: 'failed',
  CANCELED: 'was cancelled',
  LOST: 'was given up',
};

const transitions: Readonly<Record<JobStatus, { readonly level: JobLogLevel; readonly message: string }>> = {
  CREATED: { level: 'INFO', message: 'The job was asked for.' },
  QUEUED: { level: 'INFO', message: 'The job is queued for its gateway.' },
  RUNNING: { level: 'INFO', message: 'The gateway took the job.' },
  CANCELING: { level: 'INFO', message: 'Somebody cancelled the job; its gateway clears up.' },
  COMPLETE: { level: 'INFO', message: 'The job is complete.' },
  PARTIAL_COMPLETE: { level: 'WARNING', message: 'The job did a part of what it should.' },
  FAILED: { level: 'ERROR', message: 'The job failed.' },
  CANCELED: { level: 'INFO', message: 'The job is cancelled.' },
  EXPIRED: { level: 'WARNING', message: 'The job could not start before the time it was given.' },
};
