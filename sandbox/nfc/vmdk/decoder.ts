import { inflateSync } from 'node:zlib';
import {
  directoryBytes,
  GRAIN_BYTES,
  GRAINS_PER_TABLE,
  marker,
  readHeader,
  SECTOR,
  SECTORS_PER_GRAIN,
  TABLE_BYTES,
  toSectors,
  VmdkError,
  type VmdkHeader,
} from './format.ts';
import { StreamBytes } from './stream-bytes.ts';

/** Where a VMDK's content goes. */
export interface VmdkTarget {
  /** Bytes of the disk that is to be filled. */
  readonly capacityBytes: number;
  /** A grain, cut at the disk's end. Ascending. */
  write(offset: number, data: Buffer): Promise<void>;
}

/** Tables before the grains are kept until the end; more than this is no disk of a sandbox. */
const MAX_OVERHEAD = 64 * 2 ** 20;
/** A grain that does not get smaller grows by little. */
const MAX_PACKED = GRAIN_BYTES + 1024;

/**
 * Reads a streamOptimized VMDK to its end and writes its grains, or throws VmdkError: for anything that is not where the format wants it, for
 * a stream that ends early or late, and for tables that do not name the grains that came. Tables at the front, as qemu-img makes them, are good too.
 */
export async function decodeVmdk(stream: AsyncIterable<Uint8Array>, target: VmdkTarget): Promise<void> {
  const bytes = new StreamBytes(stream);
  try {
    await decode(bytes, target);
  } finally {
    await bytes.close();
  }
}

async function decode(bytes: StreamBytes, target: VmdkTarget): Promise<void> {
  const first = await bytes.take(SECTOR);
  const header = readHeader(first);
  checkCapacity(header, target.capacityBytes);
  if (header.overhead * SECTOR > MAX_OVERHEAD) throw new VmdkError('The grains begin too far behind.');
  const front = Buffer.concat([first, await bytes.take((header.overhead - 1) * SECTOR)]);
  checkDescriptor(header, front);
  await new Decoder(header, front, bytes, target).run();
}

/** The header may round up to a whole grain. */
function checkCapacity(header: VmdkHeader, capacityBytes: number): void {
  const exact = capacityBytes / SECTOR;
  const rounded = Math.ceil(exact / SECTORS_PER_GRAIN) * SECTORS_PER_GRAIN;
  if (header.capacity === exact || header.capacity === rounded) return;
  throw new VmdkError(`The VMDK has ${header.capacity} sectors, the disk ${exact}.`);
}

function checkDescriptor(header: VmdkHeader, front: Buffer): void {
  const start = header.descriptorOffset * SECTOR;
  const text = front.toString('latin1', start, start + header.descriptorSize * SECTOR);
  if (!/^# Disk DescriptorFile/.test(text)) throw new VmdkError('There is no disk descriptor.');
  if (!/^createType\s*=\s*"streamOptimized"/m.test(text)) throw new VmdkError('The descriptor is of another type.');
}

class Decoder {
  readonly #header: VmdkHeader;
  readonly #front: Buffer;
  readonly #bytes: StreamBytes;
  readonly #target: VmdkTarget;
  readonly #directory: Buffer;
  #table: Buffer | undefined;
  #lastGrain = -1;

  constructor(header: VmdkHeader, front: Buffer, bytes: StreamBytes, target: VmdkTarget) {
    this.#header = header;
    this.#front = front;
    this.#bytes = bytes;
    this.#target = target;
    this.#directory = Buffer.alloc(directoryBytes(header.capacity));
  }

  async run(): Promise<void> {
    if (this.#header.directoryOffset !== undefined) return this.#tablesInFront();
    for (;;) {
      const sector = this.#sector();
      const first = await this.#bytes.take(SECTOR);
      if (first.readUInt32LE(8) > 0) await this.#grain(first, sector, true);
      else if (first.readUInt32LE(12) === marker.table) await this.#takeTable(first);
      else if (first.readUInt32LE(12) === marker.directory) return this.#end(first);
      else throw new VmdkError(`There is an unexpected marker at sector ${sector}.`);
    }
  }

  #sector(): number {
    return this.#bytes.position / SECTOR;
  }

  async #grain(first: Buffer, sector: number, tablesFollow: boolean): Promise<void> {
    const size = first.readUInt32LE(8);
    const lba = first.readBigUInt64LE(0);
    if (lba >= BigInt(this.#header.capacity) || lba % BigInt(SECTORS_PER_GRAIN) !== 0n) {
      throw new VmdkError(`The grain at sector ${sector} is for sector ${lba} of the disk.`);
    }
    const grain = Number(lba) / SECTORS_PER_GRAIN;
    if (grain <= this.#lastGrain) throw new VmdkError(`Grain ${grain} comes after grain ${this.#lastGrain}.`);
    if (size > MAX_PACKED) throw new VmdkError(`Grain ${grain} has ${size} compressed bytes.`);
    if (tablesFollow && this.#table && tableOf(grain) !== tableOf(this.#lastGrain)) {
      throw new VmdkError(`Grain ${grain} comes before the table of grain ${this.#lastGrain}.`);
    }
    const rest = await this.#bytes.take((toSectors(12 + size) - 1) * SECTOR);
    const data = unpack(Buffer.concat([first.subarray(12), rest]).subarray(0, size), grain);
    const offset = grain * GRAIN_BYTES;
    const wanted = Math.min(GRAIN_BYTES, this.#target.capacityBytes - offset);
    if (data.length !== GRAIN_BYTES && data.length !== wanted) {
      throw new VmdkError(`Grain ${grain} has ${data.length} bytes.`);
    }
    this.#table ??= Buffer.alloc(TABLE_BYTES);
    this.#table.writeUInt32LE(sector, (grain % GRAINS_PER_TABLE) * 4);
    this.#lastGrain = grain;
    await this.#target.write(offset, data.subarray(0, wanted));
  }

  /** The grain table behind the grains it names. */
  async #takeTable(first: Buffer): Promise<void> {
    const sectors = Number(first.readBigUInt64LE(0));
    const at = this.#sector();
    if (sectors !== toSectors(TABLE_BYTES)) throw new VmdkError(`A grain table of ${sectors} sectors.`);
    const table = await this.#bytes.take(TABLE_BYTES);
    // A table without a grain is a waste, not an error; nobody can tell which one it is.
    if (!this.#table && table.every((byte) => byte === 0)) return;
    if (!this.#table?.equals(table))
      throw new VmdkError(`The grain table at sector ${at} does not name the grains before it.`);
    this.#directory.writeUInt32LE(at, tableOf(this.#lastGrain) * 4);
    this.#table = undefined;
  }

  async #end(first: Buffer): Promise<void> {
    if (this.#table) throw new VmdkError('The last grains have no grain table.');
    const at = this.#sector();
    const sectors = Number(first.readBigUInt64LE(0));
    if (sectors * SECTOR !== this.#directory.length) throw new VmdkError(`A grain directory of ${sectors} sectors.`);
    const directory = await this.#bytes.take(this.#directory.length);
    for (let entry = 0; entry < directory.length; entry += 4) {
      const [told, found] = [directory.readUInt32LE(entry), this.#directory.readUInt32LE(entry)];
      if (found !== 0 && told !== found) throw new VmdkError('The grain directory does not name the grain tables.');
    }
    const footerMarker = await this.#bytes.take(SECTOR);
    if (footerMarker.readUInt32LE(8) !== 0 || footerMarker.readUInt32LE(12) !== marker.footer) {
      throw new VmdkError('There is no footer behind the grain directory.');
    }
    const footer = readHeader(await this.#bytes.take(SECTOR));
    if (footer.capacity !== this.#header.capacity || footer.directoryOffset !== at) {
      throw new VmdkError('The footer does not fit the header and the grain directory.');
    }
    const last = await this.#bytes.take(SECTOR);
    if (last.some((byte) => byte !== 0)) throw new VmdkError('There is no end-of-stream marker.');
    await this.#nothingMore();
  }

  async #nothingMore(): Promise<void> {
    if (await this.#bytes.takeOrEnd(1)) throw new VmdkError('Something follows the end.');
  }

  /** Directory and tables precede the grains, which go on to the end of the stream. */
  async #tablesInFront(): Promise<void> {
    let filling = false;
    for (;;) {
      const sector = this.#sector();
      const first = await this.#bytes.takeOrEnd(SECTOR);
      if (!first) break;
      if (first.readUInt32LE(8) === 0) {
        // qemu-img leaves the file as long as if the last grain had not been compressed.
        if (first.some((byte) => byte !== 0)) throw new VmdkError(`There is an unexpected marker at sector ${sector}.`);
        filling = true;
        continue;
      }
      if (filling) throw new VmdkError('Something follows the end.');
      const before = this.#lastGrain;
      const grain = Number(first.readBigUInt64LE(0)) / SECTORS_PER_GRAIN;
      if (before >= 0 && tableOf(grain) !== tableOf(before)) this.#compareFrontTable(tableOf(before));
      await this.#grain(first, sector, false);
    }
    if (this.#lastGrain >= 0) this.#compareFrontTable(tableOf(this.#lastGrain));
    for (let table = 0; table * GRAINS_PER_TABLE * SECTORS_PER_GRAIN < this.#header.capacity; table++) {
      if (this.#directory.readUInt32LE(table * 4) === 0 && this.#frontTable(table).some((byte) => byte !== 0)) {
        throw new VmdkError(`Grain table ${table} names grains that did not come.`);
      }
    }
  }

  #frontTable(table: number): Buffer {
    const directory = (this.#header.directoryOffset ?? 0) * SECTOR;
    if (directory + table * 4 + 4 > this.#front.length)
      throw new VmdkError('The grain directory is not before the grains.');
    const start = this.#front.readUInt32LE(directory + table * 4) * SECTOR;
    if (start === 0) return Buffer.alloc(TABLE_BYTES);
    if (start + TABLE_BYTES > this.#front.length) throw new VmdkError('A grain table is not before the grains.');
    return this.#front.subarray(start, start + TABLE_BYTES);
  }

  #compareFrontTable(table: number): void {
    if (!this.#table?.equals(this.#frontTable(table))) {
      throw new VmdkError(`Grain table ${table} does not name the grains that came.`);
    }
    this.#directory.writeUInt32LE(1, table * 4);
    this.#table = undefined;
  }
}

const tableOf = (grain: number): number => Math.floor(grain / GRAINS_PER_TABLE);

function unpack(packed: Buffer, grain: number): Buffer {
  try {
    return inflateSync(packed, { maxOutputLength: GRAIN_BYTES });
  } catch (error) {
    throw new VmdkError(`Grain ${grain} cannot be decompressed: ${error instanceof Error ? error.message : error}`);
  }
}
