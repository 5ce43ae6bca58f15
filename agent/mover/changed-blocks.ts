import { HoldfastError } from '../../base/errors.ts';
import type { Extent } from '../../drivers/platform/contract.ts';
import { ENTRIES_PER_PAGE } from '../../repository/block-map.ts';
import { BLOCK_SIZE, PIECE_SIZE, PIECES_PER_BLOCK } from '../../repository/chunk.ts';

/** Blocks of one leaf page that have changed areas, each with the pieces concerned (bit 0: the first). */
export interface ChangedLeaf {
  readonly leaf: number;
  readonly blocks: ReadonlyMap<number, number>;
}

/** Groups ascending areas by leaf page, one leaf in memory at a time. Areas beyond the disk's end are cut off. */
export async function* changedLeaves(
  areas: AsyncIterable<Extent> | Iterable<Extent>,
  capacityBytes: number,
): AsyncIterable<ChangedLeaf> {
  let leaf = 0;
  let blocks = new Map<number, number>();
  let position = 0;
  for await (const { start, length } of areas) {
    if (start < position) throw unordered();
    position = start + length;
    const end = Math.min(position, capacityBytes);
    for (let piece = Math.floor(start / PIECE_SIZE); piece * PIECE_SIZE < end; piece++) {
      const block = Math.floor((piece * PIECE_SIZE) / BLOCK_SIZE);
      const itsLeaf = Math.floor(block / ENTRIES_PER_PAGE);
      if (itsLeaf !== leaf) {
        if (blocks.size > 0) yield { leaf, blocks };
        leaf = itsLeaf;
        blocks = new Map();
      }
      blocks.set(block, (blocks.get(block) ?? 0) | (1 << (piece % PIECES_PER_BLOCK)));
    }
  }
  if (blocks.size > 0) yield { leaf, blocks };
}

function unordered(): HoldfastError {
  return new HoldfastError({
    code: 'CHANGED_AREAS_INVALID',
    message: 'The changed areas are not in ascending order or overlap.',
    remedy: 'Read the whole disk instead; report this with the platform driver’s name.',
    retryable: false,
  });
}
