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
    .where('vault.deleted_at', 'is', null)
    .where(visible(viewer, 'vault.resource_group_id'))
    .execute();
  return inOrder(ids, rows);
}

export interface VaultFilter {
  readonly statuses?: readonly VaultStatus[] | null;
  readonly regionId?: string | null;
  readonly resourceGroupId?: string | null;
  readonly redundancyType?: RedundancyType | null;
  /** Only the vault this gateway writes to. */
  readonly gatewayId?: string | null;
  /** Only vaults with a recovery point of this virtual machine. */
  readonly virtualMachineId?: string | null;
  /** From this time on. */
  readonly createdAfter?: Date | null;
  /** Before this time. */
  readonly createdBefore?: Date | null;
}
export type VaultOrder = 'CREATED_AT_DESC' | 'CREATED_AT_ASC' | 'NAME_ASC';

export async function listVaults(
  control: Pick<ControlContext, 'db'>,
  viewer: Viewer,
  page: PageInput<VaultFilter, VaultOrder>,
): Promise<Page<VaultRow>> {
  requireScope(viewer, 'vault:read');
  const { statuses, regionId, resourceGroupId, redundancyType, createdAfter, createdBefore } = page.filter ?? {};
  const { gatewayId, virtualMachineId } = page.filter ?? {};
  let query = control.db
    .selectFrom('vault')
    .select(vaultColumns)
    .where('vault.deleted_at', 'is', null)
    .where(visible(viewer, 'vault.resource_group_id'));
  if (statuses) query = query.where(equalsAny('vault.status', statuses));
  if (regionId) query = query.where('vault.region_id', '=', regionId);
  if (resourceGroupId) query = query.where(isOneOf('vault.resource_group_id', [resourceGroupId]));
  if (redundancyType) query = query.where('vault.redundancy_type', '=', redundancyType);
  if (gatewayId) {
    query = query.where('vault.id', 'in', (eb) =>
      eb
        .selectFrom('gateway')
        .select('gateway.vault_id')
        .where(isOneOf('gateway.id', [gatewayId]))
        .where('gateway.deleted_at', 'is', null),
    );
  }
  if (virtualMachineId) {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('recovery_point')
          .select('recovery_point.id')
          .where('recovery_point.deleted_at', 'is', null)
          .whereRef('recovery_point.vault_id', '=', 'vault.id')
          .where(isOneOf('recovery_point.virtual_machine_id', [virtualMachineId])),
      ),
    );
  }
  if (createdAfter) query = query.where('vault.created_at', '>=', createdAfter);
  if (createdBefore) query = query.where('vault.created_at', '<', createdBefore);
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
