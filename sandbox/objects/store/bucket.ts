import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { IdSource } from '../../../base/ids.ts';
import { OssError } from '../errors.ts';
import { BucketFiles, recordFile } from './files.ts';
import { SortedKeys } from './sorted-keys.ts';
import { type StoredObject, storedObjectShape } from './stored-object.ts';
import { Uploads } from './uploads.ts';

export const bucketSettingsShape = z.object({
  name: z.string(),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  storageClass: z.string(),
  dataRedundancyType: z.string(),
});
export type BucketSettings = z.infer<typeof bucketSettingsShape>;

/** A bucket: its objects' records in memory and on disk, their bytes on disk only. */
export class Bucket {
  readonly settings: BucketSettings;
  readonly files: BucketFiles;
  readonly uploads: Uploads;
  readonly #objects = new Map<string, StoredObject>();
  readonly #keys = new SortedKeys();

  private constructor(settings: BucketSettings, files: BucketFiles) {
    this.settings = settings;
    this.files = files;
    this.uploads = new Uploads(files);
  }

  /** Opens or makes the bucket's directory. What a dead process left half written is removed. */
  static async open(directory: string, settings: BucketSettings, ids: IdSource): Promise<Bucket> {
    const bucket = new Bucket(settings, new BucketFiles(directory, ids));
    await bucket.files.prepare();
    bucket.files.writeRecord('bucket.json', settings);
    const used = new Set<string>();
    for (const file of await bucket.files.list('objects')) {
      const object = storedObjectShape.parse(bucket.files.readRecord(file));
      bucket.#remember(object);
      for (const piece of object.pieces) used.add(piece.file);
    }
    await bucket.uploads.load(used);
    for (const file of bucket.uploads.files()) used.add(file);
    const stray = (await bucket.files.list('content')).filter((file) => !used.has(file));
    await bucket.files.remove(stray.map((file) => ({ file, size: 0 })));
    return bucket;
  }

  get isEmpty(): boolean {
    return this.#objects.size === 0 && this.uploads.size === 0;
  }

  /** Bytes and number of all objects. */
  usage(): { readonly bytes: number; readonly objects: number } {
    let bytes = 0;
    for (const object of this.#objects.values()) bytes += object.size;
    return { bytes, objects: this.#objects.size };
  }

  find(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  require(key: string): StoredObject {
    const object = this.#objects.get(key);
    if (!object) throw new OssError('NoSuchKey', { Key: key });
    return object;
  }

  /**
   * Makes an object visible, in one step that nothing can come between: of several writers that forbid overwriting
   * exactly one succeeds.
   */
  publish(object: StoredObject, options: { readonly forbidOverwrite: boolean }): StoredObject | undefined {
    const before = this.#objects.get(object.key);
    if (before && options.forbidOverwrite) throw new OssError('FileAlreadyExists', { Key: object.key });
    this.files.writeRecord(recordFile(object.key), object);
    this.#remember(object);
    return before;
  }

  /** Takes an object away; undefined when there is none. Its bytes are still to be removed. */
  withdraw(key: string): StoredObject | undefined {
    const object = this.#objects.get(key);
    if (!object) return undefined;
    rmSync(join(this.files.directory, recordFile(key)), { force: true });
    this.#objects.delete(key);
    this.#keys.remove(key);
    return object;
  }

  /** Keys with the prefix after `after`, in OSS's order. */
  list(prefix: string, after: string): Iterable<string> {
    return this.#keys.list(prefix, after);
  }

  #remember(object: StoredObject): void {
    this.#objects.set(object.key, object);
    this.#keys.add(object.key);
  }
}
