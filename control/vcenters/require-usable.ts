import { CertificateNotTrustedError, VcenterConnectionError } from '../errors.ts';
import type { VcenterRow } from '../rows.ts';
import { refusalOf, waitReasonOfVcenter } from './vcenter-status.ts';

/** Nobody logs in with what was refused, or where another certificate is shown: told at once, without asking a gateway. */
export function requireUsable(
  vcenter: Pick<VcenterRow, 'status' | 'status_message' | 'presented_fingerprint' | 'trusted_fingerprint'>,
): void {
  const { status, status_message, presented_fingerprint, trusted_fingerprint } = vcenter;
  if (waitReasonOfVcenter(status) === null) return;
  if (status === 'CERTIFICATE_CHANGED' && presented_fingerprint !== null)
    throw new CertificateNotTrustedError(presented_fingerprint, trusted_fingerprint);
  throw new VcenterConnectionError(refusalOf(status, status_message));
}
