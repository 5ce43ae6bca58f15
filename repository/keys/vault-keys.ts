import { z } from 'zod';
import type { IdSource } from '../../base/ids.ts';
import { invalidKeys, KEY_LENGTH, type VaultKeys } from './epochs.ts';

export type { VaultKeys } from './epochs.ts';

export function generateVaultKeys(ids: IdSource, vaultId: string = ids.uuid()): VaultKeys {
  return { vaultId, hashKey: ids.bytes(KEY_LENGTH), epochs: [{ epoch: 1, key: ids.bytes(KEY_LENGTH) }] };
}

const key = z
  .base64url()
  .transform((text) => Uint8Array.from(Buffer.from(text, 'base64url')))
  .refine((bytes) => bytes.length === KEY_LENGTH);

const serialisedKeys = z.strictObject({
  version: z.literal(1),
  vaultId: z.uuid(),
  hashKey: key,
  epochs: z
    .array(z.strictObject({ epoch: z.int().min(1).max(0xffffffff), key }))
    .min(1)
    .refine((epochs) => epochs.every((entry, index) => index === 0 || entry.epoch > (epochs[index - 1]?.epoch ?? 0))),
});

/** FORMAT.md, section 2. The result is secret. */
export function serialiseVaultKeys(keys: VaultKeys): Uint8Array {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  return Buffer.from(
    JSON.stringify({
      version: 1,
      vaultId: keys.vaultId,
      hashKey: text(keys.hashKey),
      epochs: keys.epochs.map(({ epoch, key: epochKey }) => ({ epoch, key: text(epochKey) })),
    }),
  );
}

/** Throws VAULT_KEYS_INVALID without telling what the bytes were. */
export function parseVaultKeys(bytes: Uint8Array): VaultKeys {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw invalidKeys();
  }
  const parsed = serialisedKeys.safeParse(json);
  if (!parsed.success) throw invalidKeys();
  const { vaultId, hashKey, epochs } = parsed.data;
  return { vaultId: vaultId.toLowerCase(), hashKey, epochs };
}
