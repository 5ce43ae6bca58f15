import type { Selectable } from 'kysely';
import type { z } from 'zod';
import type { HelloResponse, helloRequest } from '../../protocol/activation.ts';
import { loseAttempt } from '../attempts/lose-attempt.ts';
import { settingsOf } from '../attempts/work-of-job.ts';
import type { ControlContext } from '../context.ts';
import type { GatewayTable } from '../database/tables.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { endpointsOfRegion } from '../regions/region.ts';
import type { GatewayPrincipal } from './gateway-principal.ts';
import { nextIdentityChallenge } from './identity-question.ts';
import { instanceConflict } from './instance.ts';
import { messageChannelOf } from './message-credentials.ts';
import { updateMessagePermissions } from './message-permissions.ts';
import { gatewayNotActivated } from './sealing-key.ts';
import { gatewayIsBack } from './touch-gateway.ts';

/**
 * A gateway's process introduces itself. It becomes the present instance when there is none, when it knows the present one's id (a restart of the same
 * installation) or when that one was silent for longer than a lease; else INSTANCE_CONFLICT. Attempts of the instance before are given up at once.
 */
export async function hello(
  control: ControlContext,
  principal: GatewayPrincipal,
  request: z.infer<typeof helloRequest>,
): Promise<HelloResponse> {
  const gateway = await inTransaction(control, async (trx) => {
    const now = control.clock.now();
    const present = await trx
      .selectFrom('gateway')
      .selectAll()
      .where('id', '=', principal.gatewayId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!present?.message_secret_sealed) throw gatewayNotActivated();
    if (!mayTakeOver(control, present, request)) throw instanceConflict();
    return trx
      .updateTable('gateway')
      .set({
        instance_id: request.instanceId,
        agent: JSON.stringify(request.agent),
        last_seen_at: new Date(now),
        last_control_at: new Date(now),
        // Whoever was asked for its access key's proof was another process.
        ...(present.instance_id !== request.instanceId && { identity_trouble: null }),
      })
      .where('id', '=', present.id)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
  await loseAttemptsOfOthers(control, gateway.id, request.instanceId);
  if (gateway.status === 'OFFLINE') await gatewayIsBack(control, gateway.id);
  await updateMessagePermissions(control, gateway.id, { refused: request.messageChannelRefused ?? false });
  return answer(control, gateway);
}

function mayTakeOver(
  control: ControlContext,
  present: Selectable<GatewayTable>,
  request: z.infer<typeof helloRequest>,
): boolean {
  const registered = present.instance_id;
  if (registered === null || registered === request.instanceId || registered === request.previousInstanceId)
    return true;
  const lastSeen = present.last_seen_at?.getTime() ?? 0;
  return control.clock.now() - lastSeen > control.config.leaseMs;
}

async function loseAttemptsOfOthers(control: ControlContext, gatewayId: string, instanceId: string): Promise<void> {
  const attempts = await control.db
    .selectFrom('job_attempt')
    .select('id')
    .where('gateway_id', '=', gatewayId)
    .where('instance_id', '!=', instanceId)
    .where('status', '=', 'RUNNING')
    .execute();
  for (const { id } of attempts) await loseAttempt(control, id, 'GATEWAY_RESTARTED');
}

async function answer(control: ControlContext, gateway: Selectable<GatewayTable>): Promise<HelloResponse> {
  const vault = await control.db
    .selectFrom('vault')
    .select(['name', 'region_id'])
    .where('id', '=', gateway.vault_id)
    .executeTakeFirstOrThrow();
  const { id, message_secret_sealed, message_network } = gateway;
  const url = message_network && endpointsOfRegion(control, vault.region_id).message[message_network];
  const identityChallenge = await nextIdentityChallenge(control, gateway);
  if (!message_secret_sealed || !url) throw gatewayNotActivated();
  return {
    gatewayName: gateway.name,
    vaultName: vault.name,
    settings: settingsOf(gateway),
    messageChannel: messageChannelOf(control, { id, message_secret_sealed }, url),
    pollIntervalMs: control.config.pollIntervalMs,
    serverTime: new Date(control.clock.now()).toISOString(),
    ...(control.config.version !== null && { controlPlaneVersion: control.config.version }),
    ...(identityChallenge && { identityChallenge }),
  };
}
