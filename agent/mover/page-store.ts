import type { FaultPlan } from '../../base/fault-plan.ts';
import { CHUNK_KIND } from '../../repository/chunk.ts';
import { ChunkHasher } from '../../repository/chunk-hasher.ts';
import { PackWriter, type SealedPack } from '../../repository/pack-writer.ts';
import type { Vault } from '../../repository/vault.ts';
import type { SharedCounters } from './progress.ts';

/** Stores map pages in packs of their own, so that reading a map touches few objects. */
export class PageStore implements Disposable {
  readonly #vault: Vault;
  readonly #hasher: ChunkHasher;
  readonly #packs: PackWriter;
  readonly #stored = new Set<string>();
  readonly #counters: SharedCounters;
  readonly #onPack: (pack: SealedPack) => void;

  constructor(options: {
    readonly vault: Vault;
    readonly spoolDirectory: string;
    readonly counters: SharedCounters;
    /** For tests. */
    readonly faults?: FaultPlan | undefined;
    readonly onPack: (pack: SealedPack) => void;
  }) {
    const { vault } = options;
    this.#vault = vault;
    this.#hasher = new ChunkHasher(vault.keys.hashKey);
    this.#packs = new PackWriter({
      keys: vault.keys,
      ids: vault.ids,
      directory: options.spoolDirectory,
      faults: options.faults,
    });
    this.#counters = options.counters;
    this.#onPack = options.onPack;
  }

  /** The page's id; stored unless the vault has it. */
  store(page: Buffer): string {
    const id = this.#hasher.id(CHUNK_KIND.page, page);
    if (this.#stored.has(id) || this.#vault.index.has(id, CHUNK_KIND.page)) return id;
    this.#stored.add(id);
    const { storedLength, sealed } = this.#packs.append(id, CHUNK_KIND.page, page);
    this.#counters.add('stored', storedLength);
    if (sealed) this.#onPack(sealed);
    return id;
  }

  finish(): void {
    const sealed = this.#packs.seal();
    if (sealed) this.#onPack(sealed);
  }

  [Symbol.dispose](): void {
    this.#packs[Symbol.dispose]();
  }
}
