import type { BlockEntry } from './block-map.ts';
import { CHUNK_KIND, PIECE_SIZE } from './chunk.ts';
import type { ChunkHasher } from './chunk-hasher.ts';
import { corrupt } from './errors.ts';

/**
 * Puts a block in pieces together and compares it with its own id. Each piece may be sound and the block still not what the machine had, when
 * changed block tracking left a change out: only here does that show. Throws VAULT_CORRUPT, and what `read` throws.
 */
export async function checkBlockInPieces(
  entry: Extract<BlockEntry, { shape: 'pieces' }>,
  length: number,
  name: string,
  hasher: ChunkHasher,
  read: (id: string) => Promise<Uint8Array>,
): Promise<void> {
  const block = Buffer.alloc(length);
  const put = (raw: Uint8Array, target: Uint8Array) => {
    if (raw.length !== target.length) throw corrupt(name, 'a chunk of it has a wrong length');
    target.set(raw);
  };
  if (entry.base !== null) put(await read(entry.base), block);
  for (const [index, piece] of entry.pieces.entries()) {
    const part = block.subarray(index * PIECE_SIZE, (index + 1) * PIECE_SIZE);
    if (piece === 'zero') part.fill(0);
    if (typeof piece === 'object') put(await read(piece.id), part);
  }
  if (hasher.id(CHUNK_KIND.data, block) !== entry.id)
    throw corrupt(name, 'its pieces do not make the block that was backed up');
}

/** Remembers what was checked lately, within fixed memory (about 20 MB): a block that is met again later is checked once more. */
export class CheckedBlocks {
  readonly #most = 50_000;
  readonly #keys = new Set<string>();

  /** True the first time. */
  add(entry: Extract<BlockEntry, { shape: 'pieces' }>): boolean {
    const key = JSON.stringify(entry);
    if (this.#keys.has(key)) return false;
    if (this.#keys.size >= this.#most) this.#keys.clear();
    this.#keys.add(key);
    return true;
  }
}
