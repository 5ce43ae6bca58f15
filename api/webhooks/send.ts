import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { HoldfastError } from '../../base/errors.ts';
import { isAllowedAddress, lookupAllowed, notAllowed, type WebhookNetworks } from './receivers.ts';

/** POSTs one body and answers with the receiver's HTTP status; its content is not read. Follows no redirect. Throws what keeps it from being sent. */
export async function postWebhook(
  target: { readonly url: string; readonly body: string; readonly headers: Readonly<Record<string, string>> },
  networks: WebhookNetworks,
  signal: AbortSignal,
): Promise<number> {
  const url = new URL(target.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol !== 'https:' && networks === 'PUBLIC') throw httpsOnly();
  // A literal address is never looked up.
  if (isIP(host) !== 0 && !isAllowedAddress(host, networks)) throw notAllowed(url.host);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const body = Buffer.from(target.body);
  const outgoing = send(
    url,
    {
      method: 'POST',
      agent: false,
      lookup: lookupAllowed(networks),
      signal,
      headers: {
        ...target.headers,
        'content-type': 'application/json',
        'content-length': body.length,
        'user-agent': 'Holdfast-Webhooks',
      },
    },
    (response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    },
  );
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}

function httpsOnly(): HoldfastError {
  return new HoldfastError({
    code: 'RECEIVER_NOT_ALLOWED',
    message: 'A webhook on the public internet must have an https: URL.',
    remedy: 'Change its URL, or have the operator allow private networks (HOLDFAST_WEBHOOK_NETWORKS).',
    retryable: false,
  });
}
