import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { HoldfastError } from '../../base/errors.ts';
import { isLoopback } from '../control-channel/base-url.ts';
import type { PageIdentity } from './page-identity.ts';
import { answerPlainHttp } from './plain-http.ts';
import { createTwoProtocolServer, type PageLimits, usualPageLimits } from './two-protocol-server.ts';

export interface PageServer extends AsyncDisposable {
  /** `https://host:port/` */
  readonly url: string;
}

export interface PageServerOptions {
  readonly host: string;
  readonly port: number;
  readonly identity: PageIdentity;
  readonly limits?: Partial<PageLimits>;
}

/** Whether a Host header means this machine by a name that nobody else can point here. */
function namesLoopback(host: string | undefined): boolean {
  const hostname = host === undefined ? undefined : URL.parse(`http://${host}/`)?.hostname;
  return hostname !== undefined && isLoopback(hostname);
}

/**
 * Listens for browsers, over HTTPS; plain HTTP on the same port is sent there. On loopback it answers only to loopback's own names: any
 * site can point a name of its own at 127.0.0.1, and would then be this page's origin for the browser of whoever sits here. Throws
 * ADDRESS_IN_USE.
 */
export async function startPageServer(
  app: { readonly fetch: Parameters<typeof getRequestListener>[0] },
  options: PageServerOptions,
): Promise<PageServer> {
  const { host, port, identity } = options;
  const hostInUrl = host.includes(':') ? `[${host}]` : host;
  const guard =
    (handle: RequestListener): RequestListener =>
    (request, response) => {
      if (!isLoopback(hostInUrl) || namesLoopback(request.headers.host)) return handle(request, response);
      response.writeHead(421, { 'content-type': 'text/plain' });
      response.end('This page answers to localhost and 127.0.0.1 only.\n');
    };
  const server = createTwoProtocolServer({
    identity,
    secure: guard(getRequestListener(app.fetch)),
    plain: guard(answerPlainHttp),
    limits: { ...usualPageLimits, ...options.limits },
  });
  try {
    const bound = await server.listen(host, port);
    return { url: `https://${hostInUrl}:${bound}/`, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  } catch (error) {
    throw new HoldfastError(
      {
        code: 'ADDRESS_IN_USE',
        message: `The gateway's page cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : 'unknown'}.`,
        remedy: 'Choose another address or port for the page, or stop what listens there.',
        retryable: false,
      },
      { cause: error },
    );
  }
}
