import { sql, type Transaction, type Updateable } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { Database, VcenterTable } from '../database/tables.ts';
import type { Emit } from '../events/event.ts';
import { wakeGateway } from '../wake-gateway.ts';

/**
 * A person has given, or confirmed, how to log in: what was refused or not trusted before may be tried again, and what waited for that goes on.
 * `vcenter` is locked by the caller. Returns the gateways to wake when this is committed.
 */
export async function releaseVcenter(
  control: Pick<ControlContext, 'clock'>,
  trx: Transaction<Database>,
  emit: Emit,
  vcenter: { readonly id: string; readonly name: string; readonly resource_group_id: string; readonly status: string },
  changes: Updateable<VcenterTable>,
): Promise<readonly string[]> {
  const now = new Date(control.clock.now());
  const isChange = vcenter.status !== 'CONNECTED';
  await trx
    .updateTable('vcenter')
    .set({
      ...changes,
      status: 'CONNECTED',
      status_message: null,
      presented_fingerprint: null,
      login_version: sql`login_version + 1`,
      ...(isChange && { status_since: now }),
    })
    .where('id', '=', vcenter.id)
    .execute();
  if (isChange) {
    emit({
      type: 'VCENTER_STATUS_CHANGED',
      resourceGroupId: vcenter.resource_group_id,
      subjectType: 'VCENTER',
      subjectId: vcenter.id,
      data: { name: vcenter.name, status: 'CONNECTED', previousStatus: vcenter.status },
    });
  }
  const released = await trx
    .updateTable('job')
    .set({ wait_reason: null, not_before: null })
    .where('vcenter_id', '=', vcenter.id)
    .where('status', '=', 'QUEUED')
    .where('wait_reason', 'in', ['VCENTER_CREDENTIALS', 'VCENTER_CERTIFICATE'])
    .returning('gateway_id')
    .execute();
  return [...new Set(released.map(({ gateway_id }) => gateway_id))];
}

export async function wakeAll(control: ControlContext, gatewayIds: readonly string[]): Promise<void> {
  for (const gatewayId of gatewayIds) await wakeGateway(control, gatewayId, 'WORK');
}
