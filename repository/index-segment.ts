import type { IdSource } from '../base/ids.ts';
import { decodeEntries, ENTRY_LENGTH, encodeEntries } from './chunk.ts';
import { corrupt } from './errors.ts';
import { KEY_LENGTH, type VaultKeys } from './keys/epochs.ts';
import { packIdOf } from './pack-cipher.ts';
import type { PackContents } from './pack-reader.ts';
import { openObject, sealObject } from './sealed-object.ts';

export const INDEX_PREFIX = 'index/';
const SEGMENT_ID_LENGTH = 16;
const PACK_HEADER_LENGTH = KEY_LENGTH + 4 + 4 + 4;

export interface IndexSegment {
  /** Segment ids, hex. */
  readonly supersedes: readonly string[];
  readonly packs: readonly PackContents[];
}

/** FORMAT.md, section 5: a new segment's key and bytes. */
export function sealIndexSegment(
  keys: VaultKeys,
  segment: IndexSegment,
  ids: IdSource,
): { readonly key: string; readonly bytes: Uint8Array } {
  const counts = Buffer.alloc(8);
  counts.writeUInt32LE(segment.supersedes.length, 0);
  counts.writeUInt32LE(segment.packs.length, 4);
  const body = Buffer.concat([
    counts,
    ...segment.supersedes.map((id) => Buffer.from(id, 'hex')),
    ...segment.packs.flatMap((pack) => {
      const header = Buffer.alloc(PACK_HEADER_LENGTH);
      header.set(pack.salt, 0);
      header.writeUInt32LE(pack.epoch, 32);
      header.writeUInt32LE(pack.length, 36);
      header.writeUInt32LE(pack.entries.length, 40);
      return [header, encodeEntries(pack.entries)];
    }),
  ]);
  const key = INDEX_PREFIX + ids.bytes(SEGMENT_ID_LENGTH).toString('hex');
  return { key, bytes: sealObject({ keys, magic: 'HFIDX001', objectKey: key, body, ids }) };
}

/** Throws VAULT_CORRUPT. */
export function openIndexSegment(keys: VaultKeys, key: string, bytes: Uint8Array): IndexSegment {
  const body = openObject({ keys, magic: 'HFIDX001', objectKey: key, bytes });
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > body.length) throw corrupt(key, 'it ends too early');
    at += length;
    return body.subarray(at - length, at);
  };
  const counts = take(8);
  const supersedes = Array.from({ length: counts.readUInt32LE(0) }, () => take(SEGMENT_ID_LENGTH).toString('hex'));
  const packs = Array.from({ length: counts.readUInt32LE(4) }, () => {
    const header = take(PACK_HEADER_LENGTH);
    const salt = Uint8Array.from(header.subarray(0, KEY_LENGTH));
    return {
      packId: packIdOf(salt),
      salt,
      epoch: header.readUInt32LE(32),
      length: header.readUInt32LE(36),
      entries: decodeEntries(take(header.readUInt32LE(40) * ENTRY_LENGTH), key),
    };
  });
  if (at !== body.length) throw corrupt(key, 'it has bytes after its end');
  return { supersedes, packs };
}
