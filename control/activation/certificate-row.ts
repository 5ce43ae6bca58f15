import type { Selectable } from 'kysely';
import { HoldfastError } from '../../base/errors.ts';
import { verifyCertificate } from '../../protocol/certificate.ts';
import type { ControlContext } from '../context.ts';
import type { GatewayCertificateTable, GatewayTable } from '../database/tables.ts';
import { gatewayDeleted } from './refuse-gateway.ts';
import { signing } from './signing.ts';

export interface KnownCertificate {
  readonly certificate: Selectable<GatewayCertificateTable>;
  readonly gateway: Selectable<GatewayTable>;
}

/** The certificate this control plane once issued, and its gateway. Throws GATEWAY_DELETED, CERTIFICATE_INVALID for anything else. */
export async function knownCertificate(control: ControlContext, text: string): Promise<KnownCertificate> {
  const { publicKey } = await signing(control);
  const { jti, gatewayId } = await verifyCertificate(text, publicKey);
  const certificate = await control.db
    .selectFrom('gateway_certificate')
    .selectAll()
    .where('id', '=', jti)
    .where('gateway_id', '=', gatewayId)
    .executeTakeFirst();
  const gateway = await control.db.selectFrom('gateway').selectAll().where('id', '=', gatewayId).executeTakeFirst();
  if (certificate && gateway?.status === 'DELETING') throw gatewayDeleted();
  if (!certificate || !gateway) throw unknownCertificate();
  return { certificate, gateway };
}

/**
 * Whether a certificate may (still) activate its gateway with `signingKey`; without a key, whether any key may. Throws CERTIFICATE_VOIDED,
 * CERTIFICATE_EXPIRED or CERTIFICATE_USED. Answers whether this is a repetition of the activation that is in force.
 */
export function checkUsable(known: KnownCertificate, now: Date, keys?: { signing: Buffer; sealing: Buffer }): boolean {
  const { certificate, gateway } = known;
  if (certificate.voided_at) throw voided();
  if (certificate.used_at) {
    const inForce =
      keys !== undefined &&
      certificate.used_by_signing_key?.equals(keys.signing) === true &&
      gateway.signing_key?.equals(keys.signing) === true &&
      gateway.sealing_key?.equals(keys.sealing) === true;
    if (keys && !inForce) throw used();
    if (gateway.status === 'CERTIFICATE_EXPIRED') throw expired();
    return inForce;
  }
  if (certificate.expires_at <= now) throw expired();
  return false;
}

const newCertificate = 'Issue a new certificate for this gateway and activate it with that one.';

function unknownCertificate(): HoldfastError {
  return new HoldfastError({
    code: 'CERTIFICATE_INVALID',
    message: 'This certificate belongs to no gateway of this control plane.',
    remedy: 'Check that the file was downloaded from this control plane, or create a gateway and use its certificate.',
    retryable: false,
  });
}

function voided(): HoldfastError {
  return new HoldfastError({
    code: 'CERTIFICATE_VOIDED',
    message: 'A newer certificate was issued for this gateway, so this one is void.',
    remedy: 'Use the newest certificate of this gateway.',
    retryable: false,
  });
}

function expired(): HoldfastError {
  return new HoldfastError({
    code: 'CERTIFICATE_EXPIRED',
    message: 'This certificate has expired.',
    remedy: newCertificate,
    retryable: false,
  });
}

function used(): HoldfastError {
  return new HoldfastError({
    code: 'CERTIFICATE_USED',
    message: 'This certificate has activated a gateway with other keys already.',
    remedy: newCertificate,
    retryable: false,
  });
}
