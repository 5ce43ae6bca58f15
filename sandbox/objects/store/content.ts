import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Piece } from './stored-object.ts';

interface Part {
  readonly handle: FileHandle;
  readonly from: number;
  readonly size: number;
}

/** A range of an object's bytes. Its files are open from the start, so that it stays the same whatever happens to the object. */
export class Content implements AsyncDisposable {
  readonly #parts: readonly Part[];

  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** Undefined when the object was replaced or deleted in the meantime. */
  static async open(
    directory: string,
    pieces: readonly Piece[],
    range: { readonly start: number; readonly length: number },
  ): Promise<Content | undefined> {
    const parts: Part[] = [];
    let [offset, left] = [0, range.length];
    try {
      for (const piece of pieces) {
        const from = Math.max(0, range.start - offset);
        const size = Math.min(left, piece.size - from);
        offset += piece.size;
        if (size <= 0) continue;
        parts.push({ handle: await open(join(directory, piece.file), 'r'), from, size });
        left -= size;
      }
    } catch (error) {
      await closeAll(parts);
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
    return new Content(parts);
  }

  /** All bytes in their order, once. What was read to its end is closed by then. */
  async *read(): AsyncGenerator<Buffer> {
    for (const { handle, from, size } of this.#parts) {
      for (let done = 0; done < size; ) {
        const buffer = Buffer.allocUnsafe(Math.min(size - done, 256 * 1024));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, from + done);
        if (bytesRead === 0) throw new Error('A file of the object server is shorter than its record says.');
        done += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
      await handle.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeAll(this.#parts);
  }
}

async function closeAll(parts: readonly Part[]): Promise<void> {
  for (const { handle } of parts) await handle.close();
}
