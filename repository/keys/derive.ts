import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { KEY_LENGTH } from './epochs.ts';

/** Bytes of a GCM tag. */
export const TAG_LENGTH = 16;
/** For keys that seal exactly one message. */
export const ZERO_NONCE = Buffer.alloc(12);

/** HKDF-SHA256 with `info` = label ‖ 00 ‖ context. */
export function deriveKey(ikm: Uint8Array, salt: Uint8Array, label: string, ...context: readonly Uint8Array[]): Buffer {
  return Buffer.from(
    hkdfSync('sha256', ikm, salt, Buffer.concat([Buffer.from(label), Buffer.of(0), ...context]), KEY_LENGTH),
  );
}

export function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/** AES-256-GCM: ciphertext and tag. */
export function seal(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): readonly [ciphertext: Buffer, tag: Buffer] {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(aad);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return [ciphertext, cipher.getAuthTag()];
}

/** Undefined when `sealed` (ciphertext ‖ tag) does not authenticate. */
export function unseal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < TAG_LENGTH) return undefined;
  const split = sealed.length - TAG_LENGTH;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_LENGTH });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(split));
  const plaintext = decipher.update(sealed.subarray(0, split));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plaintext;
}
