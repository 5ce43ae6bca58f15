import { type MessageAccess, unmanagedMessageAccess } from '../../control/message-access.ts';
import type { EmbeddedBroker } from './embedded-broker.ts';

/** The embedded broker asks for each log-in whether it is good, so all that is left is to end connections whose credentials no longer are. */
export function embeddedAccess(broker: EmbeddedBroker): MessageAccess {
  return {
    ...unmanagedMessageAccess,
    ensureGateway: async ({ gatewayId, password }) => broker.disconnectGateway(gatewayId, { unless: password }),
    removeGateway: async (gatewayId) => broker.disconnectGateway(gatewayId),
    differing: async (_installation, logins) =>
      broker.connectedGateways().filter((gatewayId) => !logins.some((login) => login.gatewayId === gatewayId)),
  };
}
