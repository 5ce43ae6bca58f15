import type { StatusReason } from '../database/credentials-columns.ts';
import type { GatewayRow } from '../rows.ts';

type Known = Pick<
  GatewayRow,
  'status' | 'activated_at' | 'last_seen_at' | 'last_control_at' | 'last_message_at' | 'credentials_problem'
>;

/** How a gateway is given another access key, in the order of how little it needs. */
export const newAccessKey =
  'Give the gateway a valid access key: with replaceGatewayAccessKey, on its own page, or by its command line. Its recovery points and jobs stay.';
const newCertificate =
  'Issue a new certificate for this gateway and activate it with that one. Its recovery points and jobs stay.';

/** Why a gateway has its status, and what to do about it; null while it works. */
export function statusReason(gateway: Known): StatusReason | null {
  switch (gateway.status) {
    case 'ACTIVATED':
      return null;
    case 'NOT_ACTIVATED':
      return {
        code: 'NOT_ACTIVATED',
        message: 'This gateway has not been activated yet.',
        remedy: 'Issue its certificate and activate it with that and an access key.',
      };
    case 'OFFLINE':
      return {
        code: 'NO_HEARTBEAT',
        message: `Nothing has been heard of this gateway since ${lastHeard(gateway)}.`,
        remedy:
          'Check that the gateway is running, and that it reaches the control plane and the message broker; its own page shows which endpoint fails.',
      };
    case 'CREDENTIALS_EXPIRED':
      return gateway.credentials_problem ?? unknownProblem;
    case 'CERTIFICATE_EXPIRED':
      return {
        code: 'SILENT_TOO_LONG',
        message: `This gateway was silent for too long, since ${lastHeard(gateway)}, so its certificate has expired.`,
        remedy: newCertificate,
      };
    case 'DELETING':
      return { code: 'DELETING', message: 'This gateway is being deleted.', remedy: 'Nothing to do.' };
  }
}

/** When, on which channel, and what the other one last said. */
function lastHeard({ activated_at, last_seen_at, last_control_at, last_message_at }: Known): string {
  const control = last_control_at?.getTime() ?? 0;
  const message = last_message_at?.getTime() ?? 0;
  const at = last_seen_at ?? activated_at;
  const last = message > control ? 'message' : 'control';
  const other = last === 'message' ? (['control', last_control_at] as const) : (['message', last_message_at] as const);
  const otherAt = other[1] === null ? 'never spoke' : `spoke last at ${other[1].toISOString()}`;
  return `${at?.toISOString() ?? 'ever'} (on the ${last} channel; the ${other[0]} channel ${otherAt})`;
}

const unknownProblem: StatusReason = {
  code: 'ACCESS_KEY_EXPIRED',
  message: 'The access key this gateway works with has expired or was revoked.',
  remedy: newAccessKey,
};
