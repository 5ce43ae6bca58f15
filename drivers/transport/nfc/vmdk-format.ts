/*
 * Stream-optimised VMDK, as VMware published it ("Virtual Disk Format 5.0", 2011, "Hosted Sparse Extent" and "Stream-Optimized Compressed
 * Sparse Extents"). Numbers are little-endian; places and sizes are counted in sectors of 512 bytes.
 */

export const SECTOR = 512;
/** `KDMV`. */
const MAGIC = 0x564d444b;
/** The grain directory's place is told by the footer at the end. */
export const DIRECTORY_AT_END = 0xffff_ffff_ffff_ffffn;
/** Before a grain's compressed bytes: its place on the disk and their length. */
export const GRAIN_HEADER = 12;

export const MARKER = { endOfStream: 0, grainTable: 1, grainDirectory: 2, footer: 3 } as const;
export type MarkerType = (typeof MARKER)[keyof typeof MARKER];

const FLAG = { newLines: 1, compressed: 0x1_0000, markers: 0x2_0000 } as const;
/** Of these, a reader that does not know one cannot read the extent. */
const INCOMPATIBLE_FLAGS = 0xffff_0000;
const DEFLATE = 1;
const newLines = Buffer.from('\n \r\n');

/** What matters of a header or footer. In sectors but for `entriesPerTable`. */
export interface VmdkHeader {
  readonly capacity: number;
  readonly grain: number;
  readonly descriptorOffset: number;
  readonly descriptorSize: number;
  readonly entriesPerTable: number;
  /** `DIRECTORY_AT_END`, or where it is. */
  readonly directory: bigint;
  /** Where the grains begin. */
  readonly overhead: number;
}

/** One sector. */
export function encodeHeader(header: VmdkHeader): Buffer {
  const bytes = Buffer.alloc(SECTOR);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt32LE(3, 4);
  bytes.writeUInt32LE(FLAG.newLines | FLAG.compressed | FLAG.markers, 8);
  bytes.writeBigUInt64LE(BigInt(header.capacity), 12);
  bytes.writeBigUInt64LE(BigInt(header.grain), 20);
  bytes.writeBigUInt64LE(BigInt(header.descriptorOffset), 28);
  bytes.writeBigUInt64LE(BigInt(header.descriptorSize), 36);
  bytes.writeUInt32LE(header.entriesPerTable, 44);
  bytes.writeBigUInt64LE(header.directory, 56);
  bytes.writeBigUInt64LE(BigInt(header.overhead), 64);
  newLines.copy(bytes, 73);
  bytes.writeUInt16LE(DEFLATE, 77);
  return bytes;
}

/** The header in a sector, or in words what keeps it from being read. */
export function decodeHeader(bytes: Buffer): VmdkHeader | string {
  if (bytes.readUInt32LE(0) !== MAGIC) return 'it does not begin as a VMDK';
  const version = bytes.readUInt32LE(4);
  if (version < 1 || version > 3) return `it is a VMDK of version ${version}`;
  const flags = bytes.readUInt32LE(8);
  if ((flags & INCOMPATIBLE_FLAGS) >>> 0 !== (FLAG.compressed | FLAG.markers) || bytes.readUInt16LE(77) !== DEFLATE)
    return 'it is not a stream-optimised VMDK';
  if ((flags & FLAG.newLines) !== 0 && newLines.compare(bytes, 73, 77) !== 0)
    return 'line ends were changed on its way';
  const wide = [12, 20, 28, 36, 64].map((at) => Number(bytes.readBigUInt64LE(at)));
  if (!wide.every(Number.isSafeInteger)) return 'its header holds impossible numbers';
  const [capacity = 0, grain = 0, descriptorOffset = 0, descriptorSize = 0, overhead = 0] = wide;
  const entriesPerTable = bytes.readUInt32LE(44);
  // A grain is an area of at most 1 MiB; a table fills whole sectors.
  if (!isPowerOfTwo(grain) || grain < 8 || grain > 2048) return `its grains have ${grain} sectors`;
  if (!isPowerOfTwo(entriesPerTable) || entriesPerTable < 128 || entriesPerTable > 65_536)
    return `its grain tables have ${entriesPerTable} entries`;
  const directory = bytes.readBigUInt64LE(56);
  return { capacity, grain, descriptorOffset, descriptorSize, entriesPerTable, directory, overhead };
}

/** One sector that says what the `sectors` after it are. */
export function encodeMarker(type: MarkerType, sectors: number): Buffer {
  const bytes = Buffer.alloc(SECTOR);
  bytes.writeBigUInt64LE(BigInt(sectors), 0);
  bytes.writeUInt32LE(type, 12);
  return bytes;
}

export function sectorsOf(bytes: number): number {
  return Math.ceil(bytes / SECTOR);
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}
