import { equalsAny, inOrder, isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import type { RedundancyType, VaultStatus } from '../database/tables.ts';
import { type Page, type PageInput, paginate } from '../paging.ts';
import { type VaultRow, vaultColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';

export async function vaultsByIds(
  control: Pick<ControlContext, 'db'>,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly (VaultRow | undefined)[]> {
  requireScope(viewer, 'vault:read');
  const rows = await control.db
    .selectFrom('vault')
    .select(vaultColumns)
    .where(isOneOf('vault.id', ids))
    .where(visible(viewer, 'vault.resource_group_id'))
    .execute();
  return inOrder(ids, rows);
}

export interface VaultFilter {
  readonly statuses?: readonly VaultStatus[] | null;
  readonly regionId?: string | null;
  readonly resourceGroupId?: string | null;
  readonly redundancyType?: RedundancyType | null;
}
export type VaultOrder = 'CREATED_AT_DESC' | 'CREATED_AT_ASC' | 'NAME_ASC';

export async function listVaults(
  control: Pick<ControlContext, 'db'>,
  viewer: Viewer,
  page: PageInput<VaultFilter, VaultOrder>,
): Promise<Page<VaultRow>> {
  requireScope(viewer, 'vault:read');
  const { statuses, regionId, resourceGroupId, redundancyType } = page.filter ?? {};
  let query = control.db.selectFrom('vault').select(vaultColumns).where(visible(viewer, 'vault.resource_group_id'));
  if (statuses) query = query.where(equalsAny('vault.status', statuses));
  if (regionId) query = query.where('vault.region_id', '=', regionId);
  if (resourceGroupId) query = query.where(isOneOf('vault.resource_group_id', [resourceGroupId]));
  if (redundancyType) query = query.where('vault.redundancy_type', '=', redundancyType);
  return paginate(control.db, query, {
    page,
    id: 'vault.id',
    defaultOrder: 'CREATED_AT_DESC',
    orderings: {
      CREATED_AT_DESC: { column: 'vault.created_at', type: 'timestamptz', direction: 'desc' },
      CREATED_AT_ASC: { column: 'vault.created_at', type: 'timestamptz', direction: 'asc' },
      NAME_ASC: { column: 'vault.name', type: 'text', direction: 'asc' },
    },
  });
}
