import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Socket } from 'node:net';
import type { PageIdentity } from './page-identity.ts';

/** What one visitor, or all of them, may take. Times in milliseconds. */
export interface PageLimits {
  /** From the connection to its first byte. */
  readonly firstByteMs: number;
  readonly handshakeMs: number;
  /** For a request's headers, and for all of it. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** Without a byte in either direction. */
  readonly idleMs: number;
  readonly connections: number;
  readonly connectionsOfOneAddress: number;
}

export const usualPageLimits: PageLimits = {
  firstByteMs: 10_000,
  handshakeMs: 10_000,
  headersMs: 15_000,
  requestMs: 30_000,
  idleMs: 120_000,
  connections: 256,
  connectionsOfOneAddress: 64,
};

/** First byte of a TLS record that holds a handshake (RFC 8446, section 5.1). */
const tlsHandshake = 0x16;

/** One port that speaks HTTPS, and enough HTTP to say so. */
export interface TwoProtocolServer extends AsyncDisposable {
  /** Rejects as listen fails. Resolves with the port. */
  listen(host: string, port: number): Promise<number>;
}

/** The first byte of a connection tells who is to have it. */
export function createTwoProtocolServer(options: {
  readonly identity: PageIdentity;
  readonly secure: RequestListener;
  readonly plain: RequestListener;
  readonly limits: PageLimits;
}): TwoProtocolServer {
  const { identity, limits } = options;
  const { headersMs: headersTimeout, requestMs: requestTimeout } = limits;
  const common = { headersTimeout, requestTimeout, connectionsCheckingInterval: Math.min(5_000, headersTimeout / 2) };
  const keyAndCertificate = () => ({ key: identity.privateKey, cert: identity.certificate });
  const https = createHttpsServer(
    { ...common, ...keyAndCertificate(), handshakeTimeout: limits.handshakeMs },
    options.secure,
  );
  const http = createHttpServer(common, options.plain);
  identity.onRenewed(() => https.setSecureContext(keyAndCertificate()));
  for (const server of [https, http] satisfies Server[]) {
    server.timeout = limits.idleMs;
    // They never listen themselves; without this event they would not hold their time-outs either.
    server.emit('listening');
  }

  const sockets = new Map<Socket, string>();
  const entrance = createServer((socket) => {
    const address = socket.remoteAddress ?? '';
    socket.on('error', () => socket.destroy());
    const neighbours = [...sockets.values()].filter((other) => other === address).length;
    if (neighbours >= limits.connectionsOfOneAddress) return void socket.destroy();
    sockets.set(socket, address);
    socket.once('close', () => sockets.delete(socket));
    takeFirstByte(socket, limits.firstByteMs, (isTls) => (isTls ? https : http).emit('connection', socket));
  });
  entrance.maxConnections = limits.connections;
  return {
    async listen(host, port) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      entrance.once('error', reject);
      entrance.listen(port, host, resolve);
      await promise;
      // A connection that could not be taken, for want of file descriptors for instance: the next one may be.
      entrance.on('error', () => undefined);
      const bound = entrance.address();
      return typeof bound === 'object' && bound ? bound.port : port;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((done) => entrance.close(() => done()));
      for (const socket of sockets.keys()) socket.destroy();
      https.close();
      http.close();
      await closed;
    },
  };
}

/** Looks at the first byte without taking it; who sends none in time, or hangs up, is let go. */
function takeFirstByte(socket: Socket, withinMs: number, give: (isTls: boolean) => void): void {
  const giveUp = () => socket.destroy();
  socket.setTimeout(withinMs, giveUp);
  socket.once('end', giveUp);
  socket.once('data', (first: Buffer) => {
    socket.pause();
    socket.setTimeout(0);
    socket.off('timeout', giveUp).off('end', giveUp);
    socket.unshift(first);
    give(first[0] === tlsHandshake);
    // Whoever has it reads what was put back in its own next tick.
    process.nextTick(() => socket.resume());
  });
}
