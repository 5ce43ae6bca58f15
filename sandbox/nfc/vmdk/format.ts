/**
 * The streamOptimized VMDK, as "VMware Virtual Disks, Virtual Disk Format 5.0" (technical note, section "Stream-Optimized Compressed
 * Sparse Extents") describes it: a header and a descriptor, then grains of 64 KiB, each behind a marker and compressed on its own, a grain
 * table after every 512 of them, and at the end the grain directory, the header again as a footer, and an end-of-stream marker.
 */
export const SECTOR = 512;
/** Bytes of a grain. */
export const GRAIN_BYTES = 64 * 1024;
export const SECTORS_PER_GRAIN = GRAIN_BYTES / SECTOR;
/** Grains one grain table covers. */
export const GRAINS_PER_TABLE = 512;
export const TABLE_BYTES = GRAINS_PER_TABLE * 4;
/** `gdOffset` of a header whose grain directory comes only at the end. */
export const DIRECTORY_AT_END = 0xffff_ffff_ffff_ffffn;

/** What a marker without data stands before. */
export const marker = { endOfStream: 0, table: 1, directory: 2, footer: 3 } as const;

const MAGIC = 0x564d444b;
const VERSION = 3;
const FLAG_NEWLINES = 1;
const FLAG_COMPRESSED = 1 << 16;
const FLAG_MARKERS = 1 << 17;
const COMPRESSION_DEFLATE = 1;
/** Three kinds of line end: a file that went through a text conversion is recognised by them. */
const NEWLINES = '\n \r\n';

/** What is sent is not a streamOptimized VMDK, or not a sound one. */
export class VmdkError extends Error {
  override readonly name = 'VmdkError';
}

/** SparseExtentHeader, in sectors but for `tableEntries`. */
export interface VmdkHeader {
  readonly capacity: number;
  readonly descriptorOffset: number;
  readonly descriptorSize: number;
  /** Of the grain directory; undefined: it comes at the end. */
  readonly directoryOffset: number | undefined;
  /** Where the grains begin. */
  readonly overhead: number;
}

export function writeHeader(header: VmdkHeader): Buffer {
  const bytes = Buffer.alloc(SECTOR);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt32LE(VERSION, 4);
  bytes.writeUInt32LE(FLAG_NEWLINES | FLAG_COMPRESSED | FLAG_MARKERS, 8);
  bytes.writeBigUInt64LE(BigInt(header.capacity), 12);
  bytes.writeBigUInt64LE(BigInt(SECTORS_PER_GRAIN), 20);
  bytes.writeBigUInt64LE(BigInt(header.descriptorOffset), 28);
  bytes.writeBigUInt64LE(BigInt(header.descriptorSize), 36);
  bytes.writeUInt32LE(GRAINS_PER_TABLE, 44);
  bytes.writeBigUInt64LE(header.directoryOffset === undefined ? DIRECTORY_AT_END : BigInt(header.directoryOffset), 56);
  bytes.writeBigUInt64LE(BigInt(header.overhead), 64);
  bytes.write(NEWLINES, 73, 'latin1');
  bytes.writeUInt16LE(COMPRESSION_DEFLATE, 77);
  return bytes;
}

/** Throws VmdkError unless it is the header of a streamOptimized extent. */
export function readHeader(bytes: Buffer): VmdkHeader {
  const sectors = (offset: number): number => {
    const value = bytes.readBigUInt64LE(offset);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new VmdkError(`The header has ${value} at ${offset}.`);
    return Number(value);
  };
  if (bytes.readUInt32LE(0) !== MAGIC)
    throw new VmdkError('It does not begin with the magic number of a sparse extent.');
  const version = bytes.readUInt32LE(4);
  if (version < 1 || version > VERSION) throw new VmdkError(`Version ${version} of the header is not known.`);
  const flags = bytes.readUInt32LE(8);
  if ((flags & FLAG_COMPRESSED) === 0 || (flags & FLAG_MARKERS) === 0) {
    throw new VmdkError('The extent is not streamOptimized: its flags tell of no compressed grains with markers.');
  }
  if ((flags & FLAG_NEWLINES) !== 0 && bytes.toString('latin1', 73, 77) !== NEWLINES) {
    throw new VmdkError('The extent went through a conversion of line ends.');
  }
  if (bytes.readUInt16LE(77) !== COMPRESSION_DEFLATE)
    throw new VmdkError('The grains are not compressed with deflate.');
  if (sectors(20) !== SECTORS_PER_GRAIN) throw new VmdkError(`Grains of ${sectors(20)} sectors are not supported.`);
  if (bytes.readUInt32LE(44) !== GRAINS_PER_TABLE) throw new VmdkError('Grain tables must have 512 entries.');
  const header: VmdkHeader = {
    capacity: sectors(12),
    descriptorOffset: sectors(28),
    descriptorSize: sectors(36),
    directoryOffset: bytes.readBigUInt64LE(56) === DIRECTORY_AT_END ? undefined : sectors(56),
    overhead: sectors(64),
  };
  if (header.capacity === 0) throw new VmdkError('The extent has no capacity.');
  if (header.overhead < 1 || header.descriptorOffset + header.descriptorSize > header.overhead) {
    throw new VmdkError('The descriptor does not lie before the grains.');
  }
  return header;
}

/** The sector that precedes a table, the directory, the footer or the end. `sectors`: how many follow. */
export function writeMarker(type: number, sectors: number): Buffer {
  const bytes = Buffer.alloc(SECTOR);
  bytes.writeBigUInt64LE(BigInt(sectors), 0);
  bytes.writeUInt32LE(type, 12);
  return bytes;
}

export const toSectors = (bytes: number): number => Math.ceil(bytes / SECTOR);

/** Bytes of the grain directory: an entry for every grain table, filled up to whole sectors. */
export function directoryBytes(capacity: number): number {
  const tables = Math.ceil(Math.ceil(capacity / SECTORS_PER_GRAIN) / GRAINS_PER_TABLE);
  return toSectors(tables * 4) * SECTOR;
}
