/** What the broker has to know of one gateway. */
export interface GatewayLogin {
  /** Also its user name. */
  readonly gatewayId: string;
  /** The only client id it may connect with. */
  readonly clientId: string;
  readonly password: string;
  /** Names this control plane, so that it never takes away what another one gave. */
  readonly installation: string;
}

/**
 * Who may use the message broker: each gateway with its own credentials, publishing to its own `up` topic and listening to its own `down` topic, and
 * nothing else. api implements it for the embedded broker and for Mosquitto.
 *
 * Every method may be called again, and by several processes at once: what is as it should be is left alone, so nobody is disconnected without need.
 * They throw HoldfastError: MESSAGE_CHANNEL_DOWN, MESSAGE_ACCESS_TIMEOUT (the broker did not answer: it is stalled, or this control plane may not manage its
 * permissions) or MESSAGE_ACCESS_FAILED (it answered with an error). Nothing depends on success: without the broker gateways poll.
 */
export interface MessageAccess {
  /** Verifies that permissions can be managed, and sees to those that are not a single gateway's: nobody else may do anything. */
  prepare(signal: AbortSignal): Promise<void>;
  /**
   * From now on the broker takes exactly this login for the gateway; a connection with other credentials of it ends. `refused`: the broker is known to have
   * refused them, so they are written even if they seem to be in force.
   */
  ensureGateway(login: GatewayLogin, options: { readonly refused: boolean }, signal: AbortSignal): Promise<void>;
  /** The broker no longer knows the gateway, and its connection ends. */
  removeGateway(gatewayId: string, signal: AbortSignal): Promise<void>;
  /** The gateways for whom the broker's permissions are not as they should be: of `logins`, and of those it knows for this installation besides them. */
  differing(installation: string, logins: readonly GatewayLogin[], signal: AbortSignal): Promise<readonly string[]>;
  /** Calls `listener` when the broker may have forgotten what it was told: after each new connection to it. */
  onUncertain(listener: () => void): Disposable;
}

/** Where permissions are nobody's business here: the operator's own broker, or no broker at all. */
export const unmanagedMessageAccess: MessageAccess = {
  prepare: async () => undefined,
  ensureGateway: async () => undefined,
  removeGateway: async () => undefined,
  differing: async () => [],
  onUncertain: () => ({ [Symbol.dispose]: () => undefined }),
};
