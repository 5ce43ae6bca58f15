import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { inOrder, isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { isUuid } from '../input.ts';
import { type Page, type PageInput, paginate } from '../paging.ts';
import { type AccessKeyRow, accessKeyColumns } from '../rows.ts';
import { requireScope, type Viewer } from '../viewer.ts';

/**
 * Which keys a viewer sees: its own, and those that reach no further than its own resource groups. Never a secret or its hash.
 */
export function visibleAccessKeys(viewer: Viewer): RawBuilder<SqlBool> {
  if (viewer.resourceGroups === 'ALL') return sql<SqlBool>`true`;
  return sql<SqlBool>`(access_key.id = ${viewer.accessKeyId} or (not access_key.all_resource_groups
    and access_key.resource_group_ids <@ ${viewer.resourceGroups}::uuid[]))`;
}

/** Without the scope accessKey:read a viewer sees its own key only. */
export async function accessKeysByIds(
  control: Pick<ControlContext, 'db'>,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly (AccessKeyRow | undefined)[]> {
  const mayRead = viewer.scopes.has('accessKey:read');
  const rows = await control.db
    .selectFrom('access_key')
    .select(accessKeyColumns)
    .where(isOneOf('access_key.id', mayRead ? ids : ids.filter((id) => id === viewer.accessKeyId)))
    .where(visibleAccessKeys(viewer))
    .execute();
  return inOrder(ids, rows);
}

export interface AccessKeyFilter {
  /** True: only keys that are neither revoked nor expired; false: only the others. */
  readonly usable?: boolean | null;
  /** From this time on. */
  readonly createdAfter?: Date | null;
  /** Before this time. */
  readonly createdBefore?: Date | null;
  /** Only those that expire before this time. */
  readonly expiresBefore?: Date | null;
  /** Only those that were not used from this time on. */
  readonly unusedSince?: Date | null;
  /** Only those that see this resource group. */
  readonly resourceGroupId?: string | null;
}
export type AccessKeyOrder = 'CREATED_AT_DESC' | 'CREATED_AT_ASC' | 'NAME_ASC';

export async function listAccessKeys(
  control: Pick<ControlContext, 'db' | 'clock'>,
  viewer: Viewer,
  page: PageInput<AccessKeyFilter, AccessKeyOrder>,
): Promise<Page<AccessKeyRow>> {
  requireScope(viewer, 'accessKey:read');
  const { usable, createdAfter, createdBefore, expiresBefore, unusedSince, resourceGroupId } = page.filter ?? {};
  const now = new Date(control.clock.now());
  let query = control.db.selectFrom('access_key').select(accessKeyColumns).where(visibleAccessKeys(viewer));
  if (typeof usable === 'boolean') {
    query = query.where(sql<SqlBool>`(revoked_at is null and (expires_at is null or expires_at > ${now})) = ${usable}`);
  }
  if (createdAfter) query = query.where('access_key.created_at', '>=', createdAfter);
  if (createdBefore) query = query.where('access_key.created_at', '<', createdBefore);
  if (expiresBefore) query = query.where('access_key.expires_at', '<', expiresBefore);
  if (unusedSince) query = query.where(sql<SqlBool>`coalesce(access_key.last_used_at < ${unusedSince}, true)`);
  if (resourceGroupId) {
    const groups = isUuid(resourceGroupId) ? [resourceGroupId] : [];
    query = query.where(
      sql<SqlBool>`(access_key.all_resource_groups or access_key.resource_group_ids && ${groups}::uuid[])`,
    );
  }
  return paginate(control.db, query, {
    page,
    id: 'access_key.id',
    defaultOrder: 'CREATED_AT_DESC',
    orderings: {
      CREATED_AT_DESC: { column: 'access_key.created_at', type: 'timestamptz', direction: 'desc' },
      CREATED_AT_ASC: { column: 'access_key.created_at', type: 'timestamptz', direction: 'asc' },
      NAME_ASC: { column: 'access_key.name', type: 'text', direction: 'asc' },
    },
  });
}
