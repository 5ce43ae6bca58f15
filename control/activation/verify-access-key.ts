import { HoldfastError } from '../../base/errors.ts';
import type { VerifiedIdentity } from '../../drivers/identity/contract.ts';
import type { ActivationRequest } from '../../protocol/activation.ts';
import { secretMatches } from '../access-keys/access-key.ts';
import type { ControlContext } from '../context.ts';
import { requiredScope } from './credentials.ts';

/**
 * Lets the identity driver verify the proof and checks that the key is still good and may activate gateways of this resource group. Throws
 * INVALID_ACCESS_KEY, ACCESS_KEY_EXPIRED, ACCESS_KEY_DISABLED or FORBIDDEN.
 */
export async function verifyAccessKey(
  control: ControlContext,
  request: Pick<ActivationRequest, 'proof' | 'challenge'>,
  resourceGroupId: string,
  signal: AbortSignal,
): Promise<VerifiedIdentity> {
  const { proof, challenge } = request;
  if (proof.driver !== control.identity.name) throw otherDriver(control.identity.name);
  const context = { verifyBuiltinSecret: (id: string, secret: string) => verifyBuiltinSecret(control, id, secret) };
  const identity = await control.identity.verify(proof, challenge, context, signal);
  if (identity.expiresAt !== null && Date.parse(identity.expiresAt) <= control.clock.now()) throw expired();
  if (identity.kind === 'BUILTIN') await checkRight(control, identity.subject, resourceGroupId);
  return identity;
}

/** Also for keys that have expired or were revoked: their holder knows the secret, so may be told what is wrong with them. */
async function verifyBuiltinSecret(
  control: ControlContext,
  keyId: string,
  secret: string,
): Promise<VerifiedIdentity | undefined> {
  const row = await control.db
    .selectFrom('access_key')
    .select(['id', 'key_id', 'secret_hash', 'expires_at'])
    .where('key_id', '=', keyId)
    .executeTakeFirst();
  const matches = secretMatches(secret, row?.secret_hash);
  if (!row || !matches) return undefined;
  return {
    accessKeyId: row.key_id,
    kind: 'BUILTIN',
    subject: row.id,
    expiresAt: row.expires_at?.toISOString() ?? null,
  };
}

async function checkRight(control: ControlContext, accessKeyRowId: string, resourceGroupId: string): Promise<void> {
  const row = await control.db
    .selectFrom('access_key')
    .select(['scopes', 'all_resource_groups', 'resource_group_ids', 'revoked_at'])
    .where('id', '=', accessKeyRowId)
    .executeTakeFirst();
  if (!row || row.revoked_at) throw revoked();
  const seesGroup = row.all_resource_groups || row.resource_group_ids.includes(resourceGroupId);
  if (!seesGroup || !row.scopes.includes(requiredScope)) throw forbidden();
}

function otherDriver(name: string): HoldfastError {
  return new HoldfastError({
    code: 'INVALID_ACCESS_KEY',
    message: `This control plane checks access keys with "${name}".`,
    remedy: `Use an access key of that kind, and a gateway that has the identity driver "${name}".`,
    retryable: false,
  });
}

function expired(): HoldfastError {
  return new HoldfastError({
    code: 'ACCESS_KEY_EXPIRED',
    message: 'This access key has expired.',
    remedy: 'Create a new access key and use that.',
    retryable: false,
  });
}

function revoked(): HoldfastError {
  return new HoldfastError({
    code: 'ACCESS_KEY_DISABLED',
    message: 'This access key was revoked.',
    remedy: 'Create a new access key and use that.',
    retryable: false,
  });
}

function forbidden(): HoldfastError {
  return new HoldfastError({
    code: 'FORBIDDEN',
    message: 'This access key may not activate gateways of this resource group.',
    remedy: `Use an access key that sees the gateway's resource group and has the scope ${requiredScope}.`,
    retryable: false,
  });
}
