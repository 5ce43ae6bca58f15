import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { HoldfastError } from '../base/errors.ts';
import { type IdSource, systemIds } from '../base/ids.ts';

/** Which cell a secret belongs to: bound into the ciphertext, so that one cannot be moved to another row or column. */
export interface SecretPlace {
  readonly table: string;
  readonly column: string;
  readonly id: string;
}

/** Encrypts secrets at rest with the key-encryption key (AES-256-GCM, random nonce). */
export interface SecretBox {
  seal(plaintext: Uint8Array, place: SecretPlace): Buffer;
  /** Throws SECRET_UNREADABLE when the key or the place is another one. */
  open(sealed: Uint8Array, place: SecretPlace): Buffer;
  /** HMAC-SHA-256 with a key derived for `purpose`: for challenges that need no memory, and to compare what may not be stored. */
  mac(message: string | Uint8Array, purpose: string): Buffer;
}

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** `key`: the key-encryption key, 32 bytes. */
export function createSecretBox(key: Uint8Array, ids: IdSource = systemIds): SecretBox {
  if (key.byteLength !== 32) {
    throw new HoldfastError({
      code: 'BAD_CONFIGURATION',
      message: `The key-encryption key has ${key.byteLength} bytes instead of 32.`,
      remedy: 'Give 32 random bytes as base64 or hex, for example from "openssl rand -base64 32".',
      retryable: false,
    });
  }
  const secret = Buffer.from(key);
  return {
    seal(plaintext, place) {
      const nonce = ids.bytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', secret, nonce).setAAD(associatedData(place));
      return Buffer.concat([Buffer.of(version), nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed);
      try {
        if (bytes.readUInt8(0) !== version) throw new Error('unknown version of a sealed secret');
        const nonce = bytes.subarray(1, 1 + nonceBytes);
        const decipher = createDecipheriv('aes-256-gcm', secret, nonce, { authTagLength: tagBytes });
        decipher.setAAD(associatedData(place)).setAuthTag(bytes.subarray(-tagBytes));
        return Buffer.concat([decipher.update(bytes.subarray(1 + nonceBytes, -tagBytes)), decipher.final()]);
      } catch (error) {
        throw new HoldfastError(
          {
            code: 'SECRET_UNREADABLE',
            message: `The secret ${place.table}.${place.column} cannot be decrypted with this key-encryption key.`,
            remedy: 'Start the control plane with the key-encryption key it was set up with.',
            retryable: false,
          },
          { cause: error },
        );
      }
    },
    mac(message, purpose) {
      const derived = Buffer.from(hkdfSync('sha256', secret, '', `holdfast-mac-v1 ${purpose}`, 32));
      return createHmac('sha256', derived).update(message).digest();
    },
  };
}

function associatedData(place: SecretPlace): Buffer {
  return Buffer.from(['holdfast-secret-v1', place.table, place.column, place.id].join('\n'));
}

/** A key-encryption key as written in configuration: base64 (also url-safe) or hex of 32 bytes. Undefined for anything else. */
export function parseKeyEncryptionKey(text: string): Buffer | undefined {
  const trimmed = text.trim();
  if (/^[0-9a-fA-F]{64}$/.test(trimmed)) return Buffer.from(trimmed, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return undefined;
  const key = Buffer.from(trimmed, 'base64');
  return key.byteLength === 32 ? key : undefined;
}
