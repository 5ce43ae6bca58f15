import type { Transaction } from 'kysely';
import type { ErrorBody } from '../../protocol/primitives.ts';
import type { Database } from '../database/tables.ts';
import type { Emit } from '../events/event.ts';

/**
 * Answers, in the gateways' place, the commands for a vCenter that none has taken yet; of a gateway that does not reach it any more, those it has taken as
 * well. A test is what somebody wants to know and stays.
 */
export async function dropWaitingCommands(
  trx: Transaction<Database>,
  emit: Emit,
  vcenter: { readonly id: string; readonly resource_group_id: string },
  now: Date,
  error: ErrorBody,
  /** Only this gateway's. */
  gatewayId?: string,
): Promise<void> {
  const dropped = await trx
    .updateTable('gateway_command')
    .set({ status: 'DONE', result: JSON.stringify({ ok: false, error }), ended_at: now })
    .where('vcenter_id', '=', vcenter.id)
    .where('status', 'in', gatewayId === undefined ? ['PENDING'] : ['PENDING', 'CLAIMED'])
    .where('kind', '!=', 'TEST_VCENTER')
    .$if(gatewayId !== undefined, (query) => query.where('gateway_id', '=', gatewayId ?? ''))
    .returning('kind')
    .execute();
  if (!dropped.some(({ kind }) => kind === 'REFRESH_INVENTORY')) return;
  const failed = await trx
    .updateTable('vcenter')
    .set({ inventory_state: 'FAILED' })
    .where('id', '=', vcenter.id)
    .where('inventory_state', '=', 'REFRESHING')
    // Another gateway may be at a newer refresh.
    .$if(gatewayId !== undefined, (query) =>
      query.where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('gateway_command')
              .select('gateway_command.id')
              .where('gateway_command.vcenter_id', '=', vcenter.id)
              .where('gateway_command.kind', '=', 'REFRESH_INVENTORY')
              .where('gateway_command.status', 'in', ['PENDING', 'CLAIMED']),
          ),
        ),
      ),
    )
    .returning('id')
    .executeTakeFirst();
  if (!failed) return;
  emit({
    type: 'INVENTORY_REFRESHED',
    resourceGroupId: vcenter.resource_group_id,
    subjectType: 'VCENTER',
    subjectId: vcenter.id,
    data: { state: 'FAILED', code: error.code },
  });
}
