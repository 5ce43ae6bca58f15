import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { HoldfastError } from '../base/errors.ts';
import type { IdSource } from '../base/ids.ts';
import type { SealedSecret } from './primitives.ts';

/**
 * Seals `plaintext` to an X25519 public key (SPKI DER): ephemeral ECDH, HKDF-SHA-256, AES-256-GCM. `context` is bound in and must be
 * given again to open; it keeps a sealed secret from being used in another place.
 */
export function seal(publicKeyDer: Buffer, plaintext: Uint8Array, context: string, ids: IdSource): SealedSecret {
  const recipient = createPublicKey({ key: publicKeyDer, format: 'der', type: 'spki' });
  const ephemeral = generateKeyPairSync('x25519');
  const ephemeralDer = ephemeral.publicKey.export({ format: 'der', type: 'spki' });
  const key = deriveKey(
    diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient }),
    ephemeralDer,
    publicKeyDer,
  );
  const nonce = ids.bytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return {
    ephemeralKey: ephemeralDer.toString('base64'),
    nonce: nonce.toString('base64'),
    ciphertext: ciphertext.toString('base64'),
  };
}

/** Opens what {@link seal} made for this private key and context; throws SEAL_BROKEN for anything else. */
export function unseal(privateKey: KeyObject, sealed: SealedSecret, context: string): Buffer {
  try {
    const ephemeralDer = Buffer.from(sealed.ephemeralKey, 'base64');
    const ephemeral = createPublicKey({ key: ephemeralDer, format: 'der', type: 'spki' });
    const ownDer = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
    const key = deriveKey(diffieHellman({ privateKey, publicKey: ephemeral }), ephemeralDer, ownDer);
    const bytes = Buffer.from(sealed.ciphertext, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'base64')).setAAD(
      Buffer.from(context),
    );
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
  } catch (error) {
    throw new HoldfastError(
      {
        code: 'SEAL_BROKEN',
        message: 'A secret sent to this gateway could not be opened with its key.',
        remedy: 'Activate the gateway again with a new certificate, so that the control plane learns its present key.',
        retryable: false,
      },
      { cause: error },
    );
  }
}

function deriveKey(shared: Buffer, ephemeralDer: Buffer, recipientDer: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', shared, Buffer.concat([ephemeralDer, recipientDer]), 'holdfast-seal-v1', 32));
}

/** The `context` strings of everything that is sealed to a gateway. */
export const sealContext = {
  vcenterPassword: (vcenterId: string): string => `vcenter-password:${vcenterId}`,
  vaultKeys: (vaultId: string): string => `vault-keys:${vaultId}`,
  accessKey: (gatewayId: string): string => `access-key:${gatewayId}`,
  storageCredentials: (attemptId: string): string => `storage-credentials:${attemptId}`,
};
