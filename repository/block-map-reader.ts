import {
  type BlockEntry,
  type BlockMapRef,
  blocksPerEntry,
  decodeInnerPage,
  decodeLeafPage,
  ENTRIES_PER_PAGE,
  entriesInPage,
  leafCount,
  rootLevel,
} from './block-map.ts';

/** Gives an authenticated page by its id. */
export type PageSource = (id: string, signal: AbortSignal) => Promise<Buffer>;

/** Reads a map page by page; keeps one page of each level, so going through in order reads every page once. */
export class BlockMapReader {
  readonly #ref: BlockMapRef;
  readonly #readPage: PageSource;
  readonly #kept: ({ readonly id: string; readonly children: (string | null)[] } | undefined)[] = [];

  constructor(ref: BlockMapRef, readPage: PageSource) {
    this.#ref = ref;
    this.#readPage = readPage;
  }

  get leafCount(): number {
    return leafCount(this.#ref.capacityBytes);
  }

  /** The id of leaf page `leaf`, or null when all of its blocks are zeros. */
  async leafId(leaf: number, signal: AbortSignal): Promise<string | null> {
    const { root, capacityBytes } = this.#ref;
    let id = leaf < this.leafCount ? root : null;
    for (let level = rootLevel(capacityBytes); level > 0 && id !== null; level--) {
      const page = Math.floor(leaf / blocksPerEntry(level));
      const entry = Math.floor(leaf / blocksPerEntry(level - 1)) % ENTRIES_PER_PAGE;
      const children = await this.#inner(id, level, page, signal);
      id = children[entry] ?? null;
    }
    return id;
  }

  /** The entries of leaf page `leaf`; null when all of them are zeros. */
  async leaf(leaf: number, signal: AbortSignal): Promise<BlockEntry[] | null> {
    const id = await this.leafId(leaf, signal);
    if (id === null) return null;
    return decodeLeafPage(await this.#readPage(id, signal), id, entriesInPage(this.#ref.capacityBytes, 0, leaf));
  }

  async #inner(id: string, level: number, page: number, signal: AbortSignal): Promise<(string | null)[]> {
    const kept = this.#kept[level];
    if (kept?.id === id) return kept.children;
    const count = entriesInPage(this.#ref.capacityBytes, level, page);
    const children = decodeInnerPage(await this.#readPage(id, signal), id, level, count);
    this.#kept[level] = { id, children };
    return children;
  }
}
