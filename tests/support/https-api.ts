import { request } from 'node:https';
import { generate } from 'selfsigned';
import type { Answer } from './public-api.ts';

export interface SelfMadeTls {
  /** All PEM. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A CA of one's own and a server certificate for loopback by it, as an operator without a public name would make them. */
export async function createSelfMadeTls(): Promise<SelfMadeTls> {
  const common = { algorithm: 'sha256', keyType: 'ec' } as const;
  const authority = await generate([{ name: 'commonName', value: 'Our own CA' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'holdfast.internal' }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { ca: authority.cert, cert: server.cert, key: server.private };
}

/** Posts one GraphQL document over HTTPS, trusting only `ca`. Top-level errors are thrown. */
export async function askSecurely(
  target: { readonly url: string; readonly ca: string; readonly key: string },
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Answer['data']> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const post = request(
    `${target.url}/graphql`,
    {
      method: 'POST',
      ca: target.ca,
      headers: { authorization: `Bearer ${target.key}`, 'content-type': 'application/json' },
    },
    (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(text)).on('error', reject);
    },
  );
  post.on('error', reject).end(JSON.stringify({ query, variables }));
  const { data, errors } = JSON.parse(await promise);
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
