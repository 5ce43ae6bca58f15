import type { ControlContext } from '../context.ts';
import { ConflictError } from '../errors.ts';
import { certificatePlace } from '../gateways/certificate.ts';

/** A certificate's row, as far as it decides whether its file can still be had. */
export interface KeptCertificate {
  readonly id: string;
  readonly expires_at: Date;
  readonly voided_at: Date | null;
  readonly used_at: Date | null;
  readonly content_sealed: Buffer | null;
}

/** The file, while it can activate a gateway. Throws CERTIFICATE_VOIDED, CERTIFICATE_USED, CERTIFICATE_EXPIRED or CERTIFICATE_NOT_KEPT. */
export function certificateContent(
  control: Pick<ControlContext, 'vault' | 'clock'>,
  certificate: KeptCertificate,
): Buffer {
  const { id, expires_at, voided_at, used_at, content_sealed } = certificate;
  if (voided_at) throw gone('VOIDED', 'A newer certificate was issued for this gateway, so this one is void.', newest);
  if (used_at) throw gone('USED', 'This certificate has activated the gateway already.', another);
  if (expires_at.getTime() <= control.clock.now()) throw gone('EXPIRED', 'This certificate has expired.', another);
  if (!content_sealed)
    throw gone(
      'NOT_KEPT',
      'This certificate was issued before their files were kept, so it cannot be given again.',
      another,
    );
  return control.vault.open(content_sealed, certificatePlace(id));
}

const newest = 'Download the newest certificate with downloadGatewayCertificate.';
const another = 'Issue a new certificate with issueGatewayCertificate.';

function gone(what: 'VOIDED' | 'USED' | 'EXPIRED' | 'NOT_KEPT', message: string, remedy: string): ConflictError {
  return new ConflictError(`CERTIFICATE_${what}`, message, remedy);
}
