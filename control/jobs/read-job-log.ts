import { sql } from 'kysely';
import { z } from 'zod';
import { equalsAny, groupedInOrder, isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import type { JobLogLevel } from '../database/job-log-table.ts';
import { InvalidInputError } from '../errors.ts';
import { checkFirst, type Page, type PageInput } from '../paging.ts';
import type { JobLogRow } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';

export interface JobLogFilter {
  readonly levels?: readonly JobLogLevel[] | null;
  /** Of this try alone; counts from 1. */
  readonly attempt?: number | null;
}
export type JobLogOrder = 'POSITION_ASC' | 'POSITION_DESC';
export type JobLogPageInput = PageInput<JobLogFilter, JobLogOrder>;

/** One page of each job's log, in the order of `jobIds`: two statements, whatever their number. Cursors hold for every job alike. */
export async function jobLogsByJobIds(
  control: Pick<ControlContext, 'db'>,
  viewer: Viewer,
  jobIds: readonly string[],
  page: JobLogPageInput,
): Promise<readonly Page<JobLogRow>[]> {
  requireScope(viewer, 'job:read');
  const first = checkFirst(page.first);
  const direction = page.orderBy === 'POSITION_DESC' ? 'desc' : 'asc';
  const after = page.after ? decodeCursor(page.after) : undefined;
  const { levels, attempt } = page.filter ?? {};
  let lines = control.db
    .selectFrom('job_log')
    .innerJoin('job', 'job.id', 'job_log.job_id')
    .where(isOneOf('job_log.job_id', jobIds))
    .where(visible(viewer, 'job.resource_group_id'));
  if (levels) lines = lines.where(equalsAny('job_log.level', levels));
  if (typeof attempt === 'number') lines = lines.where('job_log.attempt', '=', attempt);
  const counts = await lines
    .select('job_log.job_id')
    .select(sql<number>`count(*)::integer`.as('count'))
    .groupBy('job_log.job_id')
    .execute();
  if (after !== undefined) lines = lines.where('job_log.position', direction === 'asc' ? '>' : '<', after);
  const numbered = lines
    .select([
      'job_log.job_id',
      'job_log.position',
      'job_log.attempt',
      'job_log.source',
      'job_log.level',
      'job_log.code',
      'job_log.message',
      'job_log.details',
      'job_log.at',
    ])
    .select(
      sql<number>`row_number() over (partition by job_log.job_id order by job_log.position ${sql.raw(direction)})`.as(
        'line',
      ),
    );
  const found = await control.db
    .selectFrom(numbered.as('numbered'))
    .selectAll()
    .where('line', '<=', first + 1)
    .orderBy('job_id')
    .orderBy('line')
    .execute();
  const countOf = new Map(counts.map(({ job_id, count }) => [job_id, count]));
  return groupedInOrder(jobIds, found, (row) => row.job_id).map((rows, index) => ({
    rows: rows.slice(0, first),
    cursors: rows.slice(0, first).map(({ position }) => encodeCursor(position)),
    hasNextPage: rows.length > first,
    hasPreviousPage: after !== undefined,
    totalCount: countOf.get(jobIds[index] ?? '') ?? 0,
  }));
}

const cursorSchema = z.tuple([z.literal('job-log'), z.number().int().nonnegative()]);

function encodeCursor(position: number): string {
  return Buffer.from(JSON.stringify(['job-log', position])).toString('base64url');
}

function decodeCursor(cursor: string): number {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))[1];
  } catch {
    throw new InvalidInputError([{ path: ['after'], code: 'INVALID_FORMAT', message: 'is not a cursor of this list' }]);
  }
}
