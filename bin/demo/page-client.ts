import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:tls';

/** Where a gateway's page is, and the SHA-256 fingerprint of the certificate it made itself; both from the agent's ready line. */
export interface PageAddress {
  readonly pageUrl: string;
  readonly pageFingerprint: string;
}

export interface PageAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface PageRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Posted; without it the page is got. */
  readonly body?: FormData;
  readonly signal?: AbortSignal;
}

/** One request to a gateway's page; rejects before anything is sent when the page has another certificate than the one expected. */
export async function askPage({ pageUrl, pageFingerprint }: PageAddress, asked: PageRequest): Promise<PageAnswer> {
  const encoded = asked.body && new Response(asked.body);
  const bytes = encoded && Buffer.from(await encoded.arrayBuffer());
  const type = encoded?.headers.get('content-type');
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asking = request(new URL(asked.path, pageUrl), {
    method: bytes ? 'POST' : 'GET',
    headers: { ...asked.headers, ...(bytes && { 'content-length': bytes.length, 'content-type': type ?? '' }) },
    ...(asked.signal && { signal: asked.signal }),
    createConnection(options, connected) {
      const { hostname } = new URL(pageUrl);
      const port = Number(options.port);
      const socket = connect({ host: hostname.replaceAll(/[[\]]/g, ''), port, rejectUnauthorized: false }, () => {
        if (socket.getPeerCertificate().fingerprint256 === pageFingerprint) return connected(null, socket);
        socket.destroy(new Error(`the page at ${pageUrl} has another certificate than expected`));
      });
      socket.once('error', (error) => connected(error, socket));
      return undefined;
    },
  });
  asking.once('response', resolve).once('error', reject).end(bytes);
  const answer = await promise;
  answer.setEncoding('utf8');
  let text = '';
  for await (const part of answer) text += part;
  return { status: answer.statusCode ?? 0, headers: headersOf(answer), text };
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let index = 0; index < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
  return headers;
}
