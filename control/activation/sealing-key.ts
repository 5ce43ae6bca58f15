import { sealContext } from '../../protocol/sealed.ts';
import { GatewayUnavailableError } from '../errors.ts';

/** The X25519 public key (SPKI DER) of an activated gateway. Throws GATEWAY_NOT_ACTIVATED. */
export function sealingKeyOf(gateway: { readonly id: string; readonly sealing_key: Buffer | null }): Buffer {
  if (gateway.sealing_key) return gateway.sealing_key;
  throw gatewayNotActivated();
}

/** With what an access key's secret is sealed to a gateway; a console that seals it itself needs to know. */
export const sealingContext = sealContext.accessKey;

export function gatewayNotActivated(): GatewayUnavailableError {
  return new GatewayUnavailableError(
    'GATEWAY_NOT_ACTIVATED',
    'This gateway has not been activated.',
    "Download a certificate for it and activate it on the gateway's own page.",
  );
}
