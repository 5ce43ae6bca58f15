import type { ControlContext } from '../context.ts';

const place = (id: string) => ({ table: 'webhook', column: 'secret_sealed', id });

/** As the Standard Webhooks specification writes secrets (standardwebhooks.com): `whsec_` and 24 to 64 random bytes in base64. */
export function newWebhookSecret(control: Pick<ControlContext, 'ids'>): string {
  return `whsec_${control.ids.bytes(32).toString('base64')}`;
}

export function sealWebhookSecret(control: Pick<ControlContext, 'vault'>, id: string, secret: string): Buffer {
  return control.vault.seal(Buffer.from(secret), place(id));
}

export function openWebhookSecret(control: Pick<ControlContext, 'vault'>, id: string, sealed: Buffer): string {
  return control.vault.open(sealed, place(id)).toString();
}
