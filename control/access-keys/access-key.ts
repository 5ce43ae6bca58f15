import { createHash, timingSafeEqual } from 'node:crypto';
import type { IdSource } from '../../base/ids.ts';

const keyIdPattern = /^HF[A-Z2-7]{24}$/;
const secretPattern = /^[A-Za-z0-9_-]{43}$/;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An access key's two halves: the id is public, the secret is 256 random bits as base64url. */
export interface NewAccessKey {
  readonly keyId: string;
  readonly secret: string;
}

export function generateAccessKey(ids: IdSource): NewAccessKey {
  const keyId = `HF${Array.from(ids.bytes(24), (byte) => alphabet.charAt(byte % 32)).join('')}`;
  return { keyId, secret: generateSecret(ids) };
}

export function generateSecret(ids: IdSource): string {
  return ids.bytes(32).toString('base64url');
}

/** How a caller writes it: `Authorization: Bearer <id>.<secret>`. */
export function formatAccessKey(key: NewAccessKey): string {
  return `${key.keyId}.${key.secret}`;
}

export function parseAccessKey(text: string): NewAccessKey | undefined {
  const [keyId, secret, ...rest] = text.split('.');
  if (keyId === undefined || secret === undefined || rest.length > 0) return undefined;
  return keyIdPattern.test(keyId) && secretPattern.test(secret) ? { keyId, secret } : undefined;
}

/** What is stored. A plain hash is enough: the secret is 256 random bits, so there is nothing to guess. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** In constant time, also where there is no such key: then `stored` is undefined and the answer false. */
export function secretMatches(secret: string, stored: Buffer | undefined): boolean {
  const hash = hashSecret(secret);
  const expected = stored?.byteLength === hash.byteLength ? stored : Buffer.alloc(hash.byteLength);
  return timingSafeEqual(hash, expected) && stored !== undefined;
}
