import type { Selectable } from 'kysely';
import { HoldfastError } from '../../base/errors.ts';
import type { ControlContext } from '../context.ts';
import type { GatewayTable } from '../database/tables.ts';
import { gatewayNotActivated } from './sealing-key.ts';

type Checked = Pick<Selectable<GatewayTable>, 'status' | 'signing_key' | 'last_seen_at' | 'credentials_expire_at'>;

/**
 * The signing key of a gateway that may get a bearer. Throws GATEWAY_NOT_ACTIVATED, CREDENTIALS_EXPIRED, or CERTIFICATE_EXPIRED after a silence
 * longer than `certificateSilenceMs`.
 */
export function keyOfWorkingGateway(control: ControlContext, gateway: Checked | undefined): Buffer {
  if (!gateway?.signing_key || gateway.status === 'DELETING' || gateway.status === 'NOT_ACTIVATED') {
    throw gatewayNotActivated();
  }
  const now = control.clock.now();
  const silentMs = gateway.last_seen_at ? now - gateway.last_seen_at.getTime() : 0;
  if (gateway.status === 'CERTIFICATE_EXPIRED' || silentMs > control.config.certificateSilenceMs) throw silentTooLong();
  const expiry = gateway.credentials_expire_at?.getTime();
  if (gateway.status === 'CREDENTIALS_EXPIRED' || (expiry !== undefined && expiry <= now)) throw credentialsExpired();
  return gateway.signing_key;
}

function silentTooLong(): HoldfastError {
  return new HoldfastError({
    code: 'CERTIFICATE_EXPIRED',
    message: 'This gateway was silent for so long that its certificate has expired.',
    remedy: 'Issue a new certificate for this gateway and activate it with that one.',
    retryable: false,
  });
}

function credentialsExpired(): HoldfastError {
  return new HoldfastError({
    code: 'CREDENTIALS_EXPIRED',
    message: 'The access key this gateway was activated with has expired or was revoked.',
    remedy: 'Issue a new certificate for this gateway and activate it with a valid access key.',
    retryable: false,
  });
}
