import { sql } from 'kysely';
import type { z } from 'zod';
import type { AccessKeyResponse, accessKeyRequest, activationChallengeResponse } from '../../protocol/activation.ts';
import type { ControlContext } from '../context.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { wakeGateway } from '../wake-gateway.ts';
import { checkChallenge, makeChallenge } from './challenge.ts';
import { settleCredentials } from './credentials.ts';
import type { GatewayPrincipal } from './gateway-principal.ts';
import { setGatewayStatus } from './gateway-status.ts';
import { identityQuestion } from './identity-question.ts';
import { identityColumns, identityFindings } from './proved-identity.ts';
import { gatewayNotActivated } from './sealing-key.ts';
import { verifyAccessKey } from './verify-access-key.ts';

const challengeLifeMs = 5 * 60_000;

/** A gateway that knows who it is asks for a challenge, to prove another access key by it. */
export async function issueAccessKeyChallenge(
  control: ControlContext,
  { gatewayId }: GatewayPrincipal,
): Promise<z.infer<typeof activationChallengeResponse>> {
  const made = await makeChallenge(control, 'access-key', gatewayId, challengeLifeMs);
  return { ...made, ...identityQuestion(control) };
}

/**
 * Gives an activated gateway another access key, also when its present one does not count any more. Nothing else of it changes: its keys, attempts and recovery
 * points stay. Throws CHALLENGE_INVALID, CHALLENGE_EXPIRED and what a key is refused with.
 */
export async function replaceAccessKey(
  control: ControlContext,
  { gatewayId }: GatewayPrincipal,
  request: z.infer<typeof accessKeyRequest>,
  signal: AbortSignal,
): Promise<AccessKeyResponse> {
  await checkChallenge(control, 'access-key', gatewayId, request.challenge);
  const gateway = await control.db
    .selectFrom('gateway')
    .select('resource_group_id')
    .where('id', '=', gatewayId)
    .executeTakeFirst();
  if (!gateway) throw gatewayNotActivated();
  const provedAt = new Date(control.clock.now());
  const identity = await verifyAccessKey(control, request, gateway.resource_group_id, signal);
  await inTransaction(control, async (trx, emit) => {
    const now = new Date(control.clock.now());
    const before = await trx
      .selectFrom('gateway')
      .select(['name', 'access_key_id', 'resource_group_id', 'status'])
      .where('id', '=', gatewayId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!before || before.status === 'DELETING') throw gatewayNotActivated();
    await trx
      .updateTable('gateway')
      .set({
        ...identityColumns({ identity, provedAt }),
        last_seen_at: now,
        last_control_at: now,
        version: sql`version + 1`,
      })
      .where('id', '=', gatewayId)
      .execute();
    emit({
      type: 'GATEWAY_ACCESS_KEY_REPLACED',
      resourceGroupId: before.resource_group_id,
      subjectType: 'GATEWAY',
      subjectId: gatewayId,
      data: { name: before.name, accessKeyId: identity.accessKeyId, previousAccessKeyId: before.access_key_id },
    });
    await setGatewayStatus(trx, emit, { gatewayId, from: ['CREDENTIALS_EXPIRED', 'OFFLINE'], to: 'ACTIVATED', now });
  });
  // The key may have been revoked while its proof was looked at.
  await settleCredentials(control, gatewayId);
  await wakeGateway(control, gatewayId, 'WORK');
  return { accessKeyId: identity.accessKeyId, findings: identityFindings({ identity, identity_trouble: null }) };
}
