import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { GatewayKeys } from '../state/records.ts';

/** A new identity: Ed25519 signs, X25519 receives sealed secrets. */
export function generateGatewayKeys(): GatewayKeys {
  const encode = (type: 'ed25519' | 'x25519') => {
    const { privateKey } = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');
    return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  };
  return { signing: encode('ed25519'), sealing: encode('x25519') };
}

/** SPKI DER, base64, of a PKCS#8 DER, base64, private key. */
export function publicKeyOf(privateKey: string): string {
  return createPublicKey(openKey(privateKey)).export({ format: 'der', type: 'spki' }).toString('base64');
}

export function openKey(privateKey: string) {
  return createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
}

/** Ed25519, base64. */
export function signWith(privateKey: string, input: Buffer): string {
  return sign(null, input, openKey(privateKey)).toString('base64');
}
