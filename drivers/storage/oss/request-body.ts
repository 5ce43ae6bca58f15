import type { FileHandle } from 'node:fs/promises';
import { DriverError } from '../../../base/errors.ts';

/** What a request sends. `pieces` may be asked for again, when the request is. */
export interface RequestBody {
  /** Bytes. */
  readonly length: number;
  /** A piece is used up before the next is asked for, so that all may share one buffer. */
  pieces(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * The unit in which bytes leave, and so of what counts as progress: a connection that takes one piece within the idle
 * time is alive, however slow. It is also all the memory an upload from a file needs.
 */
const PIECE = 64 << 10;

export function bytesBody(bytes: Uint8Array): RequestBody {
  return {
    length: bytes.length,
    *pieces() {
      for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
    },
  };
}

/** `length` bytes of a file from `start`. The file does not change while it is sent. */
export function fileBody(file: FileHandle, start: number, length: number): RequestBody {
  return {
    length,
    async *pieces() {
      const buffer = new Uint8Array(Math.min(PIECE, length));
      for (let at = 0; at < length; ) {
        const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, length - at), start + at);
        if (bytesRead === 0) throw fileChanged();
        yield buffer.subarray(0, bytesRead);
        at += bytesRead;
      }
    },
  };
}

const fileChanged = () =>
  new DriverError({
    kind: 'permanent',
    code: 'CORRUPT',
    message: 'The file that is uploaded became shorter meanwhile.',
    remedy: 'Let nothing else change the files of the spool, and run the job again.',
  });
