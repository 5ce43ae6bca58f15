import { workerData } from 'node:worker_threads';
import { type BlockEntry, blockLength } from '../../repository/block-map.ts';
import { CHUNK_KIND, PIECE_SIZE } from '../../repository/chunk.ts';
import { ChunkHasher } from '../../repository/chunk-hasher.ts';
import { decompress, free } from '../../repository/compression.ts';
import { corrupt } from '../../repository/errors.ts';
import { PackCipher, packKey } from '../../repository/pack-cipher.ts';
import { type BlockTarget, createBlockTarget } from './block-target.ts';
import type { FetchedChunk, RestoreResult, RestoreSetup, RestoreTask } from './messages.ts';
import { SharedCounters } from './progress.ts';
import { serve, throwIfStopped, type WorkerBody } from './worker-loop.ts';

/** Decrypts, decompresses, checks and writes or hands back, all synchronously on one core. */
class RestoreWorker implements WorkerBody<RestoreTask, RestoreResult> {
  readonly #setup: RestoreSetup;
  readonly #target: BlockTarget;
  readonly #hasher: ChunkHasher;
  readonly #counters: SharedCounters;
  readonly #stop: Int32Array;
  #cipher: { readonly packId: string; readonly cipher: PackCipher } | undefined;

  constructor(setup: RestoreSetup) {
    this.#setup = setup;
    this.#hasher = new ChunkHasher(setup.keys.hashKey);
    this.#counters = new SharedCounters(setup.counters);
    this.#stop = new Int32Array(setup.stop);
    this.#target = createBlockTarget(setup);
  }

  run({ blocks, chunks, buffers }: RestoreTask): RestoreResult {
    const fetched = new Map(chunks.map((chunk) => [chunk.location.id, chunk]));
    const { capacityBytes, disk } = this.#setup;
    const runs = blocks.map((work) => {
      throwIfStopped(this.#stop);
      const length = blockLength(capacityBytes, work.block);
      const bytes = this.#target.room(work, length);
      this.#fill(work.entry, bytes, work.block, (id) => this.#open(fetched.get(id), id, buffers));
      const left = this.#target.put(work, bytes);
      // What the main thread writes is done when it has been written.
      if ('path' in disk) this.#counters.add('done', length);
      return left;
    });
    for (const buffer of buffers) free(buffer);
    return { runs };
  }

  finish(): void {
    throwIfStopped(this.#stop);
    this.#target.sync();
  }

  [Symbol.dispose](): void {
    this.#target[Symbol.dispose]();
  }

  /** Puts the block's bytes, checked against the ids in the map, into `target`. */
  #fill(entry: BlockEntry, target: Buffer, block: number, open: (id: string) => Uint8Array): void {
    if (entry.shape === 'zero') {
      target.fill(0);
      return;
    }
    if (entry.shape === 'whole') {
      copyExactly(open(entry.id), target, block);
      return;
    }
    if (entry.base !== null) copyExactly(open(entry.base), target, block);
    for (const [index, piece] of entry.pieces.entries()) {
      const part = target.subarray(index * PIECE_SIZE, (index + 1) * PIECE_SIZE);
      if (piece === 'zero') part.fill(0);
      if (typeof piece === 'object') copyExactly(open(piece.id), part, block);
    }
    if (this.#hasher.id(CHUNK_KIND.data, target) !== entry.id)
      throw corrupt(`block ${block}`, 'its pieces do not make the block that was backed up');
  }

  #open(chunk: FetchedChunk | undefined, id: string, buffers: RestoreTask['buffers']): Uint8Array {
    const { location, at } = chunk ?? {};
    const buffer = chunk && buffers[chunk.buffer];
    if (!location || !buffer || at === undefined) throw corrupt(id, 'it was not fetched');
    if (this.#cipher?.packId !== location.packId)
      this.#cipher = { packId: location.packId, cipher: new PackCipher(this.#setup.keys, location) };
    const sealed = buffer.subarray(at, at + location.storedLength);
    const encoded = this.#cipher.cipher.openChunk(location.ordinal, location.kind, sealed);
    const raw = encoded && decompress(location.encoding, encoded, location.rawLength);
    if (!raw || this.#hasher.id(CHUNK_KIND.data, raw) !== id)
      throw corrupt(packKey(location.packId), `chunk ${id} does not authenticate`);
    if (raw !== encoded) free(encoded);
    this.#counters.add('read', sealed.length);
    return raw;
  }
}

/** The memory of what was decoded goes back at once. */
function copyExactly(raw: Uint8Array, target: Buffer, block: number): void {
  if (raw.length !== target.length) throw corrupt(`block ${block}`, 'a chunk of it has a wrong length');
  target.set(raw);
  free(raw);
}

const setup: RestoreSetup = workerData;
serve(() => new RestoreWorker(setup));
