import { blockLength } from '../../repository/block-map.ts';
import { BLOCK_SIZE } from '../../repository/chunk.ts';
import { slotBytes } from './block-ring.ts';
import { alignedMemory, DiskFile } from './disk-file.ts';
import type { BlockWork, WorkerDisk } from './messages.ts';

/** Blocks read with one call where they lie beside each other. */
const BLOCKS_PER_READ = 4;

/** Where a worker gets the bytes of its blocks. What it gives is good until the next block is asked for. */
export interface BlockSource extends Disposable {
  blocks(work: readonly BlockWork[]): Iterable<{ readonly work: BlockWork; readonly bytes: Buffer }>;
}

export function createBlockSource(disk: WorkerDisk, capacityBytes: number): BlockSource {
  if ('path' in disk) return new DeviceSource(disk.path, capacityBytes);
  const { ring } = disk;
  return {
    *blocks(all) {
      for (const work of all) {
        if (work.slot === undefined) throw new Error(`Block ${work.block} came without its bytes.`);
        yield { work, bytes: slotBytes(ring, work.slot, blockLength(capacityBytes, work.block)) };
      }
    },
    [Symbol.dispose]: () => undefined,
  };
}

class DeviceSource implements BlockSource {
  readonly #capacityBytes: number;
  readonly #disk: DiskFile;
  readonly #memory = alignedMemory(BLOCKS_PER_READ * BLOCK_SIZE);

  constructor(path: string, capacityBytes: number) {
    this.#capacityBytes = capacityBytes;
    this.#disk = new DiskFile(path, 'read');
  }

  *blocks(all: readonly BlockWork[]): Iterable<{ readonly work: BlockWork; readonly bytes: Buffer }> {
    for (let next = 0; next < all.length; ) {
      const run = adjacentBlocks(all, next);
      const first = run[0]?.block ?? 0;
      const lengths = run.map(({ block }) => blockLength(this.#capacityBytes, block));
      const length = lengths.reduce((sum, one) => sum + one, 0);
      this.#disk.read(this.#memory, length, first * BLOCK_SIZE);
      for (const [index, work] of run.entries()) {
        const at = index * BLOCK_SIZE;
        yield { work, bytes: this.#memory.subarray(at, at + (lengths[index] ?? 0)) };
      }
      next += run.length;
    }
  }

  [Symbol.dispose](): void {
    this.#disk[Symbol.dispose]();
  }
}

function adjacentBlocks(blocks: readonly BlockWork[], from: number): readonly BlockWork[] {
  const first = blocks[from]?.block ?? 0;
  let count = 1;
  while (count < BLOCKS_PER_READ && blocks[from + count]?.block === first + count) count++;
  return blocks.slice(from, from + count);
}
