import type { ChunkKind } from './chunk.ts';
import { deriveKey, seal, unseal, uuidBytes } from './keys/derive.ts';
import type { VaultKeys } from './keys/epochs.ts';
import { epochKey } from './sealed-object.ts';

export const PACK_MAGIC = 'HFPACK01';
export const PACK_END_MAGIC = 'HFPKEND1';
/** Trailer length, count, end magic. */
export const FOOTER_LENGTH = 16;
/** A writer seals its pack as soon as it has this many bytes. */
export const PACK_TARGET = 24 << 20;

const TRAILER_ORDINAL = 0xffffffff;
const TRAILER_KIND = 0xff;

/** What names a pack and derives its key. */
export interface PackIdentity {
  readonly epoch: number;
  readonly salt: Uint8Array;
}

export function packIdOf(salt: Uint8Array): string {
  return Buffer.from(salt.buffer, salt.byteOffset, 16).toString('hex');
}

export function packKey(packId: string): string {
  return `packs/${packId.slice(0, 2)}/${packId}`;
}

/** Seals and opens the chunks of one pack (FORMAT.md, section 4). */
export class PackCipher {
  readonly #key: Buffer;
  readonly #aad: Buffer;

  constructor(keys: VaultKeys, { epoch, salt }: PackIdentity) {
    const vaultId = uuidBytes(keys.vaultId);
    this.#key = deriveKey(epochKey(keys, epoch), salt, 'holdfast pack v1', vaultId);
    this.#aad = Buffer.alloc(16 + 4 + 32 + 4 + 1);
    this.#aad.set(vaultId, 0);
    this.#aad.writeUInt32LE(epoch, 16);
    this.#aad.set(salt, 20);
  }

  sealChunk(ordinal: number, kind: ChunkKind, plaintext: Uint8Array): readonly [Buffer, Buffer] {
    return seal(this.#key, nonce(ordinal), this.#aadOf(ordinal, kind), plaintext);
  }

  openChunk(ordinal: number, kind: ChunkKind, sealed: Uint8Array): Buffer | undefined {
    return unseal(this.#key, nonce(ordinal), this.#aadOf(ordinal, kind), sealed);
  }

  sealTrailer(table: Uint8Array): readonly [Buffer, Buffer] {
    return seal(this.#key, nonce(TRAILER_ORDINAL), this.#aadOf(TRAILER_ORDINAL, TRAILER_KIND), table);
  }

  openTrailer(sealed: Uint8Array): Buffer | undefined {
    return unseal(this.#key, nonce(TRAILER_ORDINAL), this.#aadOf(TRAILER_ORDINAL, TRAILER_KIND), sealed);
  }

  #aadOf(ordinal: number, kind: number): Buffer {
    this.#aad.writeUInt32LE(ordinal, 52);
    this.#aad.writeUInt8(kind, 56);
    return this.#aad;
  }
}

function nonce(ordinal: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32LE(ordinal, 0);
  return bytes;
}
