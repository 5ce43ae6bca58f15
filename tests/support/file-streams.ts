import { open } from 'node:fs/promises';
import type { DeviceAccess, ReadStream, WriteStream } from '../../drivers/transport/contract.ts';

const GRAIN = 64 << 10;

/** The disk in a file as a transport that knows streams only would give it. `areaBytes`: how much comes at a time. */
export function fileReadStream({ path, capacityBytes }: DeviceAccess, areaBytes = GRAIN): ReadStream {
  return {
    kind: 'readStream',
    capacityBytes,
    async *areas(signal) {
      const file = await open(path, 'r');
      try {
        const zeros = Buffer.alloc(areaBytes);
        for (let start = 0; start < capacityBytes; start += areaBytes) {
          signal.throwIfAborted();
          const length = Math.min(areaBytes, capacityBytes - start);
          const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, start);
          if (bytesRead < length) throw new Error('The file is shorter than the disk.');
          if (buffer.compare(zeros, 0, length) !== 0) yield { start, data: buffer };
        }
      } finally {
        await file.close();
      }
    },
  };
}

/** A new, empty disk in a file; what is written is held to the contract. `finished` tells whether `finish` was called. */
export function fileWriteStream({ path, capacityBytes }: DeviceAccess): WriteStream & { finished: () => boolean } {
  let position = 0;
  let isFinished = false;
  return {
    kind: 'writeStream',
    capacityBytes,
    finished: () => isFinished,
    async write(start, data, signal) {
      signal.throwIfAborted();
      const end = start + data.length;
      if (isFinished || start < position || start % GRAIN !== 0 || end > capacityBytes || data.length === 0)
        throw new Error(`A write at ${start} after ${position}.`);
      if (end % GRAIN !== 0 && end !== capacityBytes) throw new Error(`A write ends at ${end}.`);
      position = end;
      const file = await open(path, 'r+');
      try {
        await file.write(data, 0, data.length, start);
      } finally {
        await file.close();
      }
    },
    async finish() {
      isFinished = true;
    },
  };
}
