import { hkdfSync } from 'node:crypto';
import type { ControlContext } from '../context.ts';
import { type SigningKey, signingKey } from '../signing-key.ts';

/** The control plane's key pair, and a secret derived from it for challenges, which only the control plane itself reads. */
export interface Signing extends SigningKey {
  readonly challengeSecret: Buffer;
}

const cache = new WeakMap<ControlContext, Promise<Signing>>();

/** Read once per process: the key never changes. Not for use inside a transaction. */
export function signing(control: ControlContext): Promise<Signing> {
  const known = cache.get(control);
  if (known) return known;
  const reading = read(control);
  cache.set(control, reading);
  reading.catch(() => cache.delete(control));
  return reading;
}

async function read(control: ControlContext): Promise<Signing> {
  const key = await signingKey(control);
  const secret = key.privateKey.export({ format: 'der', type: 'pkcs8' });
  return { ...key, challengeSecret: Buffer.from(hkdfSync('sha256', secret, '', 'holdfast-challenge-v1', 32)) };
}
