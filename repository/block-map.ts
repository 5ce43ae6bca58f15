import { BLOCK_SIZE, ID_LENGTH, PIECES_PER_BLOCK, ZERO_ID } from './chunk.ts';
import { corrupt } from './errors.ts';

/** Where a disk's block map begins. Plain JSON: part of the manifest. */
export interface BlockMapRef {
  /** Id of the root page as hex; null when the whole disk is zeros. */
  readonly root: string | null;
  readonly capacityBytes: number;
}

/** A piece: zeros, a chunk of its own (its id), a part of the base chunk, or beyond the disk's end. */
export type Piece = 'zero' | 'base' | 'absent' | { readonly id: string };

/** One block. Ids are hex. FORMAT.md, section 6. */
export type BlockEntry =
  | { readonly shape: 'zero' }
  | { readonly shape: 'whole'; readonly id: string }
  | { readonly shape: 'pieces'; readonly id: string; readonly base: string | null; readonly pieces: readonly Piece[] };

export const ENTRIES_PER_PAGE = 256;
export const ZERO_ENTRY: BlockEntry = { shape: 'zero' };

const magic = Buffer.from('HFMP\x01', 'latin1');
const PAGE_HEADER_LENGTH = 8;

export function blockCount(capacityBytes: number): number {
  return Math.ceil(capacityBytes / BLOCK_SIZE);
}

/** Leaf pages of a map; each describes up to 256 blocks. */
export function leafCount(capacityBytes: number): number {
  return Math.ceil(blockCount(capacityBytes) / ENTRIES_PER_PAGE);
}

/** Bytes of a block: less than 1 MiB only for the last one. */
export function blockLength(capacityBytes: number, block: number): number {
  return Math.min(BLOCK_SIZE, capacityBytes - block * BLOCK_SIZE);
}

/** Level of the root page: the smallest that covers the disk. */
export function rootLevel(capacityBytes: number): number {
  let level = 0;
  for (let reach = ENTRIES_PER_PAGE; reach < blockCount(capacityBytes); reach *= ENTRIES_PER_PAGE) level++;
  return level;
}

/** Blocks below one entry of a page of `level`. */
export function blocksPerEntry(level: number): number {
  return ENTRIES_PER_PAGE ** level;
}

/** Entries that page `index` of `level` has for a disk of this capacity. */
export function entriesInPage(capacityBytes: number, level: number, index: number): number {
  const all = Math.ceil(blockCount(capacityBytes) / blocksPerEntry(level));
  return Math.min(ENTRIES_PER_PAGE, all - index * ENTRIES_PER_PAGE);
}

export function encodeInnerPage(level: number, children: readonly (string | null)[]): Buffer {
  return Buffer.concat([
    header(level, children.length),
    ...children.map((child) => Buffer.from(child ?? ZERO_ID, 'hex')),
  ]);
}

export function decodeInnerPage(bytes: Buffer, id: string, level: number, count: number): (string | null)[] {
  checkHeader(bytes, id, level, count);
  if (bytes.length !== PAGE_HEADER_LENGTH + count * ID_LENGTH) throw corrupt(id, 'the map page has a wrong length');
  return Array.from({ length: count }, (_, index) => {
    const at = PAGE_HEADER_LENGTH + index * ID_LENGTH;
    const child = bytes.toString('hex', at, at + ID_LENGTH);
    return child === ZERO_ID ? null : child;
  });
}

export function encodeLeafPage(entries: readonly BlockEntry[]): Buffer {
  return Buffer.concat([header(0, entries.length), ...entries.map(encodeEntry)]);
}

export function decodeLeafPage(bytes: Buffer, id: string, count: number): BlockEntry[] {
  checkHeader(bytes, id, 0, count);
  let at = PAGE_HEADER_LENGTH;
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw corrupt(id, 'the map page ends too early');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const entries = Array.from({ length: count }, () => decodeEntry(take, id));
  if (at !== bytes.length) throw corrupt(id, 'the map page has bytes after its end');
  return entries;
}

/** Ids of the data chunks that an entry needs. */
export function chunksOf(entry: BlockEntry): string[] {
  if (entry.shape === 'zero') return [];
  if (entry.shape === 'whole') return [entry.id];
  const own = entry.pieces.flatMap((piece) => (typeof piece === 'object' ? [piece.id] : []));
  return entry.base === null ? own : [entry.base, ...own];
}

const pieceTags = ['zero', 'own', 'base', 'absent'] as const;

function encodeEntry(entry: BlockEntry): Buffer {
  if (entry.shape === 'zero') return Buffer.of(0);
  if (entry.shape === 'whole') return Buffer.from(`01${entry.id}`, 'hex');
  const tags = entry.pieces.map((piece) => pieceTags.indexOf(typeof piece === 'object' ? 'own' : piece));
  const own = entry.pieces.flatMap((piece) => (typeof piece === 'object' ? [piece.id] : []));
  const head = Buffer.from(`02${entry.id}${entry.base ?? ZERO_ID}`, 'hex');
  return Buffer.concat([head, Buffer.from(tags), Buffer.from(own.join(''), 'hex')]);
}

function decodeEntry(take: (length: number) => Buffer, page: string): BlockEntry {
  const tag = take(1).readUInt8(0);
  if (tag === 0) return ZERO_ENTRY;
  if (tag > 2) throw corrupt(page, 'the map page has an unknown entry');
  const id = take(ID_LENGTH).toString('hex');
  if (tag === 1) return { shape: 'whole', id };
  const base = take(ID_LENGTH).toString('hex');
  const pieces = [...take(PIECES_PER_BLOCK)].map((value): Piece => {
    const name = pieceTags[value];
    if (name === undefined) throw corrupt(page, 'the map page has an unknown piece');
    return name === 'own' ? { id: take(ID_LENGTH).toString('hex') } : name;
  });
  if (pieces.includes('base') !== (base !== ZERO_ID)) throw corrupt(page, 'the map page has an entry without its base');
  return { shape: 'pieces', id, base: base === ZERO_ID ? null : base, pieces };
}

function header(level: number, count: number): Buffer {
  const bytes = Buffer.alloc(PAGE_HEADER_LENGTH);
  bytes.set(magic, 0);
  bytes.writeUInt8(level, 5);
  bytes.writeUInt16LE(count, 6);
  return bytes;
}

function checkHeader(bytes: Buffer, id: string, level: number, count: number): void {
  if (bytes.length < PAGE_HEADER_LENGTH || !bytes.subarray(0, PAGE_HEADER_LENGTH).equals(header(level, count)))
    throw corrupt(id, 'the map page is not what its place in the map needs');
}
