import { closeSync, constants, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs';
import { HoldfastError } from '../../base/errors.ts';

/** O_DIRECT wants offset, length and memory aligned to the device's logical block: 4 KiB suits every device. */
const ALIGNMENT = 4096;

/** Memory whose start is page aligned, which a Buffer's is not. `bytes` is rounded up to 64 KiB. */
export function alignedMemory(bytes: number): Buffer {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) });
  return Buffer.from(memory.buffer);
}

/**
 * A disk's device or file, read and written past the page cache where that is possible: a gateway moves more than it has
 * memory, and a hot-added device may change under the cache. Falls back to the cache where O_DIRECT is refused (EINVAL).
 */
export class DiskFile implements Disposable {
  readonly #path: string;
  readonly #flags: number;
  #direct: number | undefined;
  #cached: number | undefined;

  constructor(path: string, mode: 'read' | 'write') {
    this.#path = path;
    this.#flags = mode === 'read' ? constants.O_RDONLY : constants.O_WRONLY;
    try {
      this.#direct = openSync(path, this.#flags | constants.O_DIRECT);
    } catch (error) {
      if (!isInvalid(error)) throw diskError(error, `cannot open ${path}`);
    }
  }

  /** Fills `buffer` from `offset` on; `buffer` comes from {@link alignedMemory} and has room up to the next 4 KiB. */
  read(buffer: Buffer, length: number, offset: number): void {
    for (let done = 0; done < length; ) {
      const got = this.#read(buffer, done, length - done, offset + done);
      if (got === 0) throw diskError(undefined, `${this.#path} ends before byte ${offset + length}`);
      done += Math.min(got, length - done);
    }
  }

  /** Writes `length` bytes of `buffer` from `at` on. Only what is aligned goes past the cache. */
  write(buffer: Buffer, at: number, length: number, offset: number): void {
    for (let done = 0; done < length; ) done += this.#write(buffer, at + done, length - done, offset + done);
  }

  /** Everything written is on the device when this returns. */
  sync(): void {
    for (const fd of [this.#direct, this.#cached])
      if (fd !== undefined) this.#guard(() => fdatasyncSync(fd), 'cannot be flushed');
  }

  [Symbol.dispose](): void {
    for (const fd of [this.#direct, this.#cached]) if (fd !== undefined) closeSync(fd);
    this.#direct = undefined;
    this.#cached = undefined;
  }

  #read(buffer: Buffer, at: number, length: number, offset: number): number {
    const direct = this.#direct;
    const aligned = Math.ceil(length / ALIGNMENT) * ALIGNMENT;
    if (direct !== undefined && isAligned(at, offset) && at + aligned <= buffer.length)
      try {
        return readSync(direct, buffer, at, aligned, offset);
      } catch (error) {
        if (!isInvalid(error)) throw diskError(error, `cannot read ${this.#path} at byte ${offset}`);
        this.#giveUpDirect();
      }
    return this.#guard(
      () => readSync(this.#cachedFd(), buffer, at, length, offset),
      `cannot be read at byte ${offset}`,
    );
  }

  #write(buffer: Buffer, at: number, length: number, offset: number): number {
    const direct = this.#direct;
    const aligned = length - (length % ALIGNMENT);
    if (direct !== undefined && aligned > 0 && isAligned(at, offset))
      try {
        return writeSync(direct, buffer, at, aligned, offset);
      } catch (error) {
        if (!isInvalid(error)) throw diskError(error, `cannot write ${this.#path} at byte ${offset}`);
        this.#giveUpDirect();
      }
    return this.#guard(
      () => writeSync(this.#cachedFd(), buffer, at, length, offset),
      `cannot be written at byte ${offset}`,
    );
  }

  #cachedFd(): number {
    this.#cached ??= openSync(this.#path, this.#flags);
    return this.#cached;
  }

  #giveUpDirect(): void {
    if (this.#direct !== undefined) closeSync(this.#direct);
    this.#direct = undefined;
  }

  #guard<T>(work: () => T, problem: string): T {
    try {
      return work();
    } catch (error) {
      throw diskError(error, `${this.#path} ${problem}`);
    }
  }
}

function isAligned(...values: readonly number[]): boolean {
  return values.every((value) => value % ALIGNMENT === 0);
}

function isInvalid(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EINVAL';
}

function diskError(cause: unknown, problem: string): HoldfastError {
  const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new HoldfastError(
    {
      code: 'DISK_IO_FAILED',
      message: `The disk ${problem}${reason}.`,
      remedy: 'Check that the disk is still attached to the gateway and its datastore reachable, then try again.',
      retryable: true,
    },
    { cause },
  );
}
