import type { IdSource } from '../../base/ids.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits, as in Alibaba Cloud's keys. */
export function randomText(ids: IdSource, length: number): string {
  return [...ids.bytes(length)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** `5B1A…`: 24 hexadecimal digits for OSS, or a UUID in capitals for STS. */
export const objectRequestId = (ids: IdSource): string => ids.bytes(12).toString('hex').toUpperCase();
export const stsRequestId = (ids: IdSource): string => ids.uuid().toUpperCase();
