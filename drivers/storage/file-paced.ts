import { open } from 'node:fs/promises';
import type { UploadPace } from './contract.ts';

/** Small enough to be even: a quarter of a second at the smallest limit. */
const PIECE = 256 << 10;

/** The lengths of `size` bytes' pieces, each once it may go. */
export async function* pacedPieces(size: number, pace: UploadPace, signal: AbortSignal): AsyncIterable<number> {
  for (let at = 0; at < size; at += PIECE) {
    signal.throwIfAborted();
    const length = Math.min(PIECE, size - at);
    await pace.take(length, signal);
    yield length;
  }
}

export async function* paced(body: Uint8Array, pace: UploadPace, signal: AbortSignal): AsyncIterable<Uint8Array> {
  let at = 0;
  for await (const length of pacedPieces(body.length, pace, signal)) {
    yield body.subarray(at, at + length);
    at += length;
  }
}

export async function copyPaced(from: string, to: string, pace: UploadPace, signal: AbortSignal): Promise<void> {
  await using source = await open(from, 'r');
  await using target = await open(to, 'wx', 0o600);
  const buffer = new Uint8Array(PIECE);
  const { size } = await source.stat();
  for await (const length of pacedPieces(size, pace, signal)) {
    for (let done = 0; done < length; ) {
      const { bytesRead } = await source.read(buffer, 0, length - done, null);
      if (bytesRead === 0) throw new Error(`The file ${from} became shorter meanwhile.`);
      for (let written = 0; written < bytesRead; )
        written += (await target.write(buffer, written, bytesRead - written)).bytesWritten;
      done += bytesRead;
    }
  }
}
