import { workerData } from 'node:worker_threads';
import { type BlockEntry, blockLength } from '../../repository/block-map.ts';
import { BLOCK_SIZE, CHUNK_KIND, PIECE_SIZE } from '../../repository/chunk.ts';
import { ChunkHasher } from '../../repository/chunk-hasher.ts';
import { decompress, free } from '../../repository/compression.ts';
import { corrupt } from '../../repository/errors.ts';
import { PackCipher, packKey } from '../../repository/pack-cipher.ts';
import { alignedMemory, DiskFile } from './disk-file.ts';
import type { FetchedChunk, RestoreSetup, RestoreTask } from './messages.ts';
import { SharedCounters } from './progress.ts';
import { serve, throwIfStopped, type WorkerBody } from './worker-loop.ts';

const zeros = Buffer.alloc(BLOCK_SIZE);
/** Zeros inside a block stay holes on a zeroed target in steps of this many bytes. */
const HOLE = 64 << 10;

/** Decrypts, decompresses, checks and writes, all synchronously on one core. */
class RestoreWorker implements WorkerBody<RestoreTask, undefined> {
  readonly #setup: RestoreSetup;
  readonly #disk: DiskFile;
  readonly #memory = alignedMemory(BLOCK_SIZE);
  readonly #hasher: ChunkHasher;
  readonly #counters: SharedCounters;
  readonly #stop: Int32Array;
  #cipher: { readonly packId: string; readonly cipher: PackCipher } | undefined;

  constructor(setup: RestoreSetup) {
    this.#setup = setup;
    this.#hasher = new ChunkHasher(setup.keys.hashKey);
    this.#counters = new SharedCounters(setup.counters);
    this.#stop = new Int32Array(setup.stop);
    this.#disk = new DiskFile(setup.diskPath, 'write');
  }

  run({ blocks, chunks, buffers }: RestoreTask): undefined {
    const fetched = new Map(chunks.map((chunk) => [chunk.location.id, chunk]));
    for (const { block, entry } of blocks) {
      throwIfStopped(this.#stop);
      const length = blockLength(this.#setup.capacityBytes, block);
      this.#fill(entry, length, block, (id) => this.#open(fetched.get(id), id, buffers));
      this.#write(block * BLOCK_SIZE, length, entry.shape === 'zero');
      this.#counters.add('done', length);
    }
    for (const buffer of buffers) free(buffer);
    return undefined;
  }

  finish(): void {
    throwIfStopped(this.#stop);
    this.#disk.sync();
  }

  [Symbol.dispose](): void {
    this.#disk[Symbol.dispose]();
  }

  /** Puts the block's bytes, checked against the ids in the map, into the aligned memory. */
  #fill(entry: BlockEntry, length: number, block: number, open: (id: string) => Uint8Array): void {
    const target = this.#memory.subarray(0, length);
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

  #write(offset: number, length: number, isZero: boolean): void {
    if (!this.#setup.targetIsZeroed) {
      this.#disk.write(this.#memory, 0, length, offset);
      return;
    }
    if (isZero) return;
    for (let start = 0; start < length; ) {
      if (isHole(this.#memory, start, length)) {
        start += HOLE;
        continue;
      }
      let end = start + HOLE;
      while (end < length && !isHole(this.#memory, end, length)) end += HOLE;
      this.#disk.write(this.#memory, start, Math.min(end, length) - start, offset + start);
      start = end;
    }
  }
}

/** The memory of what was decoded goes back at once. */
function copyExactly(raw: Uint8Array, target: Buffer, block: number): void {
  if (raw.length !== target.length) throw corrupt(`block ${block}`, 'a chunk of it has a wrong length');
  target.set(raw);
  free(raw);
}

function isHole(bytes: Buffer, start: number, length: number): boolean {
  const end = Math.min(start + HOLE, length);
  return bytes.compare(zeros, 0, end - start, start, end) === 0;
}

const setup: RestoreSetup = workerData;
serve(() => new RestoreWorker(setup));
