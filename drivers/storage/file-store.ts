import { constants, copyFile, open, readdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DriverError } from '../../base/errors.ts';
import type { ByteRange, ObjectInfo, ObjectStore, OpenStoreOptions, StorageAccess, UploadPace } from './contract.ts';
import { adoptFile, createFile, makeDirectory, replaceFile, syncPath, TEMPORARY_MARK } from './file-durable.ts';
import { isMissing, notFound, shortBody, toDriverError } from './file-errors.ts';
import { copyPaced, paced, pacedPieces } from './file-paced.ts';
import { checkKey } from './keys.ts';

const rank: Readonly<Record<StorageAccess, number>> = { read: 0, write: 1, maintain: 2 };

/**
 * Objects as files below one directory; `/` in a key makes a directory. So unlike a bucket it cannot hold both `a` and
 * `a/b`; the vault's format never does.
 */
export class FileObjectStore implements ObjectStore {
  readonly #directory: string;
  readonly #credentials: OpenStoreOptions['credentials'];
  readonly #pace: UploadPace | undefined;
  readonly #knownDirectories = new Set<string>();
  #access: StorageAccess | undefined;

  constructor(directory: string, credentials: OpenStoreOptions['credentials'], pace?: UploadPace) {
    this.#directory = directory;
    this.#credentials = credentials;
    this.#pace = pace;
  }

  async put(key: string, body: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.#write(key, signal, (path) => replaceFile(path, this.#pieces(body, signal)));
  }

  async putFile(key: string, source: string, signal: AbortSignal): Promise<void> {
    const pace = this.#pace;
    if (!pace?.isLimited) {
      await this.#write(key, signal, (path) =>
        adoptFile(path, source, (from, to) => copyFile(from, to, constants.COPYFILE_FICLONE)),
      );
      return;
    }
    // A hard link moves no bytes, but whoever sets a limit counts what the vault gets.
    await this.#write(key, signal, (path) =>
      adoptFile(
        path,
        source,
        (from, to) => copyPaced(from, to, pace, signal),
        async () => {
          for await (const _piece of pacedPieces((await stat(source)).size, pace, signal));
        },
      ),
    );
  }

  putIfAbsent(key: string, body: Uint8Array, signal: AbortSignal): Promise<'created' | 'exists'> {
    return this.#write(key, signal, (path) => createFile(path, this.#pieces(body, signal)));
  }

  get(key: string, range: ByteRange | undefined, signal: AbortSignal): Promise<Uint8Array> {
    return this.#run('read', key, signal, async (path) => {
      const handle = await open(path, 'r');
      try {
        const info = await handle.stat();
        if (info.isDirectory()) throw notFound(`The object ${key}`);
        const [start, end] = absoluteRange(range, info.size);
        if (start < 0 || end > info.size || start > end) throw shortBody(`The object ${key}`);
        // Its own ArrayBuffer and not a slice of a pool, so that a reader may transfer it to a worker.
        const body = new Uint8Array(end - start);
        for (let done = 0; done < body.length; ) {
          signal.throwIfAborted();
          const { bytesRead } = await handle.read(body, done, body.length - done, start + done);
          if (bytesRead === 0) throw shortBody(`The object ${key}`);
          done += bytesRead;
        }
        return body;
      } finally {
        await handle.close();
      }
    });
  }

  head(key: string, signal: AbortSignal): Promise<ObjectInfo | undefined> {
    return this.#run('read', key, signal, (path) => objectInfo(path, key));
  }

  async *list(
    options: { readonly prefix: string; readonly after?: string },
    signal: AbortSignal,
  ): AsyncIterable<ObjectInfo> {
    await this.#allow('read', signal);
    try {
      yield* this.#walk('', options.prefix, options.after ?? '', signal);
    } catch (error) {
      throw toDriverError(error, `the directory ${this.#directory}`, signal);
    }
  }

  async delete(keys: readonly string[], signal: AbortSignal): Promise<void> {
    const directories = new Set<string>();
    for (const key of keys)
      await this.#run('maintain', key, signal, async (path) => {
        try {
          await unlink(path);
          directories.add(dirname(path));
        } catch (error) {
          if (!isMissing(error)) throw error;
        }
      });
    for (const directory of directories) await syncPath(directory);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async *#walk(folder: string, prefix: string, after: string, signal: AbortSignal): AsyncIterable<ObjectInfo> {
    signal.throwIfAborted();
    const entries = await readdir(join(this.#directory, folder), { withFileTypes: true }).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const names = entries
      .filter((entry) => !entry.name.includes(TEMPORARY_MARK))
      .map((entry) => folder + entry.name + (entry.isDirectory() ? '/' : ''))
      // Keys are ASCII, so comparing UTF-16 units compares bytes; the `/` puts a directory where its keys belong.
      .sort((a, b) => (a < b ? -1 : 1));
    for (const name of names) {
      const isFolder = name.endsWith('/');
      if (isFolder ? !overlaps(name, prefix) : !name.startsWith(prefix)) continue;
      if (isFolder) {
        if (name > after || after.startsWith(name)) yield* this.#walk(name, prefix, after, signal);
        continue;
      }
      if (name <= after) continue;
      const info = await objectInfo(join(this.#directory, name), name);
      if (info) yield info;
    }
  }

  /** What is written in one go, or as the pace lets it. */
  #pieces(body: Uint8Array, signal: AbortSignal): Uint8Array | AsyncIterable<Uint8Array> {
    return this.#pace?.isLimited ? paced(body, this.#pace, signal) : body;
  }

  #write<T>(key: string, signal: AbortSignal, work: (path: string) => Promise<T>): Promise<T> {
    return this.#run('write', key, signal, async (path) => {
      const directory = dirname(path);
      if (!this.#knownDirectories.has(directory)) {
        await makeDirectory(directory);
        this.#knownDirectories.add(directory);
      }
      return work(path);
    });
  }

  async #run<T>(
    access: StorageAccess,
    key: string,
    signal: AbortSignal,
    work: (path: string) => Promise<T>,
  ): Promise<T> {
    checkKey(key);
    await this.#allow(access, signal);
    try {
      return await work(join(this.#directory, key));
    } catch (error) {
      throw toDriverError(error, `The object ${key}`, signal);
    }
  }

  async #allow(access: StorageAccess, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#access ??= (await this.#credentials(signal)).access;
    if (rank[this.#access] >= rank[access]) return;
    throw new DriverError({
      kind: 'needsPerson',
      code: 'ACCESS_DENIED',
      message: `The credentials allow to ${this.#access}, but not to ${access}.`,
      remedy: 'Ask for credentials with more access; only maintenance jobs may delete.',
    });
  }
}

function overlaps(folder: string, prefix: string): boolean {
  return folder.startsWith(prefix) || prefix.startsWith(folder);
}

function absoluteRange(range: ByteRange | undefined, size: number): readonly [start: number, end: number] {
  if (range === undefined) return [0, size];
  if (range.start < 0) return [size + range.start, size];
  return [range.start, range.end ?? size];
}

async function objectInfo(path: string, key: string): Promise<ObjectInfo | undefined> {
  try {
    const info = await stat(path);
    return info.isFile() ? { key, size: info.size, modifiedAt: info.mtime.toISOString() } : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
