/** A gateway that showed a valid bearer. */
export interface GatewayPrincipal {
  readonly gatewayId: string;
}
