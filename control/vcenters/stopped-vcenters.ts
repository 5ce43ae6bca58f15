import type { ControlContext } from '../context.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { blockedStatuses, waitReasonOfVcenter } from './vcenter-status.ts';

/**
 * For a gateway that asks for work: jobs that came to wait for one of its stopped vCenters since it was stopped say so. Returns the vCenters with which
 * no session may go on, because they show another certificate.
 */
export async function stoppedVcenters(control: ControlContext, gatewayId: string): Promise<string[]> {
  const stopped = await control.db
    .selectFrom('vcenter')
    .innerJoin('vcenter_gateway', 'vcenter_gateway.vcenter_id', 'vcenter.id')
    .select(['vcenter.id', 'vcenter.status'])
    .where('vcenter_gateway.gateway_id', '=', gatewayId)
    .where('vcenter.status', 'in', blockedStatuses)
    .where('vcenter.removed_at', 'is', null)
    .execute();
  for (const { id, status } of stopped) {
    const reason = waitReasonOfVcenter(status);
    await inTransaction(control, (trx) =>
      trx
        .updateTable('job')
        .set({ wait_reason: reason })
        .where('gateway_id', '=', gatewayId)
        .where('vcenter_id', '=', id)
        .where('status', '=', 'QUEUED')
        .where((eb) => eb.or([eb('wait_reason', 'is', null), eb('wait_reason', '!=', reason)]))
        // Whoever leads it out of its status holds the row until its jobs are released.
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom('vcenter')
              .select('vcenter.id')
              .where('vcenter.id', '=', id)
              .where('vcenter.status', '=', status),
          ),
        )
        .execute(),
    );
  }
  return stopped.filter(({ status }) => status === 'CERTIFICATE_CHANGED').map(({ id }) => id);
}
