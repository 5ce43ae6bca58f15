import { sql, type Transaction } from 'kysely';
import type { VerifiedIdentity } from '../../drivers/identity/contract.ts';
import {
  type ActivationRequest,
  type ActivationResponse,
  activationSignatureInput,
} from '../../protocol/activation.ts';
import { loseAttempt } from '../attempts/lose-attempt.ts';
import { settingsOf } from '../attempts/work-of-job.ts';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { InvalidInputError } from '../errors.ts';
import type { Emit } from '../events/event.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { endpointsOfRegion } from '../regions/region.ts';
import { checkUsable, type KnownCertificate, knownCertificate } from './certificate-row.ts';
import { checkChallenge } from './challenge.ts';
import { setGatewayStatus } from './gateway-status.ts';
import { messageSecretPlace } from './message-credentials.ts';
import { updateMessagePermissions } from './message-permissions.ts';
import { identityColumns, identityFindings, type ProvedIdentity } from './proved-identity.ts';
import { checkSignature, readPublicKey } from './public-keys.ts';
import { gatewayDeleted } from './refuse-gateway.ts';
import { verifyAccessKey } from './verify-access-key.ts';

interface Keys {
  readonly signing: Buffer;
  readonly sealing: Buffer;
}

/**
 * Activates a gateway with its certificate, an access key's proof and two new public keys. The same certificate and keys again change nothing; a new
 * certificate replaces the keys, and then bearers and attempts of the old ones end.
 */
export async function activateGateway(
  control: ControlContext,
  request: ActivationRequest,
  signal: AbortSignal,
): Promise<ActivationResponse> {
  const known = await knownCertificate(control, request.certificate);
  const signingKey = readPublicKey(request.signingKey, 'ed25519');
  const keys: Keys = { signing: signingKey.der, sealing: readPublicKey(request.sealingKey, 'x25519').der };
  checkUsable(known, new Date(control.clock.now()), keys);
  await checkNetworks(control, known.gateway.vault_id, request);
  await checkChallenge(control, 'activation', known.certificate.id, request.challenge);
  checkSignature(activationSignatureInput(request), signingKey.key, request.signature);
  const provedAt = new Date(control.clock.now());
  const identity = await verifyAccessKey(control, request, known.gateway.resource_group_id, signal);
  const replaced = await inTransaction(control, (trx, emit) =>
    store(control, trx, emit, known, request, keys, { identity, provedAt }),
  );
  if (replaced) {
    await loseAllAttempts(control, known.gateway.id);
    await updateMessagePermissions(control, known.gateway.id);
  }
  return answer(control, known.gateway.id, identity);
}

/** False: this very activation is in force already. */
async function store(
  control: ControlContext,
  trx: Transaction<Database>,
  emit: Emit,
  known: KnownCertificate,
  request: ActivationRequest,
  keys: Keys,
  proved: ProvedIdentity,
): Promise<boolean> {
  const { identity } = proved;
  const now = new Date(control.clock.now());
  const { id: gatewayId } = known.gateway;
  const gateway = await trx
    .selectFrom('gateway')
    .selectAll()
    .where('id', '=', gatewayId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  const certificate = await trx
    .selectFrom('gateway_certificate')
    .selectAll()
    .where('id', '=', known.certificate.id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (gateway.status === 'DELETING') throw gatewayDeleted();
  if (checkUsable({ certificate, gateway }, now, keys)) return false;
  await trx
    .updateTable('gateway_certificate')
    .set({ used_at: now, used_by_signing_key: keys.signing, content_sealed: null })
    .where('id', '=', certificate.id)
    .execute();
  const messageSecret = Buffer.from(control.ids.bytes(32).toString('base64url'));
  await trx
    .updateTable('gateway')
    .set({
      activated_at: now,
      ...identityColumns(proved),
      signing_key: keys.signing,
      sealing_key: keys.sealing,
      control_network: request.controlNetwork,
      message_network: request.messageNetwork,
      message_secret_sealed: control.vault.seal(messageSecret, messageSecretPlace(gatewayId)),
      instance_id: null,
      agent: JSON.stringify(request.agent),
      last_seen_at: now,
      last_control_at: now,
      version: sql`version + 1`,
    })
    .where('id', '=', gatewayId)
    .execute();
  emit({
    type: 'GATEWAY_ACTIVATED',
    resourceGroupId: gateway.resource_group_id,
    subjectType: 'GATEWAY',
    subjectId: gatewayId,
    data: { name: gateway.name, accessKeyId: identity.accessKeyId, again: gateway.activated_at !== null },
  });
  const from = ['NOT_ACTIVATED', 'ACTIVATED', 'OFFLINE', 'CREDENTIALS_EXPIRED', 'CERTIFICATE_EXPIRED'] as const;
  await setGatewayStatus(trx, emit, { gatewayId, from, to: 'ACTIVATED', now });
  return true;
}

async function loseAllAttempts(control: ControlContext, gatewayId: string): Promise<void> {
  const attempts = await control.db
    .selectFrom('job_attempt')
    .select('id')
    .where('gateway_id', '=', gatewayId)
    .where('status', '=', 'RUNNING')
    .execute();
  for (const { id } of attempts) await loseAttempt(control, id, 'GATEWAY_REACTIVATED');
}

async function answer(
  control: ControlContext,
  gatewayId: string,
  identity: VerifiedIdentity,
): Promise<ActivationResponse> {
  const gateway = await control.db
    .selectFrom('gateway')
    .selectAll()
    .where('id', '=', gatewayId)
    .executeTakeFirstOrThrow();
  const vault = await control.db
    .selectFrom('vault')
    .select(['id', 'name', 'region_id'])
    .where('id', '=', gateway.vault_id)
    .executeTakeFirstOrThrow();
  return {
    gatewayId,
    gatewayName: gateway.name,
    vaultId: vault.id,
    vaultName: vault.name,
    regionId: vault.region_id,
    platform: gateway.platform,
    settings: settingsOf(gateway),
    findings: identityFindings({ identity, identity_trouble: null }),
  };
}

async function checkNetworks(control: ControlContext, vaultId: string, request: ActivationRequest): Promise<void> {
  const { region_id } = await control.db
    .selectFrom('vault')
    .select('region_id')
    .where('id', '=', vaultId)
    .executeTakeFirstOrThrow();
  const offered = endpointsOfRegion(control, region_id);
  const issue = (field: string, network: string) => ({
    path: [field],
    code: 'NETWORK_NOT_AVAILABLE',
    message: `this control plane offers no ${network} endpoint for this channel`,
  });
  const issues = [
    ...(offered.control[request.controlNetwork] ? [] : [issue('controlNetwork', request.controlNetwork)]),
    ...(offered.message[request.messageNetwork] ? [] : [issue('messageNetwork', request.messageNetwork)]),
  ];
  if (issues.length > 0) throw new InvalidInputError(issues);
}
