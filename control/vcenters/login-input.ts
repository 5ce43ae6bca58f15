import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { isVcenterAddress } from './address.ts';

/** The fields that say how a vCenter is logged in to, shared by everything that takes them. */
export const fingerprintSchema = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/, 'must be a SHA-256 fingerprint: 32 pairs of hex digits with colons');

export const addressSchema = z
  .string()
  .trim()
  .max(300)
  .refine(isVcenterAddress, { message: 'must be a host name or IP address with an optional :port, and no URL' });

/** Neither is trimmed or otherwise changed. */
export const usernameSchema = credential(256);
export const passwordSchema = credential(1_024);

/** PEM certificates; what stands around them is dropped, so that a private key pasted along is not kept. */
export const authoritySchema = z
  .string()
  .max(65_536)
  .transform((text, context) => {
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    if (blocks.length > 0 && blocks.every(isCertificate)) return `${blocks.join('\n')}\n`;
    context.addIssue({
      code: 'custom',
      params: { code: 'INVALID_FORMAT' },
      message: 'must be one or more certificates in PEM: -----BEGIN CERTIFICATE----- …',
    });
    return z.NEVER;
  });

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

/** Every character that SOAP can carry (https://www.w3.org/TR/xml/#charsets); no vCenter can have another one in a login. */
function credential(max: number) {
  const message = 'must not contain characters that XML cannot carry';
  return z
    .string()
    .min(1, 'must not be empty')
    .max(max)
    .refine(
      (text) => text.isWellFormed() && !/[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text),
      message,
    );
}
