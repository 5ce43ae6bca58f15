import { sql } from 'kysely';
import { equalsAny, groupedInOrder, inOrder, isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { type Page, type PageInput, paginate } from '../paging.ts';
import { type VcenterRow, vcenterColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';

type Reader = Pick<ControlContext, 'db'>;

/** Removed ones as well: their virtual machines still tell of them. */
export async function vcentersByIds(
  control: Reader,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly (VcenterRow | undefined)[]> {
  requireScope(viewer, 'vcenter:read');
  const rows = await control.db
    .selectFrom('vcenter')
    .select(vcenterColumns)
    .where(isOneOf('vcenter.id', ids))
    .where(visible(viewer, 'vcenter.resource_group_id'))
    .execute();
  return inOrder(ids, rows);
}

export interface VCenterFilter {
  readonly statuses?: readonly VcenterRow['status'][] | null;
  /** Only vCenters that this gateway reaches. */
  readonly gatewayId?: string | null;
  readonly resourceGroupId?: string | null;
  /** Only the vCenter this virtual machine belongs to. */
  readonly virtualMachineId?: string | null;
  /** From this time on. */
  readonly createdAfter?: Date | null;
  /** Before this time. */
  readonly createdBefore?: Date | null;
}
export type VCenterOrder = 'NAME_ASC' | 'CREATED_AT_DESC' | 'CREATED_AT_ASC';

export async function listVCenters(
  control: Reader,
  viewer: Viewer,
  page: PageInput<VCenterFilter, VCenterOrder>,
): Promise<Page<VcenterRow>> {
  requireScope(viewer, 'vcenter:read');
  const { statuses, gatewayId, resourceGroupId } = page.filter ?? {};
  const { virtualMachineId, createdAfter, createdBefore } = page.filter ?? {};
  let query = control.db
    .selectFrom('vcenter')
    .select(vcenterColumns)
    .where('vcenter.removed_at', 'is', null)
    .where(visible(viewer, 'vcenter.resource_group_id'));
  if (statuses) query = query.where(equalsAny('vcenter.status', statuses));
  if (resourceGroupId) query = query.where(isOneOf('vcenter.resource_group_id', [resourceGroupId]));
  if (gatewayId) {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('vcenter_gateway')
          .select('vcenter_gateway.vcenter_id')
          .whereRef('vcenter_gateway.vcenter_id', '=', 'vcenter.id')
          .where(isOneOf('vcenter_gateway.gateway_id', [gatewayId])),
      ),
    );
  }
  if (virtualMachineId) {
    query = query.where('vcenter.id', 'in', (eb) =>
      eb
        .selectFrom('virtual_machine')
        .select('virtual_machine.vcenter_id')
        .where(isOneOf('virtual_machine.id', [virtualMachineId])),
    );
  }
  if (createdAfter) query = query.where('vcenter.created_at', '>=', createdAfter);
  if (createdBefore) query = query.where('vcenter.created_at', '<', createdBefore);
  return paginate(control.db, query, {
    page,
    id: 'vcenter.id',
    defaultOrder: 'NAME_ASC',
    orderings: {
      NAME_ASC: { column: 'vcenter.name', type: 'text', direction: 'asc' },
      CREATED_AT_DESC: { column: 'vcenter.created_at', type: 'timestamptz', direction: 'desc' },
      CREATED_AT_ASC: { column: 'vcenter.created_at', type: 'timestamptz', direction: 'asc' },
    },
  });
}

/** The gateways that reach each vCenter, oldest first; visible ones only. */
export async function gatewayIdsByVcenterIds(
  control: Reader,
  viewer: Viewer,
  vcenterIds: readonly string[],
): Promise<readonly (readonly string[])[]> {
  requireScope(viewer, 'gateway:read');
  const rows = await control.db
    .selectFrom('vcenter_gateway')
    .innerJoin('gateway', 'gateway.id', 'vcenter_gateway.gateway_id')
    .select(['vcenter_gateway.vcenter_id', 'vcenter_gateway.gateway_id'])
    .where(isOneOf('vcenter_gateway.vcenter_id', vcenterIds))
    .where('gateway.deleted_at', 'is', null)
    .where(visible(viewer, 'gateway.resource_group_id'))
    .orderBy('gateway.created_at')
    .orderBy('gateway.id')
    .execute();
  return groupedInOrder(vcenterIds, rows, (row) => row.vcenter_id).map((group) => group.map((row) => row.gateway_id));
}

/** The vCenters that each gateway reaches, by name; visible ones only. */
export async function vcentersByGatewayIds(
  control: Reader,
  viewer: Viewer,
  gatewayIds: readonly string[],
): Promise<readonly (readonly VcenterRow[])[]> {
  requireScope(viewer, 'vcenter:read');
  const rows = await control.db
    .selectFrom('vcenter_gateway')
    .innerJoin('vcenter', 'vcenter.id', 'vcenter_gateway.vcenter_id')
    .select([...vcenterColumns, 'vcenter_gateway.gateway_id'])
    .where(isOneOf('vcenter_gateway.gateway_id', gatewayIds))
    .where(visible(viewer, 'vcenter.resource_group_id'))
    .orderBy(sql`vcenter.name collate "C"`)
    .orderBy('vcenter.id')
    .execute();
  return groupedInOrder(gatewayIds, rows, (row) => row.gateway_id);
}
