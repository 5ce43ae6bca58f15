import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

export interface RawRequest {
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

export interface RawAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body: string;
}

export interface RawServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly fingerprint: string;
  readonly certificate: string;
  readonly requests: readonly RawRequest[];
}

/** An HTTPS server on loopback that answers each POST with what `answer` says; undefined never answers. */
export async function startRawServer(
  answer: (request: RawRequest, index: number) => RawAnswer | undefined,
): Promise<RawServer> {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const requests: RawRequest[] = [];
  const server = createServer({ key: pems.private, cert: pems.cert }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const received = { body: Buffer.concat(chunks).toString('utf8'), headers: request.headers };
      requests.push(received);
      const answered = answer(received, requests.length - 1);
      if (!answered) return;
      response.writeHead(answered.status ?? 200, { 'content-type': 'text/xml', ...answered.headers });
      response.end(answered.body);
    });
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return {
    host: '127.0.0.1',
    port: address.port,
    fingerprint: new X509Certificate(pems.cert).fingerprint256,
    certificate: pems.cert,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A SOAP answer as vCenter writes it. */
export function envelope(body: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n' +
    `<soapenv:Body>\n${body}\n</soapenv:Body>\n</soapenv:Envelope>`
  );
}

/** A SOAP fault as vCenter writes it. */
export function fault(type: string, text: string, inside = ''): RawAnswer {
  return {
    status: 500,
    body: envelope(
      `<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>${text}</faultstring>` +
        `<detail><${type}Fault xmlns="urn:vim25" xsi:type="${type}">${inside}</${type}Fault></detail></soapenv:Fault>`,
    ),
  };
}
