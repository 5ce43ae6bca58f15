import { HoldfastError } from '../../base/errors.ts';
import { askPage, type PageAddress } from './page-client.ts';

export interface ActivationForm {
  readonly certificate: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly password: string;
  readonly controlNetwork: 'VPC' | 'INTERNET';
  readonly messageNetwork: 'VPC' | 'INTERNET';
}

/**
 * Fills in the gateway's activation form and sends it, as a browser without scripts would. Resolves with the page's answer; throws
 * ACTIVATION_REFUSED with the page's own words when it was refused.
 */
export async function submitActivation(address: PageAddress, form: ActivationForm, signal: AbortSignal): Promise<void> {
  const page = await askPage(address, { path: '/', signal });
  const csrfToken = /name="csrfToken" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const cookie = page.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const body = new FormData();
  body.set('csrfToken', csrfToken);
  body.set('certificateFile', new Blob([form.certificate], { type: 'application/octet-stream' }), 'gateway.crt');
  body.set('accessKeyId', form.accessKeyId);
  body.set('accessKeySecret', form.accessKeySecret);
  body.set('password', form.password);
  body.set('passwordAgain', form.password);
  body.set('controlNetwork', form.controlNetwork);
  body.set('messageNetwork', form.messageNetwork);
  const headers = { cookie, origin: new URL(address.pageUrl).origin };
  const { status, text } = await askPage(address, { path: '/activate', body, headers, signal });
  if (status < 400) return;
  const main = /<main>(.*)<\/main>/s.exec(text)?.[1] ?? '';
  const words = main
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  throw new HoldfastError({
    code: 'ACTIVATION_REFUSED',
    message: `The gateway's page refused the activation (${status}): ${words || 'no reason given'}`,
    remedy: 'Correct what the page says and send the form again.',
    retryable: false,
  });
}
