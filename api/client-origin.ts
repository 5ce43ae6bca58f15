import type { IncomingMessage } from 'node:http';

/** Where a request came from, as far as this end of the socket knows. */
export interface ClientOrigin {
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** Behind a proxy of the operator's own, the last entry of X-Forwarded-For is the one that proxy wrote. */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustProxy: boolean,
): string | null {
  const forwarded = trustProxy ? forwardedFor?.split(',').at(-1)?.trim() : undefined;
  return forwarded || socketAddress || null;
}

export function clientOrigin(request: IncomingMessage | undefined, trustProxy: boolean): ClientOrigin {
  const forwardedFor = [request?.headers['x-forwarded-for'] ?? []].flat().join(',');
  return {
    address: clientAddress(request?.socket.remoteAddress, forwardedFor, trustProxy),
    userAgent: request?.headers['user-agent'] ?? null,
  };
}
