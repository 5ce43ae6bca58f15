import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { IdSource } from '../../base/ids.ts';
import { copySparse } from './disk-content.ts';
import { DiskFile } from './disk-file.ts';
import { uuidText } from './uuid-text.ts';

/** `[datastore] path/in/it` taken apart; undefined when it is not a datastore path. */
export function parseDatastorePath(text: string): { readonly datastore: string; readonly path: string } | undefined {
  const match = /^\[([^\]]+)\] ?(.*)$/.exec(text);
  const [, datastore, path] = match ?? [];
  if (datastore === undefined || path === undefined || path.split('/').includes('..')) return undefined;
  return { datastore, path };
}

/** All VMDKs of all datastores by datastore path, whoever uses them. */
export class DiskStore {
  readonly #directory: string;
  readonly #ids: IdSource;
  readonly #files = new Map<string, DiskFile>();

  constructor(directory: string, ids: IdSource) {
    this.#directory = directory;
    this.#ids = ids;
  }

  find(name: string): DiskFile | undefined {
    return this.#files.get(name);
  }

  all(): readonly DiskFile[] {
    return [...this.#files.values()];
  }

  /** A disk uuid as ESXi makes them: VMware's OUI, then random. */
  newUuid(): string {
    return uuidText(`6000c29${this.#ids.bytes(13).toString('hex').slice(0, 25)}`);
  }

  /** A new disk of zeros. The name must be free. */
  async create(
    name: string,
    disk: { capacityBytes: number; thin: boolean; uuid?: string | undefined },
  ): Promise<DiskFile> {
    const uuid = disk.uuid ?? this.newUuid();
    const file = await DiskFile.create({ ...disk, name, uuid, path: this.#pathOf(name, 'flat') });
    return this.#keep(file);
  }

  /** A new disk with the content of a raw image. */
  async import(name: string, image: string, thin: boolean): Promise<DiskFile> {
    const path = this.#pathOf(name, 'flat');
    const capacityBytes = await copySparse(image, path);
    if (capacityBytes === 0 || capacityBytes % 512 !== 0) {
      throw new RangeError(`${image} is not a raw disk image: its ${capacityBytes} bytes are not whole sectors.`);
    }
    return this.#keep(DiskFile.adopt({ name, path, capacityBytes, thin, uuid: this.newUuid() }));
  }

  /** A delta over `parent` with the next free number: `vm.vmdk` -> `vm-000001.vmdk`. */
  async createDelta(parent: DiskFile): Promise<DiskFile> {
    const stem = parent.name.replace(/(?:-\d{6})?\.vmdk$/, '');
    let number = 1;
    const nameOf = () => `${stem}-${String(number).padStart(6, '0')}.vmdk`;
    while (this.#files.has(nameOf())) number += 1;
    const { capacityBytes, uuid } = parent;
    const path = this.#pathOf(nameOf(), 'sesparse');
    return this.#keep(await DiskFile.create({ name: nameOf(), path, capacityBytes, uuid, thin: true }, parent));
  }

  /** The same disk with more room, which reads as zeros. For a file without parent or children. */
  async grow(file: DiskFile, capacityBytes: number): Promise<DiskFile> {
    await truncate(file.path, capacityBytes);
    const { name, path, uuid, thin } = file;
    return this.#keep(DiskFile.adopt({ name, path, uuid, thin, capacityBytes }));
  }

  async delete(file: DiskFile): Promise<void> {
    this.#files.delete(file.name);
    await file.delete();
  }

  #keep(file: DiskFile): DiskFile {
    this.#files.set(file.name, file);
    return file;
  }

  #pathOf(name: string, kind: 'flat' | 'sesparse'): string {
    const parsed = parseDatastorePath(name);
    if (!parsed) throw new Error(`${name} is not a datastore path.`);
    return join(this.#directory, parsed.datastore, parsed.path.replace(/\.vmdk$/, `-${kind}.vmdk`));
  }
}
