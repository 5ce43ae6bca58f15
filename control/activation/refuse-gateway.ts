import type { Selectable } from 'kysely';
import { HoldfastError } from '../../base/errors.ts';
import type { ControlContext } from '../context.ts';
import type { GatewayTable } from '../database/tables.ts';
import { silenceSince } from './presence.ts';
import { gatewayNotActivated } from './sealing-key.ts';

type Checked = Pick<Selectable<GatewayTable>, 'status' | 'signing_key' | 'last_seen_at' | 'deleted_at'>;

/**
 * The signing key of a gateway that may get a bearer. Throws GATEWAY_DELETED, GATEWAY_NOT_ACTIVATED, or CERTIFICATE_EXPIRED after a silence longer than
 * `certificateSilenceMs`. One whose access key has expired gets it: to be told, to end what it has begun, and to be given another key.
 */
export async function keyOfKnownGateway(control: ControlContext, gateway: Checked | undefined): Promise<Buffer> {
  if (gateway?.deleted_at) throw gatewayDeleted();
  if (!gateway?.signing_key || gateway.status === 'NOT_ACTIVATED') throw gatewayNotActivated();
  if (await hasExpiredInSilence(control, gateway)) throw silentTooLong();
  return gateway.signing_key;
}

/** For good: nothing brings it back, and its agent may forget what it knows. */
export function gatewayDeleted(): HoldfastError {
  return new HoldfastError({
    code: 'GATEWAY_DELETED',
    message: 'This gateway was deleted.',
    remedy: 'To use this appliance again, create a gateway, download its certificate and activate with that one.',
    retryable: false,
  });
}

/** Also where nobody has swept yet. Time in which no process of ours listened is nobody's silence. */
export async function hasExpiredInSilence(
  control: Pick<ControlContext, 'db' | 'clock' | 'config'>,
  { status, last_seen_at: lastSeen }: Pick<Checked, 'status' | 'last_seen_at'>,
): Promise<boolean> {
  const { certificateSilenceMs } = control.config;
  if (status === 'CERTIFICATE_EXPIRED') return true;
  if (lastSeen === null || control.clock.now() - lastSeen.getTime() <= certificateSilenceMs) return false;
  return (await silenceSince(control, lastSeen)) > certificateSilenceMs;
}

function silentTooLong(): HoldfastError {
  return new HoldfastError({
    code: 'CERTIFICATE_EXPIRED',
    message: 'This gateway was silent for so long that its certificate has expired.',
    remedy:
      'Issue a new certificate for this gateway and activate it with that one. Its recovery points and jobs stay.',
    retryable: false,
  });
}
