import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { ControlContext } from './context.ts';

/** The control plane's own Ed25519 key: signs certificates, bearers and commits. */
export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const name = 'signing-key-1';
const place = { table: 'control_secret', column: 'value_sealed', id: name };

/** Reads the signing key; the very first process makes it. Of several that start at once, one key wins and all use it. */
export async function signingKey(control: Pick<ControlContext, 'db' | 'vault' | 'clock'>): Promise<SigningKey> {
  const found = await read(control);
  if (found) return found;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  await control.db
    .insertInto('control_secret')
    .values({
      name,
      value_sealed: control.vault.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), place),
      public_value: publicKey.export({ format: 'der', type: 'spki' }),
      created_at: new Date(control.clock.now()),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const made = await read(control);
  if (!made) throw new Error('the signing key vanished right after it was made');
  return made;
}

async function read(control: Pick<ControlContext, 'db' | 'vault'>): Promise<SigningKey | undefined> {
  const row = await control.db
    .selectFrom('control_secret')
    .select('value_sealed')
    .where('name', '=', name)
    .executeTakeFirst();
  if (!row) return undefined;
  const privateKey = createPrivateKey({
    key: control.vault.open(row.value_sealed, place),
    format: 'der',
    type: 'pkcs8',
  });
  return { keyId: name, privateKey, publicKey: createPublicKey(privateKey) };
}
