import { z } from 'zod';
import { isDriverError } from '../../base/errors.ts';
import type { VcenterAccess, VcenterTrouble } from '../../protocol/work.ts';
import type { GatewayContext } from './gateway-context.ts';
import type { PlatformSessions } from './platform-sessions.ts';

const notTrusted = z.object({
  presentedFingerprint: z.string().min(1),
  trustedFingerprint: z.string().nullable(),
  subject: z.string(),
  validUntil: z.string(),
});

/** Which certificate the vCenter itself presented; undefined for other errors, and for a host whose certificate vCenter does not vouch for. */
export function certificateTrouble(error: unknown): z.infer<typeof notTrusted> | undefined {
  if (!isDriverError(error) || error.code !== 'CERTIFICATE_NOT_TRUSTED') return undefined;
  return notTrusted.safeParse(error.cause).data;
}

/** What an attempt's failure says about its vCenter; undefined when it is about something else. */
export function vcenterTrouble(sessions: PlatformSessions, error: unknown): VcenterTrouble | undefined {
  const certificate = certificateTrouble(error);
  if (certificate) {
    const { presentedFingerprint, trustedFingerprint } = certificate;
    return { trouble: 'CERTIFICATE_NOT_TRUSTED', presentedFingerprint, trustedFingerprint };
  }
  if (!isDriverError(error)) return undefined;
  if (error.code === 'INVALID_LOGIN') return { trouble: 'INVALID_LOGIN' };
  const isAway = error.code === 'UNREACHABLE' || error.code === 'TIMEOUT' || error.code === 'DEADLINE_EXCEEDED';
  return isAway && sessions.isNoSession(error) ? { trouble: 'UNREACHABLE' } : undefined;
}

/** A login that does not work any more must not spoil the next job, and one whose server shows another certificate no running one. */
export function settleSession(gateway: GatewayContext, access: VcenterAccess, error: unknown): void {
  if (certificateTrouble(error)) {
    gateway.sessions.end(access.vcenterId);
    return;
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'SESSION_LOST' || code === 'INVALID_LOGIN' || code === 'UNREACHABLE')
    gateway.sessions.retire(access.vcenterId);
  if (code === 'INVALID_LOGIN') gateway.sessions.refused(access, error);
}
