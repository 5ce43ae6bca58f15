import { createHmac } from 'node:crypto';

/**
 * The headers of the Standard Webhooks specification, version 1 (standardwebhooks.com): an HMAC-SHA-256 over id, time and body with
 * what follows `whsec_` in the secret, decoded. `at` in milliseconds.
 */
export function webhookHeaders(delivery: {
  readonly id: string;
  readonly body: string;
  readonly secret: string;
  readonly at: number;
}): Record<string, string> {
  const timestamp = String(Math.floor(delivery.at / 1_000));
  const key = Buffer.from(delivery.secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${delivery.id}.${timestamp}.${delivery.body}`).digest('base64');
  return { 'webhook-id': delivery.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
