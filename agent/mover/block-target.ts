import type { Extent } from '../../drivers/platform/contract.ts';
import { BLOCK_SIZE } from '../../repository/chunk.ts';
import { slotBytes } from './block-ring.ts';
import { alignedMemory, DiskFile } from './disk-file.ts';
import type { RestoreBlock, RestoreSetup } from './messages.ts';

const zeros = Buffer.alloc(BLOCK_SIZE);
/** Zeros inside a block stay holes on a zeroed target in steps of this many bytes. */
const HOLE = 64 << 10;

/** Where a worker puts its blocks: first into `room`, then, verified, to `put`. */
export interface BlockTarget extends Disposable {
  room(block: RestoreBlock, length: number): Buffer;
  /** What the main thread has to write of it. */
  put(block: RestoreBlock, bytes: Buffer): readonly Extent[];
  /** Everything written is on the device when this returns. */
  sync(): void;
}

export function createBlockTarget({ disk, targetIsZeroed }: RestoreSetup): BlockTarget {
  if ('path' in disk) return new DeviceTarget(disk.path, targetIsZeroed);
  return {
    room({ block, slot }, length) {
      if (slot === undefined) throw new Error(`Block ${block} came without a place for its bytes.`);
      return slotBytes(disk.ring, slot, length);
    },
    put: ({ entry }, bytes) => (entry.shape === 'zero' ? [] : [...runsOf(bytes)]),
    sync: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
}

class DeviceTarget implements BlockTarget {
  readonly #disk: DiskFile;
  readonly #isZeroed: boolean;
  readonly #memory = alignedMemory(BLOCK_SIZE);

  constructor(path: string, isZeroed: boolean) {
    this.#disk = new DiskFile(path, 'write');
    this.#isZeroed = isZeroed;
  }

  room(_block: RestoreBlock, length: number): Buffer {
    return this.#memory.subarray(0, length);
  }

  put({ block, entry }: RestoreBlock, bytes: Buffer): readonly Extent[] {
    const offset = block * BLOCK_SIZE;
    if (!this.#isZeroed) this.#disk.write(this.#memory, 0, bytes.length, offset);
    else if (entry.shape !== 'zero')
      for (const { start, length } of runsOf(bytes)) this.#disk.write(this.#memory, start, length, offset + start);
    return [];
  }

  sync(): void {
    this.#disk.sync();
  }

  [Symbol.dispose](): void {
    this.#disk[Symbol.dispose]();
  }
}

/** What lies between the holes. */
function* runsOf(bytes: Buffer): Iterable<Extent> {
  for (let start = 0; start < bytes.length; ) {
    if (isHole(bytes, start)) {
      start += HOLE;
      continue;
    }
    let end = start + HOLE;
    while (end < bytes.length && !isHole(bytes, end)) end += HOLE;
    yield { start, length: Math.min(end, bytes.length) - start };
    start = end;
  }
}

function isHole(bytes: Buffer, start: number): boolean {
  const end = Math.min(start + HOLE, bytes.length);
  return bytes.compare(zeros, 0, end - start, start, end) === 0;
}
