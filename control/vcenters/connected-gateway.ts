import type { ControlContext } from '../context.ts';
import { ConflictError, GatewayUnavailableError } from '../errors.ts';

/**
 * The gateway to ask about a vCenter: `wanted` when it reaches the vCenter, otherwise the connected one heard from last. Throws
 * GatewayUnavailableError, ConflictError GATEWAY_NOT_CONNECTED.
 */
export async function connectedGateway(
  db: ControlContext['db'],
  vcenterId: string,
  wanted?: string | null,
): Promise<string> {
  const gateways = await db
    .selectFrom('vcenter_gateway')
    .innerJoin('gateway', 'gateway.id', 'vcenter_gateway.gateway_id')
    .select(['gateway.id', 'gateway.status'])
    .where('vcenter_gateway.vcenter_id', '=', vcenterId)
    .orderBy('gateway.last_seen_at', (order) => order.desc().nullsLast())
    .execute();
  if (wanted) {
    if (gateways.some(({ id }) => id === wanted)) return wanted;
    throw new ConflictError(
      'GATEWAY_NOT_CONNECTED',
      'This gateway does not reach the vCenter.',
      'Choose one of the gateways of the vCenter, or leave the gateway out.',
    );
  }
  const connected = gateways.find(({ status }) => status === 'ACTIVATED');
  if (connected) return connected.id;
  throw new GatewayUnavailableError(
    'GATEWAY_OFFLINE',
    'No gateway that reaches this vCenter is connected.',
    'Start the gateway, or add the vCenter through another one, then try again.',
  );
}
