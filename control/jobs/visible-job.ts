import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import { NotFoundError } from '../errors.ts';
import { type Viewer, visible } from '../viewer.ts';
import type { JobRow } from './transitions.ts';

/** The job, locked, if the viewer may see it; NotFoundError otherwise. */
export async function requireVisibleJob(trx: Transaction<Database>, viewer: Viewer, jobId: string): Promise<JobRow> {
  const job = await trx
    .selectFrom('job')
    .selectAll('job')
    .where('job.id', '=', jobId)
    .where(visible(viewer, 'job.resource_group_id'))
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!job) throw new NotFoundError('job');
  return job;
}
