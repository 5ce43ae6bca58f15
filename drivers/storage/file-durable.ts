import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemIds } from '../../base/ids.ts';
import { hasErrno } from './file-errors.ts';

/** A character no key may hold, so a half-written file is never listed. */
export const TEMPORARY_MARK = '~';

/** Makes what was written to a file, or the names in a directory, survive a power failure. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Creates `directory` and its missing parents so that they survive a power failure. */
export async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let path = directory; path.length >= first.length; path = dirname(path)) await syncPath(dirname(path));
}

/** Lets `fill` make a durable temporary file beside `path`, then `publish` gives it its name; nothing is left behind. */
async function publishFile<T>(
  path: string,
  fill: (temporary: string) => Promise<void>,
  publish: (temporary: string) => Promise<T>,
): Promise<T> {
  const temporary = `${path}${TEMPORARY_MARK}${systemIds.bytes(8).toString('hex')}`;
  try {
    await fill(temporary);
    const result = await publish(temporary);
    await syncPath(dirname(path));
    return result;
  } finally {
    // Also after a rename: renaming one hard link over another of the same file leaves both.
    await unlink(temporary).catch(() => undefined);
  }
}

/** A body, whole or piece by piece. */
type Body = Uint8Array | AsyncIterable<Uint8Array>;

async function writeDurably(path: string, body: Body): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(body);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function replaceFile(path: string, body: Body): Promise<void> {
  return publishFile(
    path,
    (temporary) => writeDurably(temporary, body),
    (temporary) => rename(temporary, path),
  );
}

/** `link` refuses an existing name, which makes it the file system's own putIfAbsent. */
export function createFile(path: string, body: Body): Promise<'created' | 'exists'> {
  return publishFile(
    path,
    (temporary) => writeDurably(temporary, body),
    async (temporary) => {
      try {
        await link(temporary, path);
        return 'created';
      } catch (error) {
        if (hasErrno(error, 'EEXIST')) return 'exists';
        throw error;
      }
    },
  );
}

/** Takes `source` over by a hard link where it is on the same file system, else by `copy`. `linked` is awaited after a link. */
export function adoptFile(
  path: string,
  source: string,
  copy: (from: string, to: string) => Promise<void>,
  linked: () => Promise<void> = async () => undefined,
): Promise<void> {
  return publishFile(
    path,
    async (temporary) => {
      if (await linkedTo(source, temporary)) await linked();
      else await copy(source, temporary);
      await syncPath(temporary);
    },
    (temporary) => rename(temporary, path),
  );
}

/** False where the file system has no hard links, or `source` is on another one. */
async function linkedTo(source: string, path: string): Promise<boolean> {
  try {
    await link(source, path);
    return true;
  } catch (error) {
    if (!hasErrno(error, 'EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP')) throw error;
    return false;
  }
}
