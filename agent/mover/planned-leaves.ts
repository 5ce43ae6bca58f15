import type { Extent } from '../../drivers/platform/contract.ts';
import {
  type BlockEntry,
  type BlockMapRef,
  blockLength,
  ENTRIES_PER_PAGE,
  entriesInPage,
  leafCount,
  ZERO_ENTRY,
} from '../../repository/block-map.ts';
import { BlockMapReader } from '../../repository/block-map-reader.ts';
import { BLOCK_SIZE } from '../../repository/chunk.ts';
import type { Vault } from '../../repository/vault.ts';
import { changedLeaves } from './changed-blocks.ts';
import type { BlockWork } from './messages.ts';

export interface PlanOptions {
  readonly vault: Vault;
  readonly source: { readonly capacityBytes: number };
  readonly changedAreas?: AsyncIterable<Extent> | readonly Extent[];
  readonly parentMap?: BlockMapRef;
}

export interface PlannedLeaf {
  readonly leaf: number;
  readonly bytes: number;
  readonly workBytes: number;
  /** Empty: the parent's page is taken over. */
  readonly work: readonly BlockWork[];
  readonly keptId: string | null;
  readonly entries: BlockEntry[];
}

/** Every leaf of the disk in order, with the blocks that have to be looked at. */
export async function* plannedLeaves(options: PlanOptions, signal: AbortSignal): AsyncIterable<PlannedLeaf> {
  const { vault, source, changedAreas, parentMap } = options;
  const { capacityBytes } = source;
  const parent = parentMap && new BlockMapReader(parentMap, (id) => vault.readChunk(id, signal));
  const bytesOf = (leaf: number) => {
    const first = leaf * ENTRIES_PER_PAGE * BLOCK_SIZE;
    return Math.min(ENTRIES_PER_PAGE * BLOCK_SIZE, capacityBytes - first);
  };

  const plan = async (leaf: number, changed: ReadonlyMap<number, number> | undefined): Promise<PlannedLeaf> => {
    const first = leaf * ENTRIES_PER_PAGE;
    const count = entriesInPage(capacityBytes, 0, leaf);
    const parentEntries = (await parent?.leaf(leaf, signal)) ?? null;
    const blocks = changed ? [...changed.keys()] : Array.from({ length: count }, (_, index) => first + index);
    return {
      leaf,
      bytes: bytesOf(leaf),
      workBytes: blocks.reduce((sum, block) => sum + blockLength(capacityBytes, block), 0),
      work: blocks.map((block) => ({
        block,
        parent: parentEntries?.[block % ENTRIES_PER_PAGE],
        changed: changed?.get(block),
      })),
      keptId: null,
      entries: Array.from({ length: count }, (_, index) => parentEntries?.[index] ?? ZERO_ENTRY),
    };
  };
  const keep = async (leaf: number): Promise<PlannedLeaf> => {
    const keptId = (await parent?.leafId(leaf, signal)) ?? null;
    return { leaf, bytes: bytesOf(leaf), workBytes: 0, work: [], keptId, entries: [] };
  };

  let next = 0;
  if (changedAreas)
    for await (const { leaf, blocks } of changedLeaves(changedAreas, capacityBytes)) {
      for (; next < leaf; next++) yield await keep(next);
      yield await plan(leaf, blocks);
      next = leaf + 1;
    }
  for (; next < leafCount(capacityBytes); next++) yield changedAreas ? await keep(next) : await plan(next, undefined);
}
