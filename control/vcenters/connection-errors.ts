import { z } from 'zod';
import type { CommandResult } from '../../protocol/work.ts';
import { CertificateNotTrustedError, VcenterConnectionError } from '../errors.ts';
import type { StatusReport } from './vcenter-status.ts';

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

/** What an answer says about the vCenter itself; undefined when it says nothing (the gateway was away, or something else was wrong). */
export function learnedFrom(result: CommandResult): StatusReport | undefined {
  if (result.ok) return { status: 'CONNECTED', message: null };
  const { code, message } = result.error;
  switch (code) {
    case 'INVALID_LOGIN':
      return { status: 'CREDENTIALS_INVALID', message };
    case 'CERTIFICATE_NOT_TRUSTED': {
      const details = certificateDetails.safeParse(result.details);
      if (!details.success) return undefined;
      return { status: 'CERTIFICATE_CHANGED', message, presentedFingerprint: details.data.presentedFingerprint };
    }
    case 'UNREACHABLE':
    case 'TIMEOUT':
      return { status: 'UNREACHABLE', message };
    default:
      return undefined;
  }
}
