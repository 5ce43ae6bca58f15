import { HoldfastError } from '../../base/errors.ts';
import type { NetworkType } from '../../drivers/network/contract.ts';
import type { CertificatePayload } from '../../protocol/certificate.ts';
import type { AgentDrivers } from '../drivers.ts';

/** The control channel's base URL for the network chosen. Throws BAD_CONFIGURATION or CONTROL_URL_INSECURE. */
export function controlBaseUrl(
  certificate: Pick<CertificatePayload, 'regionId' | 'controlUrls'>,
  networkType: NetworkType,
  drivers: Pick<AgentDrivers, 'network'>,
): string {
  const region = { regionId: certificate.regionId, control: certificate.controlUrls, message: {}, data: {} };
  const { url } = drivers.network(networkType.toLowerCase()).endpoint('CONTROL', region);
  assertSecure(url);
  return url;
}

/** Secrets go through this channel: plain HTTP is good for loopback only. */
export function assertSecure(url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:') return;
  if (protocol === 'http:' && isLoopback(hostname)) return;
  throw new HoldfastError({
    code: 'CONTROL_URL_INSECURE',
    message: `The control plane's address ${url} is not HTTPS.`,
    remedy: 'Serve the control plane over HTTPS, issue a new certificate and activate with that one.',
    retryable: false,
  });
}

/** Names that the system resolves to itself, without asking anybody. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
