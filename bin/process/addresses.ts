import { createServer } from 'node:net';
import type { NetworkUrls } from '../../control/config.ts';
import type { ApiVariables } from '../configuration/api.ts';
import { badConfiguration } from '../configuration/read.ts';

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/;

export const isLoopback = (host: string): boolean => loopback.test(host);

/** Bases of both channels as gateways reach them, from the configuration or, on loopback, from where this process listens. */
export function networkUrls(
  what: string,
  configured: NetworkUrls,
  listening: { readonly host: string; readonly url: string },
): NetworkUrls {
  const { VPC, INTERNET } = configured;
  if (VPC !== undefined || INTERNET !== undefined) return configured;
  if (loopback.test(listening.host)) return { VPC: listening.url, INTERNET: listening.url };
  throw badConfiguration(
    `The ${what} listens on ${listening.host}, and nothing says how gateways reach it.`,
    what === 'broker'
      ? 'Set HOLDFAST_MESSAGE_URL_INTERNET or HOLDFAST_MESSAGE_URL_VPC.'
      : 'Set HOLDFAST_PUBLIC_URL_INTERNET or HOLDFAST_PUBLIC_URL_VPC.',
  );
}

/** Secrets travel over the control channel, so beyond loopback it is HTTPS, here or at a proxy that is trusted. */
export function requireTlsBeyondLoopback(variables: ApiVariables): void {
  if (loopback.test(variables.HOLDFAST_API_HOST) || variables.HOLDFAST_TRUST_PROXY) return;
  if (variables.HOLDFAST_TLS_CERT_FILE !== undefined) return;
  throw badConfiguration(
    `HOLDFAST_API_HOST is ${variables.HOLDFAST_API_HOST}, which others reach, without TLS.`,
    'Set HOLDFAST_TLS_CERT_FILE and HOLDFAST_TLS_KEY_FILE, or HOLDFAST_TRUST_PROXY=true behind a proxy that speaks TLS.',
  );
}

/** The port itself, or a free one for 0: the addresses told to gateways have to be known before anything listens. */
export async function chosenPort(port: number, host: string): Promise<number> {
  if (port !== 0) return port;
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
