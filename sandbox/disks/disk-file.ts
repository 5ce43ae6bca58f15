import { mkdir, open, rm, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GRAIN, GrainMap } from './grains.ts';

export interface DiskFileOptions {
  /** `[datastore] directory/name.vmdk`. */
  readonly name: string;
  /** The real file that holds the bytes: raw, sparse, as long as the disk. */
  readonly path: string;
  readonly capacityBytes: number;
  readonly uuid: string;
  readonly thin: boolean;
}

/**
 * One VMDK of a chain. Without a parent it holds the whole disk; with one it holds the grains written since the parent
 * was frozen. The bytes lie in a raw sparse file at their own offsets, so a file without a parent is the disk.
 */
export class DiskFile {
  readonly name: string;
  readonly path: string;
  readonly capacityBytes: number;
  readonly uuid: string;
  readonly thin: boolean;
  parent: DiskFile | undefined;
  #grains: GrainMap | undefined;

  private constructor(options: DiskFileOptions, parent: DiskFile | undefined) {
    this.name = options.name;
    this.path = options.path;
    this.capacityBytes = options.capacityBytes;
    this.uuid = options.uuid;
    this.thin = options.thin;
    this.parent = parent;
    this.#grains = parent ? new GrainMap(options.capacityBytes) : undefined;
  }

  /** Makes the file, empty (all zeros, or all of it the parent's). Fails with EEXIST if it is there. */
  static async create(options: DiskFileOptions, parent?: DiskFile): Promise<DiskFile> {
    await mkdir(dirname(options.path), { recursive: true });
    await using handle = await open(options.path, 'wx');
    await handle.truncate(options.capacityBytes);
    return new DiskFile(options, parent);
  }

  /** Takes a raw file that is already at `options.path`. */
  static adopt(options: DiskFileOptions): DiskFile {
    return new DiskFile(options, undefined);
  }

  /** This file and everything below it, from the top. */
  chain(): readonly DiskFile[] {
    return [this, ...(this.parent?.chain() ?? [])];
  }

  /** Reads the disk as this file shows it: its own grains over its parent's. Short only at the disk's end. */
  async read(offset: number, length: number): Promise<Buffer> {
    const end = Math.min(offset + length, this.capacityBytes);
    const buffer = Buffer.alloc(Math.max(0, end - offset));
    let position = offset;
    while (position < end) {
      const owner = this.#ownerOf(position);
      let stop = grainEnd(position);
      while (stop < end && this.#ownerOf(stop) === owner) stop = grainEnd(stop);
      stop = Math.min(stop, end);
      await using handle = await open(owner.path, 'r');
      await handle.read(buffer, position - offset, stop - position, position);
      position = stop;
    }
    return buffer;
  }

  /** Writes into this file; a grain that is written in part gets the rest of it from the parent first. */
  async write(offset: number, data: Uint8Array): Promise<void> {
    if (offset < 0 || offset + data.length > this.capacityBytes) throw new RangeError('The write leaves the disk.');
    if (data.length === 0) return;
    let start = offset;
    let bytes = data;
    if (this.#grains && this.parent) {
      start = Math.floor(offset / GRAIN) * GRAIN;
      const whole = await this.read(start, grainEnd(offset + data.length - 1) - start);
      whole.set(data, offset - start);
      bytes = whole;
      this.#grains.addRange(start, whole.length);
    }
    await using handle = await open(this.path, 'r+');
    await handle.write(bytes, 0, bytes.length, start);
  }

  /** Makes it all zeros again. For a file without a parent. */
  async clear(): Promise<void> {
    await truncate(this.path, 0);
    await truncate(this.path, this.capacityBytes);
  }

  /** Writes this file's grains into its parent. The caller then lets everybody use the parent and deletes this file. */
  async mergeIntoParent(): Promise<DiskFile> {
    const { parent } = this;
    if (!parent || !this.#grains) throw new Error(`${this.name} has no parent.`);
    for (const [first, count] of this.#grains.runs()) {
      const end = Math.min((first + count) * GRAIN, this.capacityBytes);
      for (let offset = first * GRAIN; offset < end; offset += 16 * GRAIN) {
        await parent.write(offset, await this.read(offset, Math.min(16 * GRAIN, end - offset)));
      }
    }
    return parent;
  }

  async delete(): Promise<void> {
    await rm(this.path, { force: true });
  }

  #ownerOf(position: number): DiskFile {
    if (!this.parent || this.#grains?.has(Math.floor(position / GRAIN))) return this;
    return this.parent.#ownerOf(position);
  }
}

function grainEnd(position: number): number {
  return (Math.floor(position / GRAIN) + 1) * GRAIN;
}
