import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface LoopbackServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface LoopbackServerOptions {
  /** 0 for a free one. */
  readonly port: number;
  /** With it HTTPS, without it HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly handle: RequestHandler;
  /** What a handler threw; its connection is cut. */
  readonly onFailure: (error: unknown) => void;
}

/** A server on 127.0.0.1 that puts no time limit on a request: uploads may be slow, and faults may hold one up for ever. */
export async function startLoopbackServer(options: LoopbackServerOptions): Promise<LoopbackServer> {
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    options.handle(request, response).catch((error: unknown) => {
      options.onFailure(error);
      request.socket.destroy();
    });
  };
  const limits = { keepAliveTimeout: 60_000, requestTimeout: 0 };
  const server: Server = options.tls
    ? createHttpsServer({ ...options.tls, ...limits }, listener)
    : createHttpServer(limits, listener);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(options.port, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    port: address.port,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

/** Starts four of them, or none. */
export async function startLoopbackServers(options: Four<LoopbackServerOptions>): Promise<Four<LoopbackServer>> {
  const started: LoopbackServer[] = [];
  const start = async (each: LoopbackServerOptions) => {
    const server = await startLoopbackServer(each);
    started.push(server);
    return server;
  };
  try {
    return [await start(options[0]), await start(options[1]), await start(options[2]), await start(options[3])];
  } catch (error) {
    for (const server of started) await server.close();
    throw error;
  }
}

type Four<T> = readonly [T, T, T, T];
