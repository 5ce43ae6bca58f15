import { z } from 'zod';
import type { CommandResult } from '../../protocol/work.ts';
import type { VcenterTable } from '../database/tables.ts';
import { CertificateNotTrustedError, VcenterConnectionError } from '../errors.ts';

type Failure = Extract<CommandResult, { ok: false }>;

const certificateDetails = z.object({
  presentedFingerprint: z.string().max(128),
  trustedFingerprint: z.string().max(128).nullable(),
});

/** What a gateway's failed log-in means to the person who asked for it. */
export function connectionError(failure: Failure): CertificateNotTrustedError | VcenterConnectionError {
  const certificate = certificateDetails.safeParse(failure.details);
  if (failure.error.code === 'CERTIFICATE_NOT_TRUSTED' && certificate.success)
    return new CertificateNotTrustedError(certificate.data.presentedFingerprint, certificate.data.trustedFingerprint);
  return new VcenterConnectionError(failure.error);
}

/** What a failed log-in says about the vCenter itself; undefined when it says nothing (the gateway was away). */
export function statusAfter(failure: Failure): VcenterTable['status'] | undefined {
  switch (failure.error.code) {
    case 'INVALID_LOGIN':
    case 'NO_PERMISSION':
      return 'CREDENTIALS_INVALID';
    case 'CERTIFICATE_NOT_TRUSTED':
      return 'CERTIFICATE_CHANGED';
    case 'UNREACHABLE':
    case 'TIMEOUT':
      return 'UNREACHABLE';
    default:
      return undefined;
  }
}
