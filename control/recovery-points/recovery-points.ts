import { equalsAny, inOrder, isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { type Page, type PageInput, paginate } from '../paging.ts';
import { type RecoveryPointRow, recoveryPointColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';

type Reader = Pick<ControlContext, 'db'>;

export async function recoveryPointsByIds(
  control: Reader,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly (RecoveryPointRow | undefined)[]> {
  requireScope(viewer, 'recoveryPoint:read');
  const rows = await control.db
    .selectFrom('recovery_point')
    .select(recoveryPointColumns)
    .where(isOneOf('recovery_point.id', ids))
    .where('recovery_point.deleted_at', 'is', null)
    .where(visible(viewer, 'recovery_point.resource_group_id'))
    .execute();
  return inOrder(ids, rows);
}

export interface RecoveryPointFilter {
  readonly virtualMachineId?: string | null;
  readonly vaultId?: string | null;
  /** Only those this gateway made. */
  readonly gatewayId?: string | null;
  readonly resourceGroupId?: string | null;
  readonly statuses?: readonly RecoveryPointRow['status'][] | null;
  /** From this time on. */
  readonly capturedAfter?: Date | null;
  /** Before this time. */
  readonly capturedBefore?: Date | null;
}
export type RecoveryPointOrder = 'CAPTURED_AT_DESC' | 'CAPTURED_AT_ASC';

export async function listRecoveryPoints(
  control: Reader,
  viewer: Viewer,
  page: PageInput<RecoveryPointFilter, RecoveryPointOrder>,
): Promise<Page<RecoveryPointRow>> {
  requireScope(viewer, 'recoveryPoint:read');
  const { virtualMachineId, vaultId, gatewayId, resourceGroupId } = page.filter ?? {};
  const { statuses, capturedAfter, capturedBefore } = page.filter ?? {};
  let query = control.db
    .selectFrom('recovery_point')
    .select(recoveryPointColumns)
    .where('recovery_point.deleted_at', 'is', null)
    .where(visible(viewer, 'recovery_point.resource_group_id'));
  if (virtualMachineId) query = query.where(isOneOf('recovery_point.virtual_machine_id', [virtualMachineId]));
  if (vaultId) query = query.where(isOneOf('recovery_point.vault_id', [vaultId]));
  if (gatewayId) query = query.where(isOneOf('recovery_point.gateway_id', [gatewayId]));
  if (resourceGroupId) query = query.where(isOneOf('recovery_point.resource_group_id', [resourceGroupId]));
  if (statuses) query = query.where(equalsAny('recovery_point.status', statuses));
  if (capturedAfter) query = query.where('recovery_point.captured_at', '>=', capturedAfter);
  if (capturedBefore) query = query.where('recovery_point.captured_at', '<', capturedBefore);
  return paginate(control.db, query, {
    page,
    id: 'recovery_point.id',
    defaultOrder: 'CAPTURED_AT_DESC',
    orderings: {
      CAPTURED_AT_DESC: { column: 'recovery_point.captured_at', type: 'timestamptz', direction: 'desc' },
      CAPTURED_AT_ASC: { column: 'recovery_point.captured_at', type: 'timestamptz', direction: 'asc' },
    },
  });
}
