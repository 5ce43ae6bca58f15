import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, rm, stat, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { IdSource } from '../../base/ids.ts';
import { exportDisk } from './disk-content.ts';
import type { DiskFile } from './disk-file.ts';

/** A read-only disk whose bytes were not the same when it was detached: a program wrote where ESXi would have discarded. */
export interface Violation {
  readonly fileName: string;
  readonly path: string;
}

/** The directory that stands for /dev/disk/by-id of the gateway's guest. */
export class DeviceDirectory {
  readonly path: string;
  readonly violations: Violation[] = [];
  readonly #views: string;
  readonly #ids: IdSource;

  constructor(options: { readonly path: string; readonly viewDirectory: string; readonly ids: IdSource }) {
    this.path = resolve(options.path);
    this.#views = resolve(options.viewDirectory);
    this.#ids = options.ids;
  }

  /** Makes the directory, empty. Refuses to empty one of the machine's own. */
  async prepare(): Promise<void> {
    if (`${this.path}/`.startsWith('/dev/')) throw new Error('The device directory of a sandbox cannot lie in /dev.');
    await rm(this.path, { recursive: true, force: true });
    await mkdir(this.path, { recursive: true });
    await mkdir(this.#views, { recursive: true });
  }

  /**
   * Shows a disk to the guest and answers how to take it away again. For writing it must be a file without a parent. For
   * reading it is a copy: a chain is written out as one file, a file without a parent is cloned where the file system can
   * share blocks. Where it cannot, a copy would cost as much as a backup, so the file itself is shown, write-protected.
   */
  async attach(file: DiskFile, forWriting: boolean): Promise<() => Promise<void>> {
    const release = forWriting ? undefined : await this.#protect(file);
    await this.#link(file.uuid, release?.path ?? file.path);
    return async () => {
      for (const name of this.#names(file.uuid)) await rm(name, { force: true });
      await release?.undo();
    };
  }

  async #protect(file: DiskFile): Promise<{ readonly path: string; readonly undo: () => Promise<void> }> {
    const view = join(this.#views, `${this.#ids.uuid()}.raw`);
    const copied = file.parent ? exportDisk(file, view) : copyFile(file.path, view, constants.COPYFILE_FICLONE_FORCE);
    try {
      await copied;
      return { path: view, undo: () => rm(view, { force: true }) };
    } catch (error) {
      await rm(view, { force: true });
      if (file.parent) throw error;
    }
    await chmod(file.path, 0o444);
    const before = await stat(file.path, { bigint: true });
    const undo = async () => {
      const after = await stat(file.path, { bigint: true });
      if (after.mtimeNs !== before.mtimeNs || after.size !== before.size) {
        this.violations.push({ fileName: file.name, path: file.path });
      }
      await chmod(file.path, 0o644);
    };
    return { path: file.path, undo };
  }

  /** Makes the names udev gives a VMware disk: both carry the disk's uuid, which the guest sees as its WWN. */
  async #link(uuid: string, target: string): Promise<void> {
    for (const name of this.#names(uuid)) {
      await rm(name, { force: true });
      await symlink(resolve(target), name);
    }
  }

  #names(uuid: string): readonly string[] {
    const hex = uuid.replaceAll('-', '').toLowerCase();
    return [`wwn-0x${hex}`, `scsi-3${hex}`].map((name) => join(this.path, name));
  }
}
