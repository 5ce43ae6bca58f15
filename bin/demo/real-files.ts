import { copyFile, link, mkdir, opendir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const fileSystemBlock = 4_096;
/** Thousands of tiny files would only make the image slow to build. */
const smallestFile = 32 * 1_024;

/**
 * Gathers real files of this machine under `target` until about `bytes` of file system blocks are filled: hard links where that
 * works, copies elsewhere. Returns how much it found, in bytes.
 */
export async function gatherRealFiles(options: {
  readonly sources: readonly string[];
  readonly target: string;
  readonly bytes: number;
  readonly signal: AbortSignal;
}): Promise<number> {
  let gathered = 0;
  for (const source of options.sources) {
    for await (const { path, size } of regularFiles(source, options.signal)) {
      const place = join(options.target, path.replace(/^\/+/, ''));
      const blocks = Math.ceil(size / fileSystemBlock) * fileSystemBlock;
      if (gathered + blocks > options.bytes) continue;
      await mkdir(dirname(place), { recursive: true });
      try {
        await link(path, place);
      } catch {
        await copyFile(path, place);
      }
      gathered += blocks;
      if (gathered > options.bytes - 1_048_576) return gathered;
    }
  }
  return gathered;
}

/** Files worth having on a demonstration disk: readable, not tiny, no links, in the order of the directories. */
async function* regularFiles(
  root: string,
  signal: AbortSignal,
): AsyncIterable<{ readonly path: string; readonly size: number }> {
  const pending = [root];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    signal.throwIfAborted();
    const names: string[] = [];
    try {
      for await (const entry of await opendir(directory)) {
        const path = join(directory, entry.name);
        if (entry.isDirectory()) pending.push(path);
        else if (entry.isFile()) names.push(path);
      }
    } catch {
      continue;
    }
    for (const path of names.sort()) {
      const info = await stat(path).catch(() => undefined);
      if (info && info.size >= smallestFile && info.size < 256 * 1_048_576) yield { path, size: info.size };
    }
  }
}
