import { type SqlBool, sql } from 'kysely';
import { groupedInOrder, inOrder, isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { type Page, type PageInput, paginate } from '../paging.ts';
import { type VirtualDiskRow, type VirtualMachineRow, virtualMachineColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';

type Reader = Pick<ControlContext, 'db'>;

export async function virtualMachinesByIds(
  control: Reader,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly (VirtualMachineRow | undefined)[]> {
  requireScope(viewer, 'vcenter:read');
  const rows = await control.db
    .selectFrom('virtual_machine')
    .select(virtualMachineColumns)
    .where(isOneOf('virtual_machine.id', ids))
    .where(visible(viewer, 'virtual_machine.resource_group_id'))
    .execute();
  return inOrder(ids, rows);
}

export interface VirtualMachineFilter {
  readonly vcenterId?: string | null;
  /** Part of the name, upper and lower case alike. */
  readonly nameContains?: string | null;
  readonly powerState?: VirtualMachineRow['power_state'] | null;
  /** False: only those that the last refresh did not find; null: both. True when the filter does not say. */
  readonly present?: boolean | null;
  /** True: only templates; false: none; missing or null: both. */
  readonly template?: boolean | null;
  readonly resourceGroupId?: string | null;
  /** Only those of vCenters that this gateway reaches. */
  readonly gatewayId?: string | null;
  /** First found by a refresh from this time on. */
  readonly firstSeenAfter?: Date | null;
  /** Last found by a refresh before this time. */
  readonly lastSeenBefore?: Date | null;
}
export type VirtualMachineOrder = 'NAME_ASC' | 'NAME_DESC' | 'PATH_ASC';

export async function listVirtualMachines(
  control: Reader,
  viewer: Viewer,
  page: PageInput<VirtualMachineFilter, VirtualMachineOrder>,
): Promise<Page<VirtualMachineRow>> {
  requireScope(viewer, 'vcenter:read');
  const { vcenterId, nameContains, powerState, present = true, template } = page.filter ?? {};
  const { resourceGroupId, gatewayId, firstSeenAfter, lastSeenBefore } = page.filter ?? {};
  let query = control.db
    .selectFrom('virtual_machine')
    .select(virtualMachineColumns)
    .where(visible(viewer, 'virtual_machine.resource_group_id'));
  if (vcenterId) query = query.where(isOneOf('virtual_machine.vcenter_id', [vcenterId]));
  if (powerState) query = query.where('virtual_machine.power_state', '=', powerState);
  if (present !== null) query = query.where('virtual_machine.present', '=', present);
  if (typeof template === 'boolean') query = query.where('virtual_machine.template', '=', template);
  if (resourceGroupId) query = query.where(isOneOf('virtual_machine.resource_group_id', [resourceGroupId]));
  if (gatewayId) {
    query = query.where('virtual_machine.vcenter_id', 'in', (eb) =>
      eb
        .selectFrom('vcenter_gateway')
        .select('vcenter_gateway.vcenter_id')
        .where(isOneOf('vcenter_gateway.gateway_id', [gatewayId])),
    );
  }
  if (firstSeenAfter) query = query.where('virtual_machine.first_seen_at', '>=', firstSeenAfter);
  if (lastSeenBefore) query = query.where('virtual_machine.last_seen_at', '<', lastSeenBefore);
  if (nameContains)
    query = query.where(sql<SqlBool>`position(lower(${nameContains}) in lower(virtual_machine.name)) > 0`);
  return paginate(control.db, query, {
    page,
    id: 'virtual_machine.id',
    defaultOrder: 'NAME_ASC',
    orderings: {
      NAME_ASC: { column: 'virtual_machine.name', type: 'text', direction: 'asc' },
      NAME_DESC: { column: 'virtual_machine.name', type: 'text', direction: 'desc' },
      PATH_ASC: { column: 'virtual_machine.path', type: 'text', direction: 'asc' },
    },
  });
}

/** Each machine's disks by device key. */
export async function disksByVirtualMachineIds(
  control: Reader,
  viewer: Viewer,
  virtualMachineIds: readonly string[],
): Promise<readonly (readonly VirtualDiskRow[])[]> {
  requireScope(viewer, 'vcenter:read');
  const rows = await control.db
    .selectFrom('virtual_disk')
    .innerJoin('virtual_machine', 'virtual_machine.id', 'virtual_disk.virtual_machine_id')
    .selectAll('virtual_disk')
    .where(isOneOf('virtual_disk.virtual_machine_id', virtualMachineIds))
    .where(visible(viewer, 'virtual_machine.resource_group_id'))
    .orderBy('virtual_disk.key')
    .execute();
  return groupedInOrder(virtualMachineIds, rows, (row) => row.virtual_machine_id);
}
