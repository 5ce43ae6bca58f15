import type { NetworkType } from '../../drivers/network/contract.ts';
import type { CertificatePayload } from '../../protocol/certificate.ts';
import type { ToldServers } from '../state/records.ts';

/** What a certificate tells of servers besides the control plane. */
export function serversOf(certificate: CertificatePayload, messageNetwork: NetworkType): ToldServers {
  const url = certificate.messageUrls?.[messageNetwork];
  const ca = certificate.messageCa === undefined ? certificate.controlCa : certificate.messageCa;
  return {
    ...(url !== undefined && { message: { url, ca } }),
    ...(certificate.dataServer !== undefined && { data: certificate.dataServer }),
  };
}
