import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { HoldfastError } from '../../base/errors.ts';

/** A public key (SPKI DER, base64) of the wanted kind, in its canonical DER. Throws INVALID_INPUT. */
export function readPublicKey(base64: string, kind: 'ed25519' | 'x25519'): { key: KeyObject; der: Buffer } {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === kind) return { key, der: key.export({ format: 'der', type: 'spki' }) };
  } catch {
    // Falls through: what cannot be read is as wrong as another kind of key.
  }
  throw new HoldfastError({
    code: 'INVALID_INPUT',
    message: `The public key is not an ${kind} key in SPKI DER.`,
    remedy: 'Update the gateway; this is a defect of its software.',
    retryable: false,
  });
}

/** Throws SIGNATURE_INVALID. `signature`: base64, Ed25519. */
export function checkSignature(input: Buffer, key: KeyObject, signature: string): void {
  if (verify(null, input, key, Buffer.from(signature, 'base64'))) return;
  throw new HoldfastError({
    code: 'SIGNATURE_INVALID',
    message: "The signature is not by the gateway's key.",
    remedy: 'Activate the gateway again with a new certificate.',
    retryable: false,
  });
}
