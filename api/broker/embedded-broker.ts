import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { HoldfastError } from '../../base/errors.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import { maxMessageBytes } from '../../protocol/messages.ts';
import { limitPackets } from './packet-limit.ts';
import { type BrokerPrincipal, mayPublish, maySubscribe } from './topic-permissions.ts';

export interface MessageCredentials {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
}

export interface EmbeddedBrokerOptions {
  /** Address to listen on; 127.0.0.1 unless gateways on other machines use this broker. */
  readonly host?: string;
  /** 0: any free port. */
  readonly port: number;
  /** PEM; makes the broker speak `mqtts`. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Whose credentials these are; undefined refuses the connection. */
  readonly verify: (credentials: MessageCredentials) => Promise<{ readonly gatewayId: string } | undefined>;
  readonly logger: Logger;
  readonly ids: IdSource;
}

export interface EmbeddedBroker extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** For the control plane's own bus in this process; new with each start. */
  readonly controlCredentials: { readonly username: string; readonly password: string };
  readonly connectedGateways: () => readonly string[];
  readonly openSockets: () => number;
  /** Ends the connections of one gateway, whose credentials are no longer good; `unless`: but those made with this password. */
  disconnectGateway(gatewayId: string, options?: { readonly unless: string }): void;
  close(): Promise<void>;
}

/** Topic, packet id and log-in, beside a message's own bytes. */
const packetOverheadBytes = 4_096;
const controlUsername = 'holdfast-control';
/** CONNACK return code 3: try again; gateways take 4 and 5 as a word about their credentials. */
const serverUnavailable = 3;
/** CONNACK return code 4 of MQTT 3.1.1: bad user name or password. */
const badCredentials = 4;
/** CONNACK return code 5: not authorised. */
const notAuthorised = 5;

/**
 * The MQTT 3.1.1 broker inside the control plane's process, for installations without one of their own. It has exactly the features the
 * protocol uses: no retained messages, wills or persistent sessions. Throws ADDRESS_IN_USE when the port is taken.
 */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const { logger } = options;
  const host = options.host ?? '127.0.0.1';
  const controlPassword = options.ids.bytes(32).toString('base64url');
  const principals = new WeakMap<Client, BrokerPrincipal>();
  /** Its connections, and a hash of the password each was made with. */
  const gateways = new Map<string, Map<Client, Buffer>>();
  const sockets = new Set<Socket>();

  /** Until its connection ends, whatever stage it is in: one that goes before its credentials were looked up is never told of as disconnected. */
  const remember = (client: Client, gatewayId: string, hash: Buffer): void => {
    if (client.conn.destroyed) return;
    const clients = gateways.get(gatewayId) ?? new Map<Client, Buffer>();
    gateways.set(gatewayId, clients.set(client, hash));
    client.conn.once('close', () => {
      clients.delete(client);
      if (clients.size === 0 && gateways.get(gatewayId) === clients) gateways.delete(gatewayId);
    });
  };

  const identify = async (credentials: MessageCredentials): Promise<BrokerPrincipal | undefined> => {
    if (credentials.username === controlUsername)
      return equal(credentials.password, controlPassword) ? { kind: 'control' } : undefined;
    const gateway = await options.verify(credentials);
    return gateway && { kind: 'gateway', gatewayId: gateway.gatewayId };
  };

  const broker = await Aedes.createBroker({
    concurrency: 100,
    maxClientsIdLength: 64,
    connectTimeout: 10_000,
    maxTopicLevels: 8,
    preConnect(_client, packet, done) {
      if (packet.will) return done(new Error('wills are not part of this protocol'), false);
      if (!packet.clean) return done(new Error('only clean sessions are part of this protocol'), false);
      done(null, true);
    },
    authenticate(client, username, password, done) {
      const refuse = (returnCode: number) =>
        done(Object.assign<Error, Pick<AuthenticateError, 'returnCode'>>(new Error('refused'), { returnCode }), null);
      if (!username || !password) return refuse(notAuthorised);
      identify({ clientId: client.id, username, password: password.toString('utf8') }).then(
        (principal) => {
          if (!principal) {
            logger.warn({ clientId: client.id }, 'message channel: credentials refused');
            return refuse(badCredentials);
          }
          principals.set(client, principal);
          if (principal.kind === 'gateway') remember(client, principal.gatewayId, sha256(password));
          done(null, true);
        },
        (error: unknown) => {
          logger.error({ err: error }, 'message channel: credentials could not be checked');
          refuse(serverUnavailable);
        },
      );
    },
    authorizePublish(client, packet, done) {
      const principal = client ? principals.get(client) : undefined;
      if (!principal || !mayPublish(principal, packet.topic)) return done(new Error('topic not permitted'));
      if (packet.retain) return done(new Error('retained messages are not part of this protocol'));
      if (packet.payload.length > maxMessageBytes) return done(new Error('message too large'));
      done(null);
    },
    authorizeSubscribe(client, subscription, done) {
      const principal = principals.get(client);
      done(null, principal && maySubscribe(principal, subscription.topic) ? subscription : null);
    },
  });
  broker.on('clientError', (client, error) =>
    logger.debug({ clientId: client.id, reason: error.message }, 'message client error'),
  );
  broker.on('connectionError', (_client, error) => logger.debug({ reason: error.message }, 'message connection error'));

  const accept = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    broker.handle(socket);
    limitPackets(socket, maxMessageBytes + packetOverheadBytes);
  };
  const server = options.tls ? createTlsServer({ ...options.tls }, accept) : createTcpServer(accept);
  try {
    await listen(server, host, options.port);
  } catch (error) {
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    throw error;
  }
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;

  const close = async () => {
    const closed = server.listening ? new Promise<void>((resolve) => server.close(() => resolve())) : undefined;
    if (!broker.closed) await new Promise<void>((resolve) => broker.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: `${options.tls ? 'mqtts' : 'mqtt'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    controlCredentials: { username: controlUsername, password: controlPassword },
    connectedGateways: () => [...gateways.keys()],
    openSockets: () => sockets.size,
    disconnectGateway: (gatewayId, keep) => {
      const kept = keep && sha256(Buffer.from(keep.unless));
      for (const [client, hash] of gateways.get(gatewayId) ?? []) if (!kept?.equals(hash)) client.close();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new HoldfastError(
      {
        code: 'ADDRESS_IN_USE',
        message: `The embedded message broker cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : 'unknown'}.`,
        remedy: 'Choose another address and port for it, or stop what listens there.',
        retryable: false,
      },
      { cause: error },
    );
  }
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function equal(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
