import { sql } from 'kysely';
import type { ControlContext } from '../context.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { setGatewayStatus } from './gateway-status.ts';
import { withoutAbsences } from './presence.ts';

/** A contact is written at most this often per gateway and channel. */
const contactIntervalMs = 1_000;

/**
 * Notes that a gateway was heard from; one that was OFFLINE is ACTIVATED again and its waiting jobs stop waiting for it. With `instanceId` only the
 * present instance counts. One that was silent until its certificate expired is not made good by a word on a connection that is still open.
 */
export async function touchGateway(
  control: ControlContext,
  gatewayId: string,
  channel: 'control' | 'message',
  instanceId?: string,
): Promise<void> {
  const now = control.clock.now();
  const column = channel === 'control' ? 'last_control_at' : 'last_message_at';
  const expiredBefore = new Date(now - control.config.certificateSilenceMs);
  const touched = await control.db
    .updateTable('gateway')
    .set({ last_seen_at: new Date(now), [column]: new Date(now) })
    .where('id', '=', gatewayId)
    .where('status', '!=', 'CERTIFICATE_EXPIRED')
    .where((eb) =>
      eb.or([
        eb('last_seen_at', 'is', null),
        eb('last_seen_at', '>=', expiredBefore),
        eb(withoutAbsences(sql<Date>`gateway.last_seen_at`, new Date(now)), '>=', expiredBefore),
      ]),
    )
    .$if(instanceId !== undefined, (query) => query.where('instance_id', '=', instanceId ?? null))
    .where((eb) => eb.or([eb(column, 'is', null), eb(column, '<=', new Date(now - contactIntervalMs))]))
    .returning('status')
    .executeTakeFirst();
  if (touched?.status === 'OFFLINE') await gatewayIsBack(control, gatewayId);
}

/** OFFLINE becomes ACTIVATED, once, with its event. False: it was not OFFLINE any more. */
export async function gatewayIsBack(control: ControlContext, gatewayId: string): Promise<boolean> {
  return inTransaction(control, async (trx, emit) => {
    const now = new Date(control.clock.now());
    const isBack = await setGatewayStatus(trx, emit, { gatewayId, from: ['OFFLINE'], to: 'ACTIVATED', now });
    // Nobody was asked about its access key meanwhile, so nobody failed to answer.
    if (isBack) await trx.updateTable('gateway').set({ identity_trouble: null }).where('id', '=', gatewayId).execute();
    return isBack;
  });
}
