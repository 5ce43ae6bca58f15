import type { AgentStatus } from '../status.ts';

/** As the control plane counts it: without a heartbeat for this long a gateway is offline. Milliseconds. */
const offlineAfterMs = 90_000;

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
export function gatewayState({ problem, lastControlContactAt }: AgentStatus, now: number): GatewayState {
  if (problem?.code === 'GATEWAY_DELETED') return 'DELETED';
  if (problem?.code === 'CERTIFICATE_EXPIRED') return 'CERTIFICATE_EXPIRED';
  if (problem && ['CREDENTIALS_EXPIRED', 'ACCESS_KEY_EXPIRED', 'ACCESS_KEY_DISABLED'].includes(problem.code))
    return 'CREDENTIALS_EXPIRED';
  const isSilent = !isInContact({ lastControlContactAt }, now);
  if (problem) return isSilent && problem.code === 'CONTROL_UNREACHABLE' ? 'OFFLINE' : 'TROUBLE';
  if (lastControlContactAt === null) return 'CONNECTING';
  return isSilent ? 'OFFLINE' : 'WORKING';
}
