import {
  type BlockEntry,
  type BlockMapRef,
  ENTRIES_PER_PAGE,
  encodeInnerPage,
  encodeLeafPage,
  leafCount,
  rootLevel,
} from './block-map.ts';

/** Stores a page unless the vault has it, and gives its id. */
export type PageSink = (page: Buffer) => string;

/** Builds a map from leaves that come in any order. Keeps the ids of the leaves only: 64 bytes for each 256 MiB. */
export class BlockMapWriter {
  readonly #capacityBytes: number;
  readonly #storePage: PageSink;
  readonly #leaves: (string | null | undefined)[];

  constructor(capacityBytes: number, storePage: PageSink) {
    this.#capacityBytes = capacityBytes;
    this.#storePage = storePage;
    this.#leaves = Array.from({ length: leafCount(capacityBytes) });
  }

  /** Takes over an unchanged leaf page of the parent. */
  keepLeaf(leaf: number, id: string | null): void {
    this.#leaves[leaf] = id;
  }

  putLeaf(leaf: number, entries: readonly BlockEntry[]): void {
    this.#leaves[leaf] = entries.every((entry) => entry.shape === 'zero')
      ? null
      : this.#storePage(encodeLeafPage(entries));
  }

  /** Stores the inner pages. Every leaf must have been given. */
  finish(): BlockMapRef {
    let ids = this.#leaves.map((id, leaf) => {
      if (id === undefined) throw new TypeError(`Leaf ${leaf} of the block map was never given.`);
      return id;
    });
    for (let level = 1; level <= rootLevel(this.#capacityBytes); level++) {
      const pages = Array.from({ length: Math.ceil(ids.length / ENTRIES_PER_PAGE) }, (_, page) =>
        ids.slice(page * ENTRIES_PER_PAGE, (page + 1) * ENTRIES_PER_PAGE),
      );
      ids = pages.map((children) =>
        children.every((child) => child === null) ? null : this.#storePage(encodeInnerPage(level, children)),
      );
    }
    return { root: ids[0] ?? null, capacityBytes: this.#capacityBytes };
  }
}
