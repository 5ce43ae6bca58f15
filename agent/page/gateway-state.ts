import type { AgentStatus } from '../status.ts';

/** As the control plane counts it: without a heartbeat for this long a gateway is offline. Milliseconds. */
const offlineAfterMs = 90_000;

/** Beside all that begin with ACCESS_KEY_: another access key helps. */
const accessKeyProblems: ReadonlySet<string> = new Set([
  'CREDENTIALS_EXPIRED',
  'INVALID_ACCESS_KEY',
  'IDENTITY_UNPROVED',
]);

export type GatewayState =
  | 'WORKING'
  | 'CONNECTING'
  | 'OFFLINE'
  | 'CREDENTIALS_EXPIRED'
  | 'CERTIFICATE_EXPIRED'
  | 'DELETED'
  | 'TROUBLE';

/** Whether the control plane answered a little while ago, whatever it said. */
export function isInContact({ lastControlContactAt }: Pick<AgentStatus, 'lastControlContactAt'>, now: number): boolean {
  return lastControlContactAt !== null && now - lastControlContactAt <= offlineAfterMs;
}

/** What an activated gateway's owner has to know first. `now` in milliseconds since the epoch. */
export function gatewayState(
  { problem, lastControlContactAt }: Pick<AgentStatus, 'problem' | 'lastControlContactAt'>,
  now: number,
): GatewayState {
  if (problem?.code === 'GATEWAY_DELETED') return 'DELETED';
  if (problem?.code === 'CERTIFICATE_EXPIRED') return 'CERTIFICATE_EXPIRED';
  if (problem && (problem.code.startsWith('ACCESS_KEY_') || accessKeyProblems.has(problem.code)))
    return 'CREDENTIALS_EXPIRED';
  const isSilent = !isInContact({ lastControlContactAt }, now);
  if (problem) return isSilent && problem.code === 'CONTROL_UNREACHABLE' ? 'OFFLINE' : 'TROUBLE';
  if (lastControlContactAt === null) return 'CONNECTING';
  return isSilent ? 'OFFLINE' : 'WORKING';
}
