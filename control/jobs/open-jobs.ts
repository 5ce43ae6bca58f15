import type { ControlContext } from '../context.ts';
import type { JobKind, JobStatus } from '../database/tables.ts';
import { JobsOpenError } from '../errors.ts';
import type { Viewer } from '../viewer.ts';
import { cancelJob } from './cancel-job.ts';
import { openStatuses } from './job-status.ts';

export interface OpenJob {
  readonly id: string;
  readonly kind: JobKind;
  readonly status: JobStatus;
}

/** Jobs that wait or run for a vCenter, a gateway, or one of them through the other; the oldest first. */
export function openJobs(
  db: ControlContext['db'],
  of: { readonly vcenterId?: string; readonly gatewayId?: string | undefined },
): Promise<readonly OpenJob[]> {
  return db
    .selectFrom('job')
    .select(['id', 'kind', 'status'])
    .where('status', 'in', openStatuses)
    .$if(of.vcenterId !== undefined, (query) => query.where('vcenter_id', '=', of.vcenterId ?? ''))
    .$if(of.gatewayId !== undefined, (query) => query.where('gateway_id', '=', of.gatewayId ?? ''))
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

const lookIntervalMs = 200;

/**
 * Cancels open jobs and waits until they have cleared up, at most `config.commandDeadlineMs`; clean-ups they leave are waited for as well, and given up
 * with `abandonCleanUps` (nobody can carry them out). Throws JobsOpenError for those that need longer.
 */
export async function cancelOpenJobs(
  control: ControlContext,
  viewer: Viewer,
  find: () => Promise<readonly OpenJob[]>,
  options: { readonly abandonCleanUps: boolean; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const until = control.clock.monotonic() + control.config.commandDeadlineMs;
  for (const job of await find()) await cancelIfOpen(control, viewer, job);
  for (;;) {
    const open = await find();
    if (open.length === 0) return;
    if (options.abandonCleanUps)
      for (const job of open) if (job.kind === 'CLEANUP') await cancelIfOpen(control, viewer, job);
    if (control.clock.monotonic() >= until) throw new JobsOpenError(open.map(({ id }) => id));
    await control.clock.sleep(lookIntervalMs, options.signal);
  }
}

async function cancelIfOpen(control: ControlContext, viewer: Viewer, job: OpenJob): Promise<void> {
  if (job.status === 'CANCELING') return;
  try {
    await cancelJob(control, viewer, { jobId: job.id });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'JOB_ALREADY_FINISHED')) throw error;
  }
}
