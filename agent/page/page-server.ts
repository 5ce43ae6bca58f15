import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { HoldfastError } from '../../base/errors.ts';

export interface PageServer extends AsyncDisposable {
  /** `http://host:port/` */
  readonly url: string;
}

/** Listens for browsers. Throws ADDRESS_IN_USE. */
export async function startPageServer(
  app: Hono,
  address: { readonly host: string; readonly port: number },
): Promise<PageServer> {
  const server = createServer(getRequestListener(app.fetch));
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
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return {
    url: `http://${host}:${port}/`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
}
