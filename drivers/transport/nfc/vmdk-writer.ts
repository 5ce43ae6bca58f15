import { promisify } from 'node:util';
import { constants, deflate } from 'node:zlib';
import { abortable } from '../../../base/abort.ts';
import { DriverError } from '../../../base/errors.ts';
import { vmdkDescriptor } from './vmdk-descriptor.ts';
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

const deflateAsync = promisify(deflate);
const GRAIN = 64 << 10;
const ENTRIES = 512;
/** Header and descriptor fill one grain. */
const OVERHEAD = GRAIN / SECTOR;
/** Grains that are compressed or wait to be sent, at most. */
const GRAINS_AHEAD = 32;
const zeros = Buffer.alloc(GRAIN);

interface PackedGrain {
  readonly grain: number;
  readonly compressed: Promise<Buffer>;
}

/**
 * Makes a stream-optimised VMDK of what is written, in ascending order. Grains are compressed in the pool's threads and leave in their order;
 * those of zeros are left out. `body` is read by one reader; a slow one makes `write` wait.
 */
export class VmdkWriter {
  readonly #capacityBytes: number;
  readonly #packed: PackedGrain[] = [];
  #position = 0;
  #isFinished = false;
  #changed = Promise.withResolvers<void>();

  constructor(capacityBytes: number) {
    if (capacityBytes % SECTOR !== 0) throw new RangeError('A disk has whole sectors.');
    this.#capacityBytes = capacityBytes;
  }

  /** As `WriteStream.write`. */
  async write(start: number, data: Uint8Array, signal: AbortSignal): Promise<void> {
    const end = start + data.length;
    const isWhole = start % GRAIN === 0 && (end % GRAIN === 0 || end === this.#capacityBytes);
    if (this.#isFinished || !isWhole || start < this.#position || end > this.#capacityBytes)
      throw new RangeError(`Bytes ${start} to ${end} cannot be written after byte ${this.#position}.`);
    this.#position = end;
    for (let at = 0; at < data.length; at += GRAIN) {
      const bytes = data.subarray(at, at + GRAIN);
      if (zeros.compare(bytes, 0, bytes.length, 0, bytes.length) === 0) continue;
      while (this.#packed.length >= GRAINS_AHEAD) await abortable(this.#changed.promise, signal);
      signal.throwIfAborted();
      // A copy: the caller takes its memory back before the grain is compressed.
      const compressed = deflateAsync(Buffer.from(bytes), { level: constants.Z_BEST_SPEED, chunkSize: GRAIN + 1024 });
      compressed.catch(() => undefined);
      this.#packed.push({ grain: (start + at) / GRAIN, compressed });
      this.#wake();
    }
  }

  /** Nothing more is written: `body` ends by itself after the tables. */
  finish(): void {
    this.#isFinished = true;
    this.#wake();
  }

  async *body(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const header: VmdkHeader = {
      capacity: this.#capacityBytes / SECTOR,
      grain: GRAIN / SECTOR,
      descriptorOffset: 1,
      descriptorSize: OVERHEAD - 1,
      entriesPerTable: ENTRIES,
      directory: DIRECTORY_AT_END,
      overhead: OVERHEAD,
    };
    const descriptor = Buffer.alloc((OVERHEAD - 1) * SECTOR);
    vmdkDescriptor(this.#capacityBytes).copy(descriptor);
    yield Buffer.concat([encodeHeader(header), descriptor]);

    const directory = Buffer.alloc(Math.ceil(Math.ceil(this.#capacityBytes / GRAIN) / ENTRIES) * 4);
    let sector = OVERHEAD;
    let table: { readonly index: number; readonly bytes: Buffer } | undefined;
    const closeTable = () => {
      if (!table) return Buffer.alloc(0);
      directory.writeUInt32LE(entry(sector + 1), table.index * 4);
      const bytes = metadata(MARKER.grainTable, table.bytes);
      sector += sectorsOf(bytes.length);
      return bytes;
    };
    for await (const { grain, compressed } of this.#grains(signal)) {
      const index = Math.floor(grain / ENTRIES);
      if (table?.index !== index) {
        yield closeTable();
        table = { index, bytes: Buffer.alloc(ENTRIES * 4) };
      }
      table.bytes.writeUInt32LE(entry(sector), (grain % ENTRIES) * 4);
      const bytes = packedGrain(grain, await compressed);
      sector += sectorsOf(bytes.length);
      yield bytes;
    }
    yield closeTable();
    const place = BigInt(sector + 1);
    yield Buffer.concat([
      metadata(MARKER.grainDirectory, directory),
      metadata(MARKER.footer, encodeHeader({ ...header, directory: place })),
      encodeMarker(MARKER.endOfStream, 0),
    ]);
  }

  async *#grains(signal: AbortSignal): AsyncGenerator<PackedGrain, void, undefined> {
    for (;;) {
      signal.throwIfAborted();
      const next = this.#packed.shift();
      if (next) {
        this.#wake();
        yield next;
      } else if (this.#isFinished) return;
      else await abortable(this.#changed.promise, signal);
    }
  }

  #wake(): void {
    const changed = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    changed.resolve();
  }
}

function packedGrain(grain: number, compressed: Buffer): Buffer {
  const bytes = Buffer.alloc(sectorsOf(GRAIN_HEADER + compressed.length) * SECTOR);
  bytes.writeBigUInt64LE(BigInt((grain * GRAIN) / SECTOR), 0);
  bytes.writeUInt32LE(compressed.length, 8);
  compressed.copy(bytes, GRAIN_HEADER);
  return bytes;
}

/** A marker and its sectors, the last one filled up with zeros. */
function metadata(type: (typeof MARKER)[keyof typeof MARKER], bytes: Buffer): Buffer {
  const sectors = sectorsOf(bytes.length);
  return Buffer.concat([encodeMarker(type, sectors), bytes], (sectors + 1) * SECTOR);
}

/** Tables tell places in 32 bits: 2 TiB of compressed bytes. */
function entry(sector: number): number {
  if (sector < 2 ** 32) return sector;
  throw new DriverError({
    kind: 'permanent',
    code: 'NOT_SUPPORTED',
    message: 'The disk has more data than a stream-optimised VMDK can hold, 2 TiB after compression.',
    remedy: 'Restore through a gateway in the same vCenter with the transport hotadd.',
  });
}
