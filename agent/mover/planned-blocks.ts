import {
  type BlockMapRef,
  blockLength,
  ENTRIES_PER_PAGE,
  entriesInPage,
  ZERO_ENTRY,
} from '../../repository/block-map.ts';
import { BlockMapReader } from '../../repository/block-map-reader.ts';
import type { Vault } from '../../repository/vault.ts';
import type { RestoreBlock } from './messages.ts';
import type { SharedCounters } from './progress.ts';

export interface PlannedBlocksOptions {
  readonly vault: Vault;
  readonly mapRef: BlockMapRef;
  /** Zeros need not be written. */
  readonly isZeroed: boolean;
  readonly blocksPerGroup: number;
  readonly counters: SharedCounters;
}

/** The blocks to write, in order and in groups. */
export async function* plannedBlocks(
  { vault, mapRef, isZeroed, blocksPerGroup, counters }: PlannedBlocksOptions,
  signal: AbortSignal,
): AsyncIterable<readonly RestoreBlock[]> {
  const { capacityBytes } = mapRef;
  const reader = new BlockMapReader(mapRef, (id) => vault.readChunk(id, signal));
  let group: RestoreBlock[] = [];
  for (let leaf = 0; leaf < reader.leafCount; leaf++) {
    const entries = await reader.leaf(leaf, signal);
    for (let index = 0; index < entriesInPage(capacityBytes, 0, leaf); index++) {
      const block = leaf * ENTRIES_PER_PAGE + index;
      const entry = entries?.[index] ?? ZERO_ENTRY;
      if (entry.shape === 'zero') counters.add('zero', blockLength(capacityBytes, block));
      if (entry.shape === 'zero' && isZeroed) {
        counters.add('done', blockLength(capacityBytes, block));
        continue;
      }
      group.push({ block, entry });
      if (group.length < blocksPerGroup) continue;
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}
