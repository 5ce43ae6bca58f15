import type { ObjectStore } from '../drivers/storage/contract.ts';
import { type ChunkEntry, decodeEntries, ENTRY_LENGTH } from './chunk.ts';
import type { ChunkHasher } from './chunk-hasher.ts';
import { decompress } from './compression.ts';
import { corrupt } from './errors.ts';
import { TAG_LENGTH } from './keys/derive.ts';
import type { VaultKeys } from './keys/epochs.ts';
import { FOOTER_LENGTH, PACK_END_MAGIC, PACK_MAGIC, PackCipher, packIdOf, packKey } from './pack-cipher.ts';
import { decodeHeader, HEADER_LENGTH } from './sealed-object.ts';

/** Where a pack's chunks are, as its own trailer or an index segment says. */
export interface PackContents {
  readonly packId: string;
  readonly epoch: number;
  readonly salt: Uint8Array;
  /** Bytes. */
  readonly length: number;
  readonly entries: readonly ChunkEntry[];
}

/** Reads header and trailer of a stored pack, without its chunks. Throws VAULT_CORRUPT. */
export async function readPackContents(
  store: ObjectStore,
  keys: VaultKeys,
  packId: string,
  signal: AbortSignal,
): Promise<PackContents> {
  const key = packKey(packId);
  const info = await store.head(key, signal);
  if (!info) throw corrupt(key, 'the pack is missing');
  if (info.size < HEADER_LENGTH + FOOTER_LENGTH) throw corrupt(key, 'it is too short');
  const footer = Buffer.from(await store.get(key, { start: -FOOTER_LENGTH }, signal));
  const trailerLength = checkFooter(footer, info.size, key);
  const header = await store.get(key, { start: 0, end: HEADER_LENGTH }, signal);
  const end = info.size - FOOTER_LENGTH;
  const trailer = await store.get(key, { start: end - trailerLength, end }, signal);
  return parseContents(keys, packId, header, trailer, info.size);
}

/** The contents of a whole pack in memory. Throws VAULT_CORRUPT. */
export function parsePack(keys: VaultKeys, packId: string, bytes: Uint8Array): PackContents {
  const key = packKey(packId);
  if (bytes.length < HEADER_LENGTH + FOOTER_LENGTH) throw corrupt(key, 'it is too short');
  const end = bytes.length - FOOTER_LENGTH;
  const trailerLength = checkFooter(Buffer.from(bytes.subarray(end)), bytes.length, key);
  return parseContents(keys, packId, bytes, bytes.subarray(end - trailerLength, end), bytes.length);
}

/** Calls `report` for every chunk of a whole pack that does not authenticate, decode or hash to its id. */
export function checkChunks(
  keys: VaultKeys,
  hasher: ChunkHasher,
  pack: PackContents,
  bytes: Uint8Array,
  report: (problem: string) => void,
): void {
  const cipher = new PackCipher(keys, pack);
  for (const [ordinal, entry] of pack.entries.entries()) {
    const sealed = bytes.subarray(entry.offset, entry.offset + entry.storedLength);
    if (!openChunk(cipher, hasher, entry, ordinal, sealed)) report(`chunk ${entry.id} does not authenticate`);
  }
}

/** The chunk's bytes, or undefined when they do not authenticate, decode and hash to the entry's id. */
export function openChunk(
  cipher: PackCipher,
  hasher: ChunkHasher,
  entry: Pick<ChunkEntry, 'id' | 'kind' | 'encoding' | 'rawLength'>,
  ordinal: number,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const encoded = cipher.openChunk(ordinal, entry.kind, sealed);
  const raw = encoded && decompress(entry.encoding, encoded, entry.rawLength);
  return raw && hasher.id(entry.kind, raw) === entry.id ? raw : undefined;
}

function checkFooter(footer: Buffer, packLength: number, key: string): number {
  if (footer.toString('latin1', 8) !== PACK_END_MAGIC) throw corrupt(key, `it does not end with ${PACK_END_MAGIC}`);
  const length = footer.readUInt32LE(0);
  const count = footer.readUInt32LE(4);
  const fits = HEADER_LENGTH + length + FOOTER_LENGTH <= packLength;
  if (count === 0 || length !== count * ENTRY_LENGTH + TAG_LENGTH || !fits)
    throw corrupt(key, 'its footer is malformed');
  return length;
}

function parseContents(
  keys: VaultKeys,
  packId: string,
  header: Uint8Array,
  trailer: Uint8Array,
  length: number,
): PackContents {
  const key = packKey(packId);
  const { epoch, salt } = decodeHeader(header, PACK_MAGIC, key);
  if (packIdOf(salt) !== packId) throw corrupt(key, 'it is stored under another pack’s key');
  const table = new PackCipher(keys, { epoch, salt }).openTrailer(trailer);
  if (!table) throw corrupt(key, 'its trailer does not authenticate');
  const entries = decodeEntries(table, key);
  let offset = HEADER_LENGTH;
  for (const entry of entries) {
    if (entry.offset !== offset) throw corrupt(key, 'its chunks leave a gap');
    offset += entry.storedLength;
  }
  if (offset !== length - FOOTER_LENGTH - trailer.length) throw corrupt(key, 'its chunks leave a gap');
  return { packId, epoch, salt: Uint8Array.from(salt), length, entries };
}
