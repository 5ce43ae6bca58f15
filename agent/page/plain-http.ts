import type { IncomingMessage, ServerResponse } from 'node:http';

/** A Host header that may stand in a redirect: a plain name or address, and a port. */
const plainHost = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * What plain HTTP gets: the way to the same page over TLS, and never an act. What is not GET or HEAD is refused, because its content,
 * perhaps secrets, went in clear already.
 */
export function answerPlainHttp(request: IncomingMessage, response: ServerResponse): void {
  const location = secureUrlOf(request);
  response.setHeader('connection', 'close');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('x-content-type-options', 'nosniff');
  if (request.method === 'GET' || request.method === 'HEAD') {
    response.writeHead(308, { location });
    response.end(request.method === 'HEAD' ? undefined : `This page is at ${location}\n`);
    return;
  }
  response.writeHead(426, { upgrade: 'TLS/1.2, HTTP/1.1', connection: 'upgrade, close' });
  response.end(
    `Nothing was done: this page takes forms over HTTPS only. Open ${location} and send the form there.\n` +
      'What was sent went over the network unencrypted: if it held a password or an access key, replace it.\n',
  );
}

/** Where the request would have been right; built from a Host that was looked at, else from the address it arrived at. */
function secureUrlOf({ headers, socket, url }: IncomingMessage): string {
  const { localAddress = 'localhost', localPort = 443 } = socket;
  const address = localAddress.replace(/^::ffff:/, '');
  const arrivedAt = new URL(`https://${address.includes(':') ? `[${address}]` : address}:${localPort}/`);
  const host = headers.host && plainHost.test(headers.host) ? headers.host : undefined;
  const base = (host && URL.parse(`https://${host}/`)) || arrivedAt;
  // A Host without a port means 80, where nobody speaks TLS.
  if (!/:\d+$/.test(host ?? '')) base.port = String(localPort);
  const wanted = URL.parse(url ?? '/', base);
  base.pathname = wanted?.pathname ?? '/';
  base.search = wanted?.search ?? '';
  return base.href;
}
