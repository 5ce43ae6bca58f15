import { corrupt } from './errors.ts';

/** Bytes of a block of a disk, and of its four pieces. */
export const BLOCK_SIZE = 1 << 20;
export const PIECE_SIZE = 1 << 18;
export const PIECES_PER_BLOCK = BLOCK_SIZE / PIECE_SIZE;

export const ID_LENGTH = 32;
/** 32 zero bytes stand for zeros and are no chunk's id. */
export const ZERO_ID = '0'.repeat(ID_LENGTH * 2);

export const CHUNK_KIND = { data: 1, page: 2 } as const;
export type ChunkKind = (typeof CHUNK_KIND)[keyof typeof CHUNK_KIND];
export const ENCODING = { raw: 0, zstd: 1 } as const;
export type Encoding = (typeof ENCODING)[keyof typeof ENCODING];

/** One chunk in a pack. Its ordinal is its place in the pack's list. Lengths and offsets in bytes. */
export interface ChunkEntry {
  /** Hex. */
  readonly id: string;
  readonly offset: number;
  /** With the GCM tag. */
  readonly storedLength: number;
  readonly rawLength: number;
  readonly kind: ChunkKind;
  readonly encoding: Encoding;
}

export const ENTRY_LENGTH = 48;

/** FORMAT.md, section 4: the table of a trailer and of an index segment. */
export function encodeEntries(entries: readonly ChunkEntry[]): Buffer {
  const bytes = Buffer.alloc(entries.length * ENTRY_LENGTH);
  for (const [index, entry] of entries.entries()) {
    const at = index * ENTRY_LENGTH;
    bytes.write(entry.id, at, 'hex');
    bytes.writeUInt32LE(entry.offset, at + 32);
    bytes.writeUInt32LE(entry.storedLength, at + 36);
    bytes.writeUInt32LE(entry.rawLength, at + 40);
    bytes.writeUInt8(entry.kind, at + 44);
    bytes.writeUInt8(entry.encoding, at + 45);
  }
  return bytes;
}

/** Throws VAULT_CORRUPT, naming `object`. */
export function decodeEntries(bytes: Buffer, object: string): ChunkEntry[] {
  return Array.from({ length: bytes.length / ENTRY_LENGTH }, (_, index) => {
    const at = index * ENTRY_LENGTH;
    const kind = bytes.readUInt8(at + 44);
    const encoding = bytes.readUInt8(at + 45);
    const rawLength = bytes.readUInt32LE(at + 40);
    if ((kind !== 1 && kind !== 2) || (encoding !== 0 && encoding !== 1) || bytes.readUInt16LE(at + 46) !== 0)
      throw corrupt(object, `entry ${index} is malformed`);
    if (rawLength === 0 || rawLength > BLOCK_SIZE) throw corrupt(object, `entry ${index} has an impossible length`);
    return {
      id: bytes.toString('hex', at, at + ID_LENGTH),
      offset: bytes.readUInt32LE(at + 32),
      storedLength: bytes.readUInt32LE(at + 36),
      rawLength,
      kind,
      encoding,
    };
  });
}
