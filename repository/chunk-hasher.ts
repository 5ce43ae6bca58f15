import { Blake3Hasher } from '@napi-rs/blake-hash';
import { CHUNK_KIND, type ChunkKind } from './chunk.ts';

const pageDomain = Buffer.from('holdfast map page v1\0');

/** Ids of chunks: BLAKE3 keyed with the vault's hash key (FORMAT.md, section 4). */
export class ChunkHasher {
  readonly #hasher: Blake3Hasher;

  constructor(hashKey: Uint8Array) {
    this.#hasher = Blake3Hasher.newKeyed(Buffer.from(hashKey));
  }

  /** The id as hex. */
  id(kind: ChunkKind, bytes: Uint8Array): string {
    this.#hasher.reset();
    if (kind === CHUNK_KIND.page) this.#hasher.update(pageDomain);
    this.#hasher.update(bytes);
    return this.#hasher.digest('hex');
  }
}
