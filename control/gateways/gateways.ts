import { equalsAny, groupedInOrder, inOrder, isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import type { GatewayStatus } from '../database/tables.ts';
import { type Page, type PageInput, paginate } from '../paging.ts';
import { type GatewayCertificateRow, type GatewayRow, gatewayCertificateColumns, gatewayColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';

type Reader = Pick<ControlContext, 'db'>;

export async function gatewaysByIds(
  control: Reader,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly (GatewayRow | undefined)[]> {
  requireScope(viewer, 'gateway:read');
  const rows = await control.db
    .selectFrom('gateway')
    .select(gatewayColumns)
    .where(isOneOf('gateway.id', ids))
    .where('gateway.deleted_at', 'is', null)
    .where(visible(viewer, 'gateway.resource_group_id'))
    .execute();
  return inOrder(ids, rows);
}

export interface GatewayFilter {
  readonly statuses?: readonly GatewayStatus[] | null;
  readonly vaultId?: string | null;
  /** Only gateways that reach this vCenter. */
  readonly vcenterId?: string | null;
  readonly resourceGroupId?: string | null;
  /** Only gateways that reach the vCenter of this virtual machine. */
  readonly virtualMachineId?: string | null;
  /** From this time on. */
  readonly createdAfter?: Date | null;
  /** Before this time. */
  readonly createdBefore?: Date | null;
}
export type GatewayOrder = 'CREATED_AT_DESC' | 'CREATED_AT_ASC' | 'NAME_ASC';

export async function listGateways(
  control: Reader,
  viewer: Viewer,
  page: PageInput<GatewayFilter, GatewayOrder>,
): Promise<Page<GatewayRow>> {
  requireScope(viewer, 'gateway:read');
  const { statuses, vaultId, vcenterId, resourceGroupId } = page.filter ?? {};
  const { virtualMachineId, createdAfter, createdBefore } = page.filter ?? {};
  let query = control.db
    .selectFrom('gateway')
    .select(gatewayColumns)
    .where('gateway.deleted_at', 'is', null)
    .where(visible(viewer, 'gateway.resource_group_id'));
  if (statuses) query = query.where(equalsAny('gateway.status', statuses));
  if (vaultId) query = query.where(isOneOf('gateway.vault_id', [vaultId]));
  if (resourceGroupId) query = query.where(isOneOf('gateway.resource_group_id', [resourceGroupId]));
  if (vcenterId) {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('vcenter_gateway')
          .select('vcenter_gateway.gateway_id')
          .whereRef('vcenter_gateway.gateway_id', '=', 'gateway.id')
          .where(isOneOf('vcenter_gateway.vcenter_id', [vcenterId])),
      ),
    );
  }
  if (virtualMachineId) {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('vcenter_gateway')
          .innerJoin('virtual_machine', 'virtual_machine.vcenter_id', 'vcenter_gateway.vcenter_id')
          .select('vcenter_gateway.gateway_id')
          .whereRef('vcenter_gateway.gateway_id', '=', 'gateway.id')
          .where(isOneOf('virtual_machine.id', [virtualMachineId])),
      ),
    );
  }
  if (createdAfter) query = query.where('gateway.created_at', '>=', createdAfter);
  if (createdBefore) query = query.where('gateway.created_at', '<', createdBefore);
  return paginate(control.db, query, {
    page,
    id: 'gateway.id',
    defaultOrder: 'CREATED_AT_DESC',
    orderings: {
      CREATED_AT_DESC: { column: 'gateway.created_at', type: 'timestamptz', direction: 'desc' },
      CREATED_AT_ASC: { column: 'gateway.created_at', type: 'timestamptz', direction: 'asc' },
      NAME_ASC: { column: 'gateway.name', type: 'text', direction: 'asc' },
    },
  });
}

/** The certificate that was issued last, for each gateway; undefined where there is none or the viewer may not see it. */
export async function latestCertificatesByGatewayIds(
  control: Reader,
  viewer: Viewer,
  gatewayIds: readonly string[],
): Promise<readonly (GatewayCertificateRow | undefined)[]> {
  requireScope(viewer, 'gateway:read');
  const rows = await control.db
    .selectFrom('gateway_certificate')
    .innerJoin('gateway', 'gateway.id', 'gateway_certificate.gateway_id')
    .select(gatewayCertificateColumns)
    .distinctOn('gateway_certificate.gateway_id')
    .where(isOneOf('gateway_certificate.gateway_id', gatewayIds))
    .where('gateway.deleted_at', 'is', null)
    .where(visible(viewer, 'gateway.resource_group_id'))
    .orderBy('gateway_certificate.gateway_id')
    // The last one is never void, whatever the clock did between two of them.
    .orderBy('gateway_certificate.voided_at', (order) => order.desc().nullsFirst())
    .orderBy('gateway_certificate.issued_at', 'desc')
    .orderBy('gateway_certificate.id', 'desc')
    .execute();
  return groupedInOrder(gatewayIds, rows, (row) => row.gateway_id).map(([latest]) => latest);
}

export async function gatewayCertificatesByIds(
  control: Reader,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly (GatewayCertificateRow | undefined)[]> {
  requireScope(viewer, 'gateway:read');
  const rows = await control.db
    .selectFrom('gateway_certificate')
    .innerJoin('gateway', 'gateway.id', 'gateway_certificate.gateway_id')
    .select(gatewayCertificateColumns)
    .where(isOneOf('gateway_certificate.id', ids))
    .where('gateway.deleted_at', 'is', null)
    .where(visible(viewer, 'gateway.resource_group_id'))
    .execute();
  return inOrder(ids, rows);
}
