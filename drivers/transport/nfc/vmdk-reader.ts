import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import type { DiskArea } from '../contract.ts';
import { ByteReader } from './byte-reader.ts';
import { corruptStream } from './corrupt-stream.ts';
import { GrainTables } from './grain-tables.ts';
import {
  DIRECTORY_AT_END,
  decodeHeader,
  GRAIN_HEADER,
  MARKER,
  SECTOR,
  sectorsOf,
  type VmdkHeader,
} from './vmdk-format.ts';

const inflateAsync = promisify(inflate);
/** Grains that are decompressed at a time, in the pool's threads. */
const GRAINS_AHEAD = 32;
/** What may come before the first grain: descriptor, and tables where the writer could go back to them. */
const LARGEST_OVERHEAD = 64 << 20;
/** Zeros that may follow the end. */
const LARGEST_TAIL = 1 << 20;

interface PackedGrain {
  /** Bytes from the disk's start. */
  readonly start: number;
  readonly compressed: Buffer;
}

/**
 * The areas of a stream-optimised VMDK, read by its markers. It ends by itself only when the stream's own end came and its grain tables name
 * exactly the grains that came, each of which was decompressed to a grain with the right checksum; anything else is CORRUPT_STREAM.
 * `capacityBytes` is what the disk is known to have.
 */
export async function* readVmdk(
  body: AsyncIterable<Uint8Array>,
  capacityBytes: number,
  signal: AbortSignal,
): AsyncGenerator<DiskArea, void, undefined> {
  const reader = new ByteReader(body);
  try {
    const header = await readHeader(reader, capacityBytes);
    const ahead: Promise<DiskArea>[] = [];
    for await (const grain of readGrains(reader, header)) {
      signal.throwIfAborted();
      const area = unpack(grain, header.grain * SECTOR, capacityBytes);
      // Whoever waits for it hears of it; left alone, its rejection would end the process.
      area.catch(() => undefined);
      ahead.push(area);
      const [first] = ahead;
      if (!first || ahead.length < GRAINS_AHEAD) continue;
      ahead.shift();
      yield await first;
    }
    for (const area of ahead) {
      signal.throwIfAborted();
      yield await area;
    }
    signal.throwIfAborted();
  } finally {
    await reader.close();
  }
}

async function readHeader(reader: ByteReader, capacityBytes: number): Promise<VmdkHeader> {
  const header = decodeHeader(await reader.take(SECTOR));
  if (typeof header === 'string') throw corruptStream(header);
  if (header.capacity * SECTOR !== capacityBytes)
    throw corruptStream(`it is of a disk of ${header.capacity * SECTOR} bytes and not of ${capacityBytes}`);
  const { descriptorOffset, descriptorSize, overhead } = header;
  if (overhead < 1 || overhead * SECTOR > LARGEST_OVERHEAD || descriptorOffset + descriptorSize > overhead)
    throw corruptStream(`its grains begin at sector ${overhead}`);
  return header;
}

/** All grains in their order, while everything about them is held against the tables. */
async function* readGrains(reader: ByteReader, header: VmdkHeader): AsyncGenerator<PackedGrain, void, undefined> {
  const isAtEnd = header.directory === DIRECTORY_AT_END;
  const before = (header.overhead - 1) * SECTOR;
  if (isAtEnd) await reader.skip(before);
  const tables = new GrainTables(
    header,
    isAtEnd ? undefined : Buffer.concat([Buffer.alloc(SECTOR), await reader.take(before)]),
  );
  const grainBytes = header.grain * SECTOR;
  // Deflate makes little more of what it cannot compress.
  const largest = grainBytes + (grainBytes >> 8) + 64;
  let next = 0;
  let directory: number | undefined;
  let hasFooter = false;
  for (;;) {
    const sector = reader.position / SECTOR;
    const marker = await reader.takeOrEnd(GRAIN_HEADER);
    if (!marker) {
      // Some writers set no mark at the end, but their tables tell what had to come.
      if (tables.isComplete()) return;
      throw corruptStream(`it ends at byte ${reader.position} without its end mark`);
    }
    const value = marker.readBigUInt64LE(0);
    const size = marker.readUInt32LE(8);
    if (size > 0) {
      const grain = Number(value) / header.grain;
      if (directory !== undefined) throw corruptStream('a grain follows its grain directory');
      if (!Number.isInteger(grain) || grain < next || value >= BigInt(header.capacity))
        throw corruptStream(`a grain is at sector ${value} of the disk`);
      if (size > largest) throw corruptStream(`a grain has ${size} compressed bytes`);
      next = grain + 1;
      tables.grain(grain, sector);
      const padded = sectorsOf(GRAIN_HEADER + size) * SECTOR - GRAIN_HEADER;
      yield { start: grain * grainBytes, compressed: (await reader.take(padded)).subarray(0, size) };
      continue;
    }
    const type = (await reader.take(SECTOR - GRAIN_HEADER)).readUInt32LE(0);
    const readMetadata = (bytes: number) => {
      if (value !== BigInt(sectorsOf(bytes))) throw corruptStream(`${value} sectors follow a marker of type ${type}`);
      return reader.take(sectorsOf(bytes) * SECTOR);
    };
    if (type === MARKER.endOfStream) {
      if (value !== 0n) throw corruptStream('its end mark is wrong');
      // A sector of zeros is the end only where everything else has come; before, it pads.
      if (!hasFooter && !tables.isComplete()) continue;
      return await readTail(reader);
    }
    if (hasFooter || !isAtEnd) throw corruptStream(`a marker of type ${type} is where none can be`);
    if (type === MARKER.grainTable) {
      if (directory !== undefined) throw corruptStream('a grain table follows its grain directory');
      tables.table(await readMetadata(tables.tableBytes), sector + 1);
    } else if (type === MARKER.grainDirectory) {
      if (directory !== undefined) throw corruptStream('it has two grain directories');
      directory = sector + 1;
      tables.directory(await readMetadata(tables.directoryBytes));
    } else if (type === MARKER.footer) {
      checkFooter(await readMetadata(SECTOR), header, directory);
      hasFooter = true;
    } else throw corruptStream(`it has a marker of the unknown type ${type}`);
  }
}

function checkFooter(bytes: Buffer, header: VmdkHeader, directory: number | undefined): void {
  const footer = decodeHeader(bytes);
  if (
    typeof footer === 'string' ||
    directory === undefined ||
    footer.directory !== BigInt(directory) ||
    footer.capacity !== header.capacity ||
    footer.grain !== header.grain ||
    footer.entriesPerTable !== header.entriesPerTable
  )
    throw corruptStream('its footer does not belong to its header');
}

async function readTail(reader: ByteReader): Promise<void> {
  for (let seen = 0; ; seen += SECTOR) {
    const sector = await reader.takeOrEnd(SECTOR);
    if (!sector) return;
    if (seen >= LARGEST_TAIL || sector.some((byte) => byte !== 0)) throw corruptStream('something follows its end');
  }
}

/** zlib checks the bytes against the grain's own checksum (Adler-32). */
async function unpack({ start, compressed }: PackedGrain, grainBytes: number, capacity: number): Promise<DiskArea> {
  const rest = Math.min(grainBytes, capacity - start);
  try {
    const data = await inflateAsync(compressed, { chunkSize: grainBytes + 1024, maxOutputLength: grainBytes });
    // The last grain may end with the disk or go on with what is not part of it.
    if (data.length === grainBytes || data.length === rest) return { start, data: data.subarray(0, rest) };
    throw corruptStream(`the grain at byte ${start} has ${data.length} bytes`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'CORRUPT_STREAM') throw error;
    throw corruptStream(`the grain at byte ${start} cannot be decompressed`, error);
  }
}
