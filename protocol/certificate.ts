import type { KeyObject } from 'node:crypto';
import { CompactSign, compactVerify, decodeJwt } from 'jose';
import { z } from 'zod';
import { HoldfastError } from '../base/errors.ts';
import { networkType, shortText, uuid } from './primitives.ts';

/** A server of objects, as the gateway's data network reaches it. */
export const dataServer = z.object({
  host: shortText,
  port: z.number().int().min(1).max(65_535),
  /** As the gateway was set when the certificate was issued. */
  https: z.boolean(),
  /** PEM; null: a publicly trusted one. */
  ca: z.string().max(16_384).nullable(),
});
export type DataServer = z.infer<typeof dataServer>;

/** The longest certificate file: three CAs of the largest size fit. Characters. */
export const longestCertificate = 81_920;

/** What a gateway certificate says. A compact JWS signed with EdDSA by the control plane. Times: seconds since the epoch. */
export const certificatePayload = z.object({
  version: z.literal(1),
  /** The certificate's own id. */
  jti: uuid,
  gatewayId: uuid,
  gatewayName: shortText,
  regionId: shortText,
  /** Base URLs of the control channel by network; at least one. */
  controlUrls: z.partialRecord(networkType, z.url()),
  /** PEM of the CA that signed the control plane's TLS certificate; null: a publicly trusted one, or plain HTTP on loopback. */
  controlCa: z.string().max(16_384).nullable(),
  /** Base URLs of the message channel by network, for the gateway's probe; hello tells the one in force. Absent: nothing is known. */
  messageUrls: z.partialRecord(networkType, z.url()).optional(),
  /** PEM of the CA behind the broker's certificate; null: a publicly trusted one; absent: `controlCa`. */
  messageCa: z.string().max(16_384).nullable().optional(),
  /** Where the vault's objects are, for the gateway's probe. null: not behind a network address, as a directory; absent: nothing is known. */
  dataServer: dataServer.nullable().optional(),
  iat: z.number().int(),
  exp: z.number().int(),
});
export type CertificatePayload = z.infer<typeof certificatePayload>;

const invalid = (reason: string, cause?: unknown) =>
  new HoldfastError(
    {
      code: 'CERTIFICATE_INVALID',
      message: `This is not a valid gateway certificate: ${reason}.`,
      remedy: 'Download the certificate of this gateway again and use the file unchanged.',
      retryable: false,
    },
    { cause },
  );

export async function signCertificate(
  payload: CertificatePayload,
  privateKey: KeyObject,
  keyId: string,
): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(certificatePayload.parse(payload))))
    .setProtectedHeader({ alg: 'EdDSA', typ: 'holdfast-gateway+jwt', kid: keyId })
    .sign(privateKey);
}

/** For the control plane: the signature is checked, expiry is not (the caller tells the two apart). Throws CERTIFICATE_INVALID. */
export async function verifyCertificate(certificate: string, publicKey: KeyObject): Promise<CertificatePayload> {
  try {
    const { payload } = await compactVerify(certificate.trim(), publicKey, { algorithms: ['EdDSA'] });
    return certificatePayload.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
  } catch (error) {
    throw invalid('its signature or content is wrong', error);
  }
}

/** For the gateway: it cannot know the signer's key, the file itself is what its operator trusts. Throws CERTIFICATE_INVALID. */
export function readCertificate(certificate: string): CertificatePayload {
  try {
    return certificatePayload.parse(decodeJwt(certificate.trim()));
  } catch (error) {
    throw invalid('it cannot be read', error);
  }
}
