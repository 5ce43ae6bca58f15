import { mkdir, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The directory that stands for /dev/disk/by-id of the gateway's guest. */
export class DeviceDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  async prepare(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
    await mkdir(this.path, { recursive: true });
  }

  /** Makes the names udev gives a VMware disk: both carry the disk's uuid, which the guest sees as its WWN. */
  async link(uuid: string, target: string): Promise<void> {
    for (const name of this.#names(uuid)) {
      await rm(name, { force: true });
      await symlink(resolve(target), name);
    }
  }

  async unlink(uuid: string): Promise<void> {
    for (const name of this.#names(uuid)) await rm(name, { force: true });
  }

  #names(uuid: string): readonly string[] {
    const hex = uuid.replaceAll('-', '').toLowerCase();
    return [`wwn-0x${hex}`, `scsi-3${hex}`].map((name) => join(this.path, name));
  }
}
