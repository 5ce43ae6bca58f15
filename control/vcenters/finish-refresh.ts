import { type CommandResult, refreshInventoryResult } from '../../protocol/work.ts';
import type { ControlContext } from '../context.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { learnedFrom } from './connection-errors.ts';
import { reportVcenterStatus } from './vcenter-status.ts';

/**
 * The gateway has sent its last batch, or could not: VMs that no batch named are no longer present. Another or an already
 * finished refresh is left alone, so this may be called twice.
 */
export async function finishRefresh(
  control: ControlContext,
  /** Null: nobody's answer, its time is over. */
  gatewayId: string | null,
  {
    loginVersion,
    ...refresh
  }: { readonly refreshId: string; readonly vcenterId: string; readonly loginVersion?: number },
  result: CommandResult,
): Promise<void> {
  await inTransaction(control, async (trx, emit) => {
    const vcenter = await trx
      .selectFrom('vcenter')
      .select(['vcenter.id', 'vcenter.name', 'vcenter.resource_group_id'])
      .where('vcenter.id', '=', refresh.vcenterId)
      .where('vcenter.inventory_refresh_id', '=', refresh.refreshId)
      .where('vcenter.inventory_state', '=', 'REFRESHING')
      .$if(gatewayId !== null, (query) =>
        query.where((eb) =>
          eb.exists(
            eb
              .selectFrom('vcenter_gateway')
              .select('vcenter_gateway.vcenter_id')
              .whereRef('vcenter_gateway.vcenter_id', '=', 'vcenter.id')
              .where('vcenter_gateway.gateway_id', '=', gatewayId ?? ''),
          ),
        ),
      )
      .forUpdate('vcenter')
      .executeTakeFirst();
    if (!vcenter) return;
    if (result.ok) {
      refreshInventoryResult.parse(result.result);
      await trx
        .updateTable('virtual_machine')
        .set({ present: false })
        .where('vcenter_id', '=', vcenter.id)
        .where('refresh_id', '!=', refresh.refreshId)
        .where('present', '=', true)
        .execute();
      await trx
        .updateTable('vcenter')
        .set({
          inventory_state: 'CURRENT',
          inventory_refreshed_at: new Date(control.clock.now()),
        })
        .where('id', '=', vcenter.id)
        .execute();
    } else {
      await trx.updateTable('vcenter').set({ inventory_state: 'FAILED' }).where('id', '=', vcenter.id).execute();
    }
    const learned = learnedFrom(result);
    if (learned) await reportVcenterStatus(control, trx, emit, vcenter.id, { ...learned, loginVersion });
    emit({
      type: 'INVENTORY_REFRESHED',
      resourceGroupId: vcenter.resource_group_id,
      subjectType: 'VCENTER',
      subjectId: vcenter.id,
      data: result.ok ? { state: 'CURRENT', ...result.result } : { state: 'FAILED', code: result.error.code },
    });
  });
}
