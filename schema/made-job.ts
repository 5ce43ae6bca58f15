import { NotFoundError } from '../control/errors.ts';
import { jobsByIds } from '../control/jobs/list-jobs.ts';
import type { JobRow } from '../control/rows.ts';
import type { SchemaContext } from './context.ts';

/** Who starts or cancels a job is shown it, even with a key that may not read jobs. */
export async function madeJob(context: SchemaContext, id: string): Promise<JobRow> {
  const job = (await madeJobs(context, [id])).get(id);
  if (!job) throw new NotFoundError('job');
  return job;
}

/** As {@link madeJob}, by id. */
export async function madeJobs(
  { control, viewer }: SchemaContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, JobRow>> {
  const reader = { ...viewer, scopes: new Set([...viewer.scopes, 'job:read' as const]) };
  const jobs = await jobsByIds(control, reader, ids);
  return new Map(jobs.flatMap((job) => (job ? [[job.id, job]] : [])));
}
