import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import {
  DIRECTORY_AT_END,
  encodeHeader,
  encodeMarker,
  GRAIN_HEADER,
  MARKER,
  SECTOR,
  sectorsOf,
  type VmdkHeader,
} from './vmdk-format.ts';
import { readVmdk } from './vmdk-reader.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const never = new AbortController().signal;

/** What the published format leaves to whoever writes. */
interface Layout {
  readonly grainSectors: number;
  readonly entriesPerTable: number;
  /** Sectors before the first grain; with 2 there is no descriptor. */
  readonly overhead: number;
  readonly tables: 'afterTheirGrains' | 'atTheEnd';
  /** Tables of nothing but zeros are there too, and the directory leads to them. */
  readonly emptyTables: boolean;
  /** Entries that say "zeros" where others say "not there". */
  readonly zeroEntries: boolean;
  /** The last grain goes on beyond the end of the disk. */
  readonly wholeLastGrain: boolean;
  readonly level: number;
}

const usual: Layout = {
  grainSectors: 128,
  entriesPerTable: 512,
  overhead: 128,
  tables: 'afterTheirGrains',
  emptyTables: false,
  zeroEntries: false,
  wholeLastGrain: false,
  level: 6,
};

/** A stream-optimised VMDK by another writer. */
function otherWriter(image: Buffer, layout: Layout): Buffer {
  const { grainSectors, entriesPerTable, overhead } = layout;
  const grainBytes = grainSectors * SECTOR;
  const header: VmdkHeader = {
    capacity: image.length / SECTOR,
    grain: grainSectors,
    descriptorOffset: overhead > 2 ? 1 : 0,
    descriptorSize: overhead > 2 ? 20 : 0,
    entriesPerTable,
    directory: DIRECTORY_AT_END,
    overhead,
  };
  const parts: Buffer[] = [encodeHeader(header), Buffer.alloc((overhead - 1) * SECTOR, 'descriptor ')];
  let sector = overhead;
  const put = (bytes: Buffer) => {
    const padded = Buffer.concat([bytes], sectorsOf(bytes.length) * SECTOR);
    parts.push(padded);
    sector += padded.length / SECTOR;
  };
  const grains = Math.ceil(image.length / grainBytes);
  const directory = Buffer.alloc(Math.ceil(grains / entriesPerTable) * 4);
  const waiting: (() => void)[] = [];
  for (let table = 0; table * entriesPerTable < grains; table++) {
    const entries = Buffer.alloc(entriesPerTable * 4);
    let isEmpty = true;
    for (let index = 0; index < entriesPerTable; index++) {
      const start = (table * entriesPerTable + index) * grainBytes;
      const data = image.subarray(start, start + grainBytes);
      if (data.equals(Buffer.alloc(data.length))) {
        if (layout.zeroEntries) entries.writeUInt32LE(1, index * 4);
        continue;
      }
      isEmpty = false;
      entries.writeUInt32LE(sector, index * 4);
      // What is beyond the end is nobody's data.
      const beyond = Buffer.alloc(layout.wholeLastGrain ? grainBytes - data.length : 0, 0xff);
      const packed = deflateSync(Buffer.concat([data, beyond]), { level: layout.level });
      const head = Buffer.alloc(GRAIN_HEADER);
      head.writeBigUInt64LE(BigInt(start / SECTOR), 0);
      head.writeUInt32LE(packed.length, 8);
      put(Buffer.concat([head, packed]));
    }
    if (isEmpty && !layout.emptyTables) continue;
    const putTable = () => {
      put(encodeMarker(MARKER.grainTable, sectorsOf(entries.length)));
      directory.writeUInt32LE(sector, table * 4);
      put(entries);
    };
    if (layout.tables === 'atTheEnd') waiting.push(putTable);
    else putTable();
  }
  for (const putTable of waiting) putTable();
  put(encodeMarker(MARKER.grainDirectory, sectorsOf(directory.length)));
  const place = BigInt(sector);
  put(directory);
  put(encodeMarker(MARKER.footer, 1));
  put(encodeHeader({ ...header, directory: place }));
  put(encodeMarker(MARKER.endOfStream, 0));
  return Buffer.concat(parts);
}

async function read(vmdk: Buffer, capacityBytes: number): Promise<Buffer> {
  const image = Buffer.alloc(capacityBytes);
  async function* body() {
    yield vmdk;
  }
  for await (const { start, data } of readVmdk(body(), capacityBytes, never)) image.set(data, start);
  return image;
}

const image = Buffer.alloc(96 * MiB + 3 * KiB);
for (const at of [0, MiB, 31 * MiB, 64 * MiB + 64 * KiB, 95 * MiB]) image.fill(`at ${at} `, at, at + 100 * KiB);
image.fill('the end ', 96 * MiB + KiB);

it.each<[string, Partial<Layout>]>([
  ['tables after their grains', {}],
  ['all tables at the end', { tables: 'atTheEnd' }],
  ['tables of zeros', { emptyTables: true }],
  ['tables of zeros at the end', { emptyTables: true, tables: 'atTheEnd' }],
  ['entries that say zeros', { zeroEntries: true, emptyTables: true }],
  ['a last grain beyond the end', { wholeLastGrain: true }],
  ['small grains and small tables', { grainSectors: 8, entriesPerTable: 128 }],
  ['large grains', { grainSectors: 2048 }],
  ['no descriptor', { overhead: 2 }],
  ['grains that are stored and not compressed', { level: 0 }],
])('a VMDK with %s is read', async (_name, layout) => {
  expect((await read(otherWriter(image, { ...usual, ...layout }), image.length)).equals(image)).toBe(true);
});

it('a table or directory that does not name what came is refused in every layout', async () => {
  for (const layout of [{}, { tables: 'atTheEnd' as const }, { emptyTables: true }]) {
    const vmdk = otherWriter(image, { ...usual, ...layout });
    const markers: number[] = [];
    for (let at = 128 * SECTOR; at < vmdk.length; at += SECTOR)
      if (vmdk.readUInt32LE(at + 8) === 0 && [1, 2].includes(vmdk.readUInt32LE(at + 12))) markers.push(at);
    expect(markers.length).toBeGreaterThan(3);
    for (const at of markers) {
      const changed = Buffer.from(vmdk);
      changed.writeUInt32LE(changed.readUInt32LE(at + SECTOR) + 2, at + SECTOR);
      await expect(read(changed, image.length)).rejects.toMatchObject({ code: 'CORRUPT_STREAM' });
    }
  }
});
