import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { HoldfastError } from '../../base/errors.ts';
import { isLoopback } from '../control-channel/base-url.ts';

export interface PageServer extends AsyncDisposable {
  /** `http://host:port/` */
  readonly url: string;
}

/** Whether a Host header means this machine by a name that nobody else can point here. */
function namesLoopback(host: string | undefined): boolean {
  const hostname = host === undefined ? undefined : URL.parse(`http://${host}/`)?.hostname;
  return hostname !== undefined && isLoopback(hostname);
}

/**
 * Listens for browsers. On loopback it answers only to loopback's own names: any site can point a name of its own at 127.0.0.1, and
 * would then be this page's origin for the browser of whoever sits here. Throws ADDRESS_IN_USE.
 */
export async function startPageServer(
  app: Hono,
  address: { readonly host: string; readonly port: number },
): Promise<PageServer> {
  const hostInUrl = address.host.includes(':') ? `[${address.host}]` : address.host;
  const handle = getRequestListener(app.fetch);
  const server = createServer((request, response) => {
    if (!isLoopback(hostInUrl) || namesLoopback(request.headers.host)) return handle(request, response);
    response.writeHead(421, { 'content-type': 'text/plain' });
    response.end('This page answers to localhost and 127.0.0.1 only.\n');
  });
  server.requestTimeout = 30_000;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(address.port, address.host, resolve);
  try {
    await promise;
  } catch (error) {
    throw new HoldfastError(
      {
        code: 'ADDRESS_IN_USE',
        message: `The gateway's page cannot listen on ${address.host}:${address.port}: ${error instanceof Error ? error.message : 'unknown'}.`,
        remedy: 'Choose another address or port for the page, or stop what listens there.',
        retryable: false,
      },
      { cause: error },
    );
  }
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : address.port;
  return {
    url: `http://${hostInUrl}:${port}/`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
}
