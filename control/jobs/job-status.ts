import type { JobStatus } from '../database/tables.ts';

export const jobStatuses = [
  'CREATED',
  'QUEUED',
  'RUNNING',
  'COMPLETE',
  'PARTIAL_COMPLETE',
  'FAILED',
  'CANCELING',
  'CANCELED',
  'EXPIRED',
] as const satisfies readonly JobStatus[];

/** Not ended yet. */
export const openStatuses = ['CREATED', 'QUEUED', 'RUNNING', 'CANCELING'] as const satisfies readonly JobStatus[];

/**
 * The state machine. QUEUED may end as COMPLETE when its recovery point was accepted by an attempt that got lost afterwards; CANCELING
 * may end as COMPLETE for the same reason.
 */
const next: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  CREATED: ['QUEUED', 'CANCELED', 'EXPIRED'],
  QUEUED: ['RUNNING', 'COMPLETE', 'CANCELED', 'EXPIRED'],
  RUNNING: ['QUEUED', 'COMPLETE', 'PARTIAL_COMPLETE', 'FAILED', 'CANCELING'],
  CANCELING: ['COMPLETE', 'PARTIAL_COMPLETE', 'CANCELED'],
  COMPLETE: [],
  PARTIAL_COMPLETE: [],
  FAILED: [],
  CANCELED: [],
  EXPIRED: [],
};

/** Whether a job in this status has ended for ever. */
export function isTerminal(status: JobStatus): boolean {
  return next[status].length === 0;
}

/** The statuses a job may be in so that it may become `status`. */
export function statusesBefore(status: JobStatus): readonly JobStatus[] {
  return jobStatuses.filter((from) => next[from].includes(status));
}
