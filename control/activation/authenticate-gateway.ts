import { HoldfastError } from '../../base/errors.ts';
import type { ControlContext } from '../context.ts';
import type { GatewayPrincipal } from './gateway-principal.ts';
import { gatewayDeleted, hasExpiredInSilence } from './refuse-gateway.ts';
import { fingerprint, readToken } from './token.ts';

/**
 * Who calls. Looks at the gateway each time: one that was activated with other keys since the bearer was issued is UNAUTHENTICATED, a deleted one GATEWAY_DELETED. A
 * gateway whose access key expired meanwhile may end what it has begun and be given another one; it gets no new work.
 */
export async function authenticateGateway(control: ControlContext, bearer: string): Promise<GatewayPrincipal> {
  const read = await readToken(control, bearer);
  if (!read) throw unauthenticated();
  const gateway = await control.db
    .selectFrom('gateway')
    .select(['status', 'signing_key', 'last_seen_at', 'deleted_at'])
    .where('id', '=', read.gatewayId)
    .executeTakeFirst();
  if (gateway?.deleted_at) throw gatewayDeleted();
  // One that is being deleted still has to report how its last jobs end.
  if (!gateway?.signing_key || (await hasExpiredInSilence(control, gateway))) throw unauthenticated();
  if (fingerprint(gateway.signing_key) !== read.keyFingerprint) throw unauthenticated();
  return { gatewayId: read.gatewayId };
}

function unauthenticated(): HoldfastError {
  return new HoldfastError({
    code: 'UNAUTHENTICATED',
    message: 'The bearer is missing, has expired, or belongs to keys this gateway no longer has.',
    remedy: 'Get a new bearer; if that is refused, activate the gateway again with a new certificate.',
    retryable: false,
  });
}
