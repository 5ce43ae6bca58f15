import { z } from 'zod';
import type { IdSource } from '../base/ids.ts';
import { corrupt } from './errors.ts';
import type { VaultKeys } from './keys/epochs.ts';
import { openObject, sealObject } from './sealed-object.ts';

export const CONDEMNED_PREFIX = 'condemned/';

const condemnedSchema = z.strictObject({
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  packs: z.array(z.string().regex(/^[0-9a-f]{32}$/)),
});

/** Packs that collection is about to delete: nobody may start to rely on them (FORMAT.md, section 9). */
export type CondemnedList = z.infer<typeof condemnedSchema>;

export function sealCondemnedList(
  keys: VaultKeys,
  list: CondemnedList,
  ids: IdSource,
): { readonly key: string; readonly bytes: Uint8Array } {
  const key = CONDEMNED_PREFIX + ids.bytes(16).toString('hex');
  const body = Buffer.from(JSON.stringify(condemnedSchema.parse(list)));
  return { key, bytes: sealObject({ keys, magic: 'HFCND001', objectKey: key, body, ids }) };
}

/** Throws VAULT_CORRUPT. */
export function openCondemnedList(keys: VaultKeys, key: string, bytes: Uint8Array): CondemnedList {
  const body = openObject({ keys, magic: 'HFCND001', objectKey: key, bytes });
  const parsed = condemnedSchema.safeParse(JSON.parse(body.toString('utf8')));
  if (!parsed.success) throw corrupt(key, 'it is no condemned list');
  return parsed.data;
}
