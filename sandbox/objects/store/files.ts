import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { IdSource } from '../../../base/ids.ts';
import { Crc64 } from '../crc64.ts';
import type { Piece, Received } from './stored-object.ts';

/**
 * Files of one bucket. Their names are made here and never come from a caller: content has random names, and the record
 * of an object is named by the hash of its key.
 */
export class BucketFiles {
  readonly directory: string;
  readonly #ids: IdSource;

  constructor(directory: string, ids: IdSource) {
    this.directory = directory;
    this.#ids = ids;
  }

  async prepare(): Promise<void> {
    await rm(join(this.directory, 'incoming'), { recursive: true, force: true });
    for (const name of ['incoming', 'content', 'objects', 'uploads']) {
      await mkdir(join(this.directory, name), { recursive: true });
    }
  }

  /** Writes what arrives to a file, piece by piece. When the source or `check` fails, nothing of it stays. */
  async receive(body: AsyncIterable<Buffer>, check: (md5: string) => void): Promise<Received> {
    const file = join('incoming', this.#ids.uuid());
    const path = join(this.directory, file);
    const [hash, crc] = [createHash('md5'), new Crc64()];
    let size = 0;
    try {
      await using handle = await open(path, 'wx');
      for await (const chunk of body) {
        await handle.writev([chunk]);
        hash.update(chunk);
        crc.update(chunk);
        size += chunk.length;
      }
      const md5 = hash.digest('hex').toUpperCase();
      check(md5);
      return { file, size, md5, crc64: crc.digest() };
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  /** Gives received content its lasting place. */
  async keep(received: Piece): Promise<Piece> {
    const name = this.#ids.uuid();
    const file = join('content', name.slice(-2), name);
    const path = join(this.directory, file);
    await mkdir(dirname(path), { recursive: true });
    await rename(join(this.directory, received.file), path);
    return { file, size: received.size };
  }

  async remove(pieces: readonly Piece[]): Promise<void> {
    for (const { file } of pieces) await rm(join(this.directory, file), { force: true });
  }

  /** Replaces a record at once: whoever looks sees the old one or the new one. */
  writeRecord(file: string, record: unknown): void {
    const path = join(this.directory, file);
    mkdirSync(dirname(path), { recursive: true });
    const temporary = join(this.directory, 'incoming', this.#ids.uuid());
    writeFileSync(temporary, JSON.stringify(record));
    renameSync(temporary, path);
  }

  readRecord(file: string): unknown {
    return JSON.parse(readFileSync(join(this.directory, file), 'utf8'));
  }

  /** Every file below a directory of the bucket, relative to the bucket. */
  async list(directory: string): Promise<readonly string[]> {
    const entries = await readdir(join(this.directory, directory), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.directory.length + 1));
  }
}

/** Where the record of a key lies. */
export function recordFile(key: string): string {
  const hash = createHash('sha256').update(key).digest('hex');
  return join('objects', hash.slice(0, 2), `${hash}.json`);
}
