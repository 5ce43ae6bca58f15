import { closeSync, openSync, renameSync, rmSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultPlan } from '../base/fault-plan.ts';
import type { IdSource } from '../base/ids.ts';
import { type ChunkEntry, type ChunkKind, encodeEntries } from './chunk.ts';
import { compress, free } from './compression.ts';
import { TAG_LENGTH } from './keys/derive.ts';
import { currentEpoch, KEY_LENGTH, type VaultKeys } from './keys/epochs.ts';
import {
  FOOTER_LENGTH,
  PACK_END_MAGIC,
  PACK_MAGIC,
  PACK_TARGET,
  PackCipher,
  type PackIdentity,
  packIdOf,
} from './pack-cipher.ts';
import { encodeHeader } from './sealed-object.ts';
import { onSpool } from './spool-error.ts';
import { meetSpoolFault } from './spool-faults.ts';

const FLUSH_AT = 2 << 20;
export const PARTIAL_SUFFIX = '.part';
export const SEALED_SUFFIX = '.pack';

/** A complete pack in the spool, ready to be uploaded unchanged. Plain data: it crosses threads. */
export interface SealedPack extends PackIdentity {
  readonly packId: string;
  readonly path: string;
  /** Bytes. */
  readonly length: number;
  readonly entries: readonly ChunkEntry[];
}

/**
 * Writes packs one after the other into a spool directory, synchronously: compress, encrypt, append. Half-written packs
 * end in `.part` and are never continued.
 */
export class PackWriter implements Disposable {
  readonly #keys: VaultKeys;
  readonly #ids: IdSource;
  readonly #directory: string;
  readonly #target: number;
  readonly #faults: FaultPlan | undefined;
  #open: OpenPack | undefined;

  constructor(options: {
    readonly keys: VaultKeys;
    readonly ids: IdSource;
    readonly directory: string;
    /** Bytes after which a pack is sealed. */
    readonly target?: number;
    /** For tests; see spool-faults.ts. */
    readonly faults?: FaultPlan | undefined;
  }) {
    this.#keys = options.keys;
    this.#ids = options.ids;
    this.#directory = options.directory;
    this.#target = options.target ?? PACK_TARGET;
    this.#faults = options.faults;
  }

  /** Stores a chunk. `storedLength` in bytes; `sealed` is the pack that became full with it. */
  append(id: string, kind: ChunkKind, raw: Uint8Array): { storedLength: number; sealed: SealedPack | undefined } {
    return this.#orDiscard(() => this.#append(id, kind, raw));
  }

  #append(id: string, kind: ChunkKind, raw: Uint8Array): { storedLength: number; sealed: SealedPack | undefined } {
    this.#open ??= this.#start();
    const pack = this.#open;
    const { encoding, bytes, release } = compress(raw);
    const parts = pack.cipher.sealChunk(pack.entries.length, kind, bytes);
    release();
    const storedLength = parts[0].length + TAG_LENGTH;
    pack.entries.push({ id, offset: pack.length, storedLength, rawLength: raw.length, kind, encoding });
    pack.add(parts);
    return { storedLength, sealed: pack.length >= this.#target ? this.seal() : undefined };
  }

  /** Completes the open pack, if there is one. */
  seal(): SealedPack | undefined {
    return this.#orDiscard(() => this.#seal());
  }

  #seal(): SealedPack | undefined {
    const pack = this.#open;
    if (!pack) return undefined;
    const trailer = pack.cipher.sealTrailer(encodeEntries(pack.entries));
    const footer = Buffer.alloc(FOOTER_LENGTH);
    footer.writeUInt32LE(trailer[0].length + TAG_LENGTH, 0);
    footer.writeUInt32LE(pack.entries.length, 4);
    footer.write(PACK_END_MAGIC, 8, 'latin1');
    pack.add([...trailer, footer]);
    pack.flush();
    const path = join(this.#directory, pack.packId + SEALED_SUFFIX);
    meetSpoolFault(this.#faults, 'seal', path);
    renameSync(pack.path, path);
    this.#open = undefined;
    closeSync(pack.fd);
    const { packId, epoch, salt, length, entries } = pack;
    return { packId, epoch, salt, path, length, entries };
  }

  /** Discards what is not sealed. */
  [Symbol.dispose](): void {
    const pack = this.#open;
    this.#open = undefined;
    if (!pack) return;
    closeSync(pack.fd);
    rmSync(pack.path, { force: true });
  }

  /** A pack of which a part could not be written is never continued; a full disk gets its space back at once. */
  #orDiscard<T>(work: () => T): T {
    try {
      return onSpool(this.#directory, work);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #start(): OpenPack {
    const { epoch } = currentEpoch(this.#keys);
    const salt = Uint8Array.from(this.#ids.bytes(KEY_LENGTH));
    const pack = new OpenPack(epoch, salt, new PackCipher(this.#keys, { epoch, salt }), this.#directory, this.#faults);
    pack.add([encodeHeader(PACK_MAGIC, epoch, salt)]);
    return pack;
  }
}

class OpenPack {
  readonly entries: ChunkEntry[] = [];
  readonly packId: string;
  readonly path: string;
  readonly fd: number;
  readonly epoch: number;
  readonly salt: Uint8Array;
  readonly cipher: PackCipher;
  length = 0;
  readonly #faults: FaultPlan | undefined;
  #pending: Buffer[] = [];
  #pendingLength = 0;

  constructor(epoch: number, salt: Uint8Array, cipher: PackCipher, directory: string, faults: FaultPlan | undefined) {
    this.epoch = epoch;
    this.salt = salt;
    this.cipher = cipher;
    this.packId = packIdOf(salt);
    this.path = join(directory, this.packId + PARTIAL_SUFFIX);
    this.#faults = faults;
    meetSpoolFault(faults, 'open', this.path);
    this.fd = openSync(this.path, 'wx', 0o600);
  }

  add(parts: readonly Buffer[]): void {
    for (const part of parts) {
      this.#pending.push(part);
      this.#pendingLength += part.length;
      this.length += part.length;
    }
    if (this.#pendingLength >= FLUSH_AT) this.flush();
  }

  flush(): void {
    const written = this.#pending;
    let parts = written;
    let left = this.#pendingLength;
    this.#pending = [];
    this.#pendingLength = 0;
    while (left > 0) {
      meetSpoolFault(this.#faults, 'write', this.path);
      let done = writevSync(this.fd, parts);
      left -= done;
      parts = parts.flatMap((part) => {
        const skip = Math.min(done, part.length);
        done -= skip;
        return skip === part.length ? [] : [part.subarray(skip)];
      });
    }
    for (const part of written) free(part);
  }
}
