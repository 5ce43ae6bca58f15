import { parentPort, workerData } from 'node:worker_threads';
import { FaultPlan } from '../../base/fault-plan.ts';
import { systemIds } from '../../base/ids.ts';
import { type BlockEntry, type Piece, ZERO_ENTRY } from '../../repository/block-map.ts';
import { BLOCK_SIZE, CHUNK_KIND, PIECE_SIZE, PIECES_PER_BLOCK } from '../../repository/chunk.ts';
import { ChunkHasher } from '../../repository/chunk-hasher.ts';
import { LocalIndex } from '../../repository/local-index.ts';
import { PackWriter, type SealedPack } from '../../repository/pack-writer.ts';
import { type BlockSource, createBlockSource } from './block-source.ts';
import type { BackupResult, BackupSetup, BackupTask, BlockWork } from './messages.ts';
import { SharedCounters } from './progress.ts';
import { SharedIdSet } from './shared-id-set.ts';
import { serve, throwIfStopped, type WorkerBody } from './worker-loop.ts';

const zeros = Buffer.alloc(BLOCK_SIZE);
/** More changed pieces than these make a new whole block cheaper than a block of pieces. */
const ISOLATED_PIECES = 2;

/** Reads, skips zeros, hashes, deduplicates, compresses, encrypts and spools, all synchronously on one core. */
class BackupWorker implements WorkerBody<BackupTask, BackupResult> {
  readonly #source: BlockSource;
  readonly #hasher: ChunkHasher;
  readonly #newIds: SharedIdSet;
  readonly #index: LocalIndex;
  readonly #packs: PackWriter;
  readonly #counters: SharedCounters;
  readonly #stop: Int32Array;
  readonly #onPack: (pack: SealedPack) => void;

  constructor(setup: BackupSetup, onPack: (pack: SealedPack) => void) {
    this.#hasher = new ChunkHasher(setup.keys.hashKey);
    this.#newIds = new SharedIdSet(setup.newIds);
    this.#counters = new SharedCounters(setup.counters);
    this.#stop = new Int32Array(setup.stop);
    this.#packs = new PackWriter({
      keys: setup.keys,
      ids: systemIds,
      directory: setup.spoolDirectory,
      faults: FaultPlan.join(setup.faults),
    });
    this.#onPack = onPack;
    this.#index = LocalIndex.openReadOnly(setup.indexPath);
    this.#source = createBlockSource(setup.disk, setup.capacityBytes);
  }

  run({ blocks }: BackupTask): BackupResult {
    const entries: BlockEntry[] = [];
    for (const { work, bytes } of this.#source.blocks(blocks)) {
      throwIfStopped(this.#stop);
      entries.push(this.#entryFor(work, bytes));
      this.#counters.add('read', bytes.length);
      this.#counters.add('done', bytes.length);
    }
    return { entries };
  }

  finish(): void {
    throwIfStopped(this.#stop);
    const sealed = this.#packs.seal();
    if (sealed) this.#onPack(sealed);
  }

  [Symbol.dispose](): void {
    this.#packs[Symbol.dispose]();
    this.#source[Symbol.dispose]();
    this.#index[Symbol.dispose]();
  }

  #entryFor({ parent, changed }: BlockWork, bytes: Buffer): BlockEntry {
    if (isZero(bytes)) {
      this.#counters.add('zero', bytes.length);
      return ZERO_ENTRY;
    }
    const id = this.#hasher.id(CHUNK_KIND.data, bytes);
    if (parent && parent.shape !== 'zero' && parent.id === id) {
      this.#counters.add('deduplicated', bytes.length);
      return parent;
    }
    const pieces = this.#index.has(id, CHUNK_KIND.data) ? undefined : this.#piecesFor(id, parent, changed, bytes);
    if (pieces) return pieces;
    this.#store(id, bytes);
    return { shape: 'whole', id };
  }

  /** The block in pieces where only isolated ones changed. */
  #piecesFor(
    id: string,
    parent: BlockEntry | undefined,
    changed: number | undefined,
    bytes: Buffer,
  ): BlockEntry | undefined {
    if (changed === undefined || parent === undefined || parent.shape === 'zero') return undefined;
    if (bitCount(changed) > ISOLATED_PIECES) return undefined;
    const pieces = Array.from({ length: PIECES_PER_BLOCK }, (_, index): Piece => {
      const piece = bytes.subarray(index * PIECE_SIZE, (index + 1) * PIECE_SIZE);
      if (piece.length === 0) return 'absent';
      if ((changed & (1 << index)) === 0) {
        this.#counters.add('deduplicated', piece.length);
        return parent.shape === 'whole' ? 'base' : (parent.pieces[index] ?? 'absent');
      }
      if (isZero(piece)) {
        this.#counters.add('zero', piece.length);
        return 'zero';
      }
      const pieceId = this.#hasher.id(CHUNK_KIND.data, piece);
      this.#store(pieceId, piece);
      return { id: pieceId };
    });
    const base = parent.shape === 'whole' ? parent.id : parent.base;
    return { shape: 'pieces', id, base: pieces.includes('base') ? base : null, pieces };
  }

  #store(id: string, bytes: Buffer): void {
    if (this.#index.has(id, CHUNK_KIND.data) || !this.#newIds.claim(id)) {
      this.#counters.add('deduplicated', bytes.length);
      return;
    }
    const { storedLength, sealed } = this.#packs.append(id, CHUNK_KIND.data, bytes);
    this.#counters.add('fresh', bytes.length);
    this.#counters.add('stored', storedLength);
    if (sealed) this.#onPack(sealed);
  }
}

function isZero(bytes: Buffer): boolean {
  return bytes.compare(zeros, 0, bytes.length) === 0;
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

const setup: BackupSetup = workerData;
serve(() => new BackupWorker(setup, (pack) => parentPort?.postMessage({ type: 'pack', pack })));
