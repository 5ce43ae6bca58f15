import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { IdSource } from '../../../base/ids.ts';
import { OssError } from '../errors.ts';
import { Bucket, type BucketSettings, bucketSettingsShape } from './bucket.ts';

/** Every bucket of the server, one directory each. */
export class Buckets {
  readonly #directory: string;
  readonly #ids: IdSource;
  readonly #buckets = new Map<string, Bucket>();
  readonly #creating = new Map<string, Promise<Bucket>>();

  private constructor(directory: string, ids: IdSource) {
    this.#directory = directory;
    this.#ids = ids;
  }

  static async open(directory: string, ids: IdSource): Promise<Buckets> {
    await mkdir(directory, { recursive: true });
    const buckets = new Buckets(directory, ids);
    for (const name of (await readdir(directory)).sort()) {
      const text = await readFile(join(directory, name, 'bucket.json'), 'utf8').catch(() => undefined);
      // A process that died while it made or deleted the bucket leaves a directory that is none.
      if (text === undefined) await rm(join(directory, name), { recursive: true, force: true });
      else await buckets.#open(bucketSettingsShape.parse(JSON.parse(text)));
    }
    return buckets;
  }

  all(): readonly Bucket[] {
    return [...this.#buckets.values()].sort((a, b) => (a.settings.name < b.settings.name ? -1 : 1));
  }

  find(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  require(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (!bucket) throw new OssError('NoSuchBucket', { BucketName: name });
    return bucket;
  }

  /** The bucket of that name as it is, or a new one. */
  async create(settings: BucketSettings): Promise<Bucket> {
    const { name } = settings;
    const known = this.#buckets.get(name) ?? this.#creating.get(name);
    if (known) return known;
    const opening = this.#open(settings).finally(() => this.#creating.delete(name));
    this.#creating.set(name, opening);
    return opening;
  }

  async delete(name: string): Promise<void> {
    if (!this.require(name).isEmpty) throw new OssError('BucketNotEmpty', { BucketName: name });
    this.#buckets.delete(name);
    await rm(join(this.#directory, name), { recursive: true, force: true });
  }

  async #open(settings: BucketSettings): Promise<Bucket> {
    const bucket = await Bucket.open(join(this.#directory, settings.name), settings, this.#ids);
    this.#buckets.set(settings.name, bucket);
    return bucket;
  }
}
