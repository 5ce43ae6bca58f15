import { crc32 } from 'node:zlib';
import { corruptStream } from './corrupt-stream.ts';
import { SECTOR, type VmdkHeader } from './vmdk-format.ts';

/** Entries up to this one say "zeros". */
const ZERO_GRAIN = 1;

/**
 * Holds the grains of a stream against its grain tables and its grain directory, wherever in it those are. Remembered is a checksum for each
 * table that was not compared yet and where each one was, never the grains: a few bytes for 32 MiB of the disk.
 */
export class GrainTables {
  readonly #entries: number;
  readonly #count: number;
  readonly #emptyChecksum: number;
  /** Tables that came before the grains and name some, by their number. */
  readonly #before: Map<number, number> | undefined;
  /** Tables the grains make, in order, that have not come yet. */
  #awaited: { readonly table: number; readonly checksum: number }[] = [];
  /** Sectors where tables came. */
  readonly #places = new Map<number, number>();
  readonly #emptyPlaces = new Set<number>();
  #current: { readonly table: number; readonly bytes: Buffer } | undefined;

  /** `before`: the sectors up to the first grain, where they hold the tables. */
  constructor(header: VmdkHeader, before?: Buffer) {
    this.#entries = header.entriesPerTable;
    this.#count = Math.ceil(Math.ceil(header.capacity / header.grain) / header.entriesPerTable);
    this.#emptyChecksum = crc32(Buffer.alloc(header.entriesPerTable * 4));
    if (!before) return;
    this.#before = new Map();
    const directory = part(before, Number(header.directory) * SECTOR, this.#count * 4, 'its grain directory');
    for (let table = 0; table < this.#count; table++) {
      const place = directory.readUInt32LE(table * 4);
      if (place === 0) continue;
      const checksum = this.#checksum(part(before, place * SECTOR, this.#entries * 4, 'a grain table'));
      if (checksum !== this.#emptyChecksum) this.#before.set(table, checksum);
    }
  }

  get tableBytes(): number {
    return this.#entries * 4;
  }

  get directoryBytes(): number {
    return this.#count * 4;
  }

  /** Grain number `grain` begins at `sector` of the stream. */
  grain(grain: number, sector: number): void {
    const table = Math.floor(grain / this.#entries);
    if (this.#current?.table !== table) {
      this.#seal();
      this.#current = { table, bytes: Buffer.alloc(this.tableBytes) };
    }
    // Beyond 2 TiB of compressed bytes an entry cannot tell the place.
    this.#current.bytes.writeUInt32LE(sector >>> 0, (grain % this.#entries) * 4);
  }

  /** A table came at `sector`. */
  table(bytes: Buffer, sector: number): void {
    this.#seal();
    if (this.#places.size + this.#emptyPlaces.size >= this.#count) throw corruptStream('it has too many grain tables');
    const checksum = this.#checksum(bytes.subarray(0, this.tableBytes));
    if (checksum === this.#emptyChecksum) {
      this.#emptyPlaces.add(sector);
      return;
    }
    const awaited = this.#awaited.shift();
    if (awaited?.checksum !== checksum) throw corruptStream('a grain table names other grains than came');
    this.#places.set(awaited.table, sector);
  }

  /** The directory came, after all tables. */
  directory(bytes: Buffer): void {
    this.#seal();
    if (this.#awaited.length > 0) throw corruptStream('grain tables are missing');
    for (let table = 0; table < this.#count; table++) {
      const told = bytes.readUInt32LE(table * 4);
      const place = this.#places.get(table);
      const isRight = place === undefined ? told === 0 || this.#emptyPlaces.has(told) : told === place >>> 0;
      if (!isRight) throw corruptStream('its grain directory names other tables than came');
    }
  }

  /** Whether tables that came before the grains name some, and all of these came. */
  isComplete(): boolean {
    const current = this.#current;
    if (!this.#before || !current) return false;
    return this.#before.size === 1 && this.#before.get(current.table) === crc32(current.bytes);
  }

  /** The grains of the current table have all come. */
  #seal(): void {
    if (!this.#current) return;
    const { table, bytes } = this.#current;
    this.#current = undefined;
    const checksum = crc32(bytes);
    if (!this.#before) {
      this.#awaited.push({ table, checksum });
      return;
    }
    if (this.#before.get(table) !== checksum) throw corruptStream('a grain table names other grains than came');
    this.#before.delete(table);
    this.#places.set(table, 0);
  }

  #checksum(bytes: Buffer): number {
    const plain = Buffer.from(bytes);
    for (let at = 0; at < plain.length; at += 4) if (plain.readUInt32LE(at) <= ZERO_GRAIN) plain.writeUInt32LE(0, at);
    return crc32(plain);
  }
}

function part(bytes: Buffer, at: number, length: number, what: string): Buffer {
  if (!Number.isSafeInteger(at) || at < SECTOR || at + length > bytes.length)
    throw corruptStream(`${what} is not where it should be`);
  return bytes.subarray(at, at + length);
}
