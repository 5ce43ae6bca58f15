import { expect, it } from 'vitest';
import { seededRandom } from '../tests/vault-fixture.ts';
import {
  type BlockEntry,
  blockCount,
  decodeInnerPage,
  decodeLeafPage,
  ENTRIES_PER_PAGE,
  encodeInnerPage,
  encodeLeafPage,
  rootLevel,
  ZERO_ENTRY,
} from './block-map.ts';
import { BlockMapReader } from './block-map-reader.ts';
import { BlockMapWriter } from './block-map-writer.ts';
import { CHUNK_KIND } from './chunk.ts';
import { ChunkHasher } from './chunk-hasher.ts';

const MiB = 2 ** 20;
const never = new AbortController().signal;
const hasher = new ChunkHasher(Buffer.alloc(32, 1));
const idOf = (index: number) => hasher.id(CHUNK_KIND.data, Buffer.from(String(index)));

function pageStore() {
  const pages = new Map<string, Buffer>();
  return {
    pages,
    store(page: Buffer): string {
      const id = hasher.id(CHUNK_KIND.page, page);
      pages.set(id, page);
      return id;
    },
    async read(id: string): Promise<Buffer> {
      const page = pages.get(id);
      if (!page) throw new Error(`page ${id} was read but never stored`);
      return page;
    },
  };
}

it('a page gives back its entries', () => {
  const random = seededRandom(3);
  const shapes: (() => BlockEntry)[] = [
    () => ZERO_ENTRY,
    () => ({ shape: 'whole', id: idOf(random(1000)) }),
    () => ({
      shape: 'pieces',
      id: idOf(1),
      base: idOf(2),
      pieces: ['base', random(2) ? 'zero' : { id: idOf(random(9)) }, { id: idOf(3) }, 'absent'],
    }),
    () => ({ shape: 'pieces', id: idOf(1), base: null, pieces: [{ id: idOf(4) }, 'zero', 'absent', 'absent'] }),
  ];
  const entries = Array.from({ length: 256 }, () => shapes[random(shapes.length)]?.() ?? ZERO_ENTRY);
  expect(decodeLeafPage(encodeLeafPage(entries), 'page', 256)).toEqual(entries);
  expect(decodeInnerPage(encodeInnerPage(2, [null, idOf(1)]), 'page', 2, 2)).toEqual([null, idOf(1)]);
});

it('a page that is cut, too long or in the wrong place is refused', () => {
  const page = encodeLeafPage([{ shape: 'whole', id: idOf(1) }, ZERO_ENTRY]);
  expect(() => decodeLeafPage(page.subarray(0, -1), 'page', 2)).toThrow('too early');
  expect(() => decodeLeafPage(Buffer.concat([page, Buffer.of(0)]), 'page', 2)).toThrow('after its end');
  expect(() => decodeLeafPage(page, 'page', 3)).toThrow('its place');
  expect(() => decodeInnerPage(page, 'page', 1, 2)).toThrow('its place');
  const unknown = Buffer.from(page);
  unknown.writeUInt8(9, page.length - 1);
  expect(() => decodeLeafPage(unknown, 'page', 2)).toThrow('unknown entry');
});

it('levels grow with the disk', () => {
  expect([0, 1, 256 * MiB, 256 * MiB + 1, 65_536 * MiB, 65_536 * MiB + 1, 64 * 2 ** 40].map(rootLevel)).toEqual([
    0, 0, 0, 1, 1, 2, 3,
  ]);
});

it('a large disk is read back leaf by leaf, and an unchanged leaf costs nothing', async () => {
  const capacity = 130_000 * MiB - 5;
  const leafCount = Math.ceil(blockCount(capacity) / ENTRIES_PER_PAGE);
  const entriesOf = (leaf: number, length: number): BlockEntry[] =>
    Array.from({ length }, (_, index) =>
      leaf % 3 === 0 ? ZERO_ENTRY : { shape: 'whole', id: idOf(leaf * 7 + index) },
    );
  const lengthOf = (leaf: number) => Math.min(ENTRIES_PER_PAGE, blockCount(capacity) - leaf * ENTRIES_PER_PAGE);
  const storage = pageStore();
  const writer = new BlockMapWriter(capacity, storage.store);
  for (let leaf = leafCount - 1; leaf >= 0; leaf--) writer.putLeaf(leaf, entriesOf(leaf, lengthOf(leaf)));
  const ref = writer.finish();
  const reader = new BlockMapReader(ref, storage.read);
  for (const leaf of [0, 1, 255, 256, 300, leafCount - 1]) {
    const expected = leaf % 3 === 0 ? null : entriesOf(leaf, lengthOf(leaf));
    expect(await reader.leaf(leaf, never)).toEqual(expected);
  }
  const before = storage.pages.size;
  const next = new BlockMapWriter(capacity, storage.store);
  for (let leaf = 0; leaf < leafCount; leaf++) next.keepLeaf(leaf, await reader.leafId(leaf, never));
  next.putLeaf(1, [...entriesOf(4, ENTRIES_PER_PAGE)]);
  expect(next.finish().root).not.toBe(ref.root);
  // The changed leaf has the content of leaf 4, so only the way up to the root is new.
  expect(storage.pages.size - before).toBe(2);
});
