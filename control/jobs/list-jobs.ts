import { equalsAny, groupedInOrder, inOrder, isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import type { JobKind, JobStatus } from '../database/tables.ts';
import { type Page, type PageInput, paginate } from '../paging.ts';
import { type JobAttemptRow, type JobProgressRow, type JobRow, jobAttemptColumns, jobColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';

type Reader = Pick<ControlContext, 'db'>;

export async function jobsByIds(
  control: Reader,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly (JobRow | undefined)[]> {
  requireScope(viewer, 'job:read');
  const rows = await control.db
    .selectFrom('job')
    .select(jobColumns)
    .where(isOneOf('job.id', ids))
    .where(visible(viewer, 'job.resource_group_id'))
    .execute();
  return inOrder(ids, rows);
}

export interface JobFilter {
  readonly statuses?: readonly JobStatus[] | null;
  readonly kinds?: readonly JobKind[] | null;
  readonly vaultId?: string | null;
  readonly gatewayId?: string | null;
  readonly vcenterId?: string | null;
  readonly virtualMachineId?: string | null;
  /** From this time on. */
  readonly createdAfter?: Date | null;
  /** Before this time. */
  readonly createdBefore?: Date | null;
  readonly finishedAfter?: Date | null;
  readonly finishedBefore?: Date | null;
  readonly resourceGroupId?: string | null;
}
export type JobOrder = 'CREATED_AT_DESC' | 'CREATED_AT_ASC';

export async function listJobs(
  control: Reader,
  viewer: Viewer,
  page: PageInput<JobFilter, JobOrder>,
): Promise<Page<JobRow>> {
  requireScope(viewer, 'job:read');
  const { statuses, kinds, vaultId, gatewayId, vcenterId, virtualMachineId, createdAfter, createdBefore } =
    page.filter ?? {};
  const { finishedAfter, finishedBefore, resourceGroupId } = page.filter ?? {};
  let query = control.db.selectFrom('job').select(jobColumns).where(visible(viewer, 'job.resource_group_id'));
  if (statuses) query = query.where(equalsAny('job.status', statuses));
  if (kinds) query = query.where(equalsAny('job.kind', kinds));
  if (vaultId) query = query.where(isOneOf('job.vault_id', [vaultId]));
  if (gatewayId) query = query.where(isOneOf('job.gateway_id', [gatewayId]));
  if (vcenterId) query = query.where(isOneOf('job.vcenter_id', [vcenterId]));
  if (virtualMachineId) query = query.where(isOneOf('job.virtual_machine_id', [virtualMachineId]));
  if (createdAfter) query = query.where('job.created_at', '>=', createdAfter);
  if (createdBefore) query = query.where('job.created_at', '<', createdBefore);
  if (finishedAfter) query = query.where('job.finished_at', '>=', finishedAfter);
  if (finishedBefore) query = query.where('job.finished_at', '<', finishedBefore);
  if (resourceGroupId) query = query.where(isOneOf('job.resource_group_id', [resourceGroupId]));
  return paginate(control.db, query, {
    page,
    id: 'job.id',
    defaultOrder: 'CREATED_AT_DESC',
    orderings: {
      CREATED_AT_DESC: { column: 'job.created_at', type: 'timestamptz', direction: 'desc' },
      CREATED_AT_ASC: { column: 'job.created_at', type: 'timestamptz', direction: 'asc' },
    },
  });
}

/** Each job's attempts, the first one first. */
export async function attemptsByJobIds(
  control: Reader,
  viewer: Viewer,
  jobIds: readonly string[],
): Promise<readonly (readonly JobAttemptRow[])[]> {
  requireScope(viewer, 'job:read');
  const rows = await control.db
    .selectFrom('job_attempt')
    .innerJoin('job', 'job.id', 'job_attempt.job_id')
    .select(jobAttemptColumns)
    .where(isOneOf('job_attempt.job_id', jobIds))
    .where(visible(viewer, 'job.resource_group_id'))
    .orderBy('job_attempt.number')
    .execute();
  return groupedInOrder(jobIds, rows, (row) => row.job_id);
}

/** Each job's last known progress; undefined before there is any. */
export async function progressByJobIds(
  control: Reader,
  viewer: Viewer,
  jobIds: readonly string[],
): Promise<readonly (JobProgressRow | undefined)[]> {
  requireScope(viewer, 'job:read');
  const rows = await control.db
    .selectFrom('job_progress')
    .innerJoin('job', 'job.id', 'job_progress.job_id')
    .selectAll('job_progress')
    .where(isOneOf('job_progress.job_id', jobIds))
    .where(visible(viewer, 'job.resource_group_id'))
    .execute();
  return groupedInOrder(jobIds, rows, (row) => row.job_id).map(([progress]) => progress);
}
