import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import {
  directoryBytes,
  GRAIN_BYTES,
  GRAINS_PER_TABLE,
  marker,
  SECTOR,
  SECTORS_PER_GRAIN,
  TABLE_BYTES,
  toSectors,
  writeHeader,
  writeMarker,
} from './format.ts';

/** What is written as a VMDK. `read` is short only at the disk's end. */
export interface VmdkSource {
  /** Whole sectors. */
  readonly capacityBytes: number;
  read(offset: number, length: number): Promise<Buffer>;
}

/** The grains begin here, as in the files ESXi sends. */
const OVERHEAD = 128;
const DESCRIPTOR_SECTORS = 20;
/** Read and compressed at once. */
const STEP = 16 * GRAIN_BYTES;

const compress = promisify(deflate);
const zeros = Buffer.alloc(GRAIN_BYTES);

/** The disk as a streamOptimized VMDK, piece by piece; grains of zeros are left out. Holds a step of the disk and the grain directory in memory. */
export async function* encodeVmdk(source: VmdkSource, options: { readonly name: string; readonly cid: string }) {
  const capacity = source.capacityBytes / SECTOR;
  const header = {
    capacity,
    descriptorOffset: 1,
    descriptorSize: DESCRIPTOR_SECTORS,
    directoryOffset: undefined,
    overhead: OVERHEAD,
  };
  const start = Buffer.alloc(OVERHEAD * SECTOR);
  writeHeader(header).copy(start);
  start.write(descriptor(capacity, options), SECTOR, 'latin1');
  yield start;

  const directory = Buffer.alloc(directoryBytes(capacity));
  let table: Buffer | undefined;
  let sector = OVERHEAD;
  for (let offset = 0; offset < source.capacityBytes; offset += STEP) {
    const step = await source.read(offset, STEP);
    for (const { at, packed } of await compressGrains(step)) {
      const grain = (offset + at) / GRAIN_BYTES;
      table ??= Buffer.alloc(TABLE_BYTES);
      table.writeUInt32LE(sector, (grain % GRAINS_PER_TABLE) * 4);
      const bytes = grainBytes(grain, packed);
      yield bytes;
      sector += bytes.length / SECTOR;
    }
    const next = Math.min(offset + STEP, source.capacityBytes);
    const tableEnds = next === source.capacityBytes || (next / GRAIN_BYTES) % GRAINS_PER_TABLE === 0;
    if (!table || !tableEnds) continue;
    yield Buffer.concat([writeMarker(marker.table, toSectors(TABLE_BYTES)), table]);
    directory.writeUInt32LE(sector + 1, Math.floor(offset / GRAIN_BYTES / GRAINS_PER_TABLE) * 4);
    sector += 1 + toSectors(TABLE_BYTES);
    table = undefined;
  }
  yield Buffer.concat([
    writeMarker(marker.directory, toSectors(directory.length)),
    directory,
    writeMarker(marker.footer, 1),
    writeHeader({ ...header, directoryOffset: sector + 1 }),
    writeMarker(marker.endOfStream, 0),
  ]);
}

/** The grains of a step that are not zero. One that the disk's end cuts short is filled up with zeros. */
function compressGrains(step: Buffer): Promise<readonly { readonly at: number; readonly packed: Buffer }[]> {
  const grains: Promise<{ readonly at: number; readonly packed: Buffer }>[] = [];
  for (let at = 0; at < step.length; at += GRAIN_BYTES) {
    const grain = step.subarray(at, at + GRAIN_BYTES);
    if (grain.equals(zeros.subarray(0, grain.length))) continue;
    const whole = grain.length === GRAIN_BYTES ? grain : Buffer.concat([grain], GRAIN_BYTES);
    grains.push(compress(whole, { level: 1 }).then((packed) => ({ at, packed })));
  }
  return Promise.all(grains);
}

function grainBytes(grain: number, packed: Buffer): Buffer {
  const bytes = Buffer.alloc(toSectors(12 + packed.length) * SECTOR);
  bytes.writeBigUInt64LE(BigInt(grain * SECTORS_PER_GRAIN), 0);
  bytes.writeUInt32LE(packed.length, 8);
  packed.copy(bytes, 12);
  return bytes;
}

function descriptor(capacity: number, { name, cid }: { readonly name: string; readonly cid: string }): string {
  return `# Disk DescriptorFile
version=1
CID=${cid}
parentCID=ffffffff
createType="streamOptimized"

# Extent description
RDONLY ${capacity} SPARSE "${name}"

# The Disk Data Base
#DDB

ddb.adapterType = "lsilogic"
ddb.geometry.cylinders = "${Math.min(65_535, Math.max(1, Math.floor(capacity / (255 * 63))))}"
ddb.geometry.heads = "255"
ddb.geometry.sectors = "63"
ddb.virtualHWVersion = "20"
`;
}
