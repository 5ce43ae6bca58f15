import { isAbsolute, join, normalize } from 'node:path';
import { DriverError } from '../../base/errors.ts';
import { systemIds } from '../../base/ids.ts';
import type { StorageDriver, StorageTarget, VaultLocation } from './contract.ts';
import { makeDirectory } from './file-durable.ts';
import { toDriverError } from './file-errors.ts';
import { FileObjectStore } from './file-store.ts';
import { checkPrefix } from './keys.ts';

/**
 * A directory, local or mounted. Target setting: `root`, an absolute path. A vault's `bucket` is that root. There are no
 * real credentials: whoever may open the directory may do everything, and what `issueCredentials` says is only kept to.
 */
export const fileStorageDriver: StorageDriver = {
  name: 'file',
  pacesUploads: true,

  parseTarget(settings) {
    const root = settings.root;
    const unknown = Object.keys(settings).find((name) => name !== 'root');
    if (unknown !== undefined) throw badSetting(unknown, 'is not a setting of the file storage driver', 'Remove it.');
    if (root === undefined || !isAbsolute(root) || root.includes('\0'))
      throw badSetting('root', 'is not an absolute path', 'Set it to the directory that shall hold the vaults.');
    return { driver: 'file', settings: { root: withoutTrailingSlash(normalize(root)) } };
  },

  async provision(target, location, signal) {
    checkInside(target, location);
    const directory = directoryOf(location);
    try {
      await makeDirectory(directory);
    } catch (error) {
      throw toDriverError(error, `The directory ${directory}`, signal);
    }
    await using store = new FileObjectStore(directory, async () => ({
      access: 'maintain',
      expiresAt: null,
      values: {},
    }));
    const key = `probe/${systemIds.uuid()}`;
    await store.put(key, Buffer.from(key), signal);
    const found = await store.get(key, undefined, signal);
    const listed = await Array.fromAsync(store.list({ prefix: key }, signal));
    await store.delete([key], signal);
    if (Buffer.from(found).toString() === key && listed.length === 1) return;
    throw new DriverError({
      kind: 'permanent',
      code: 'CORRUPT',
      message: `The directory ${directory} did not give back what was written to it.`,
      remedy: 'Check the file system below it, or choose another directory.',
    });
  },

  async issueCredentials(target, location, access, signal) {
    signal.throwIfAborted();
    checkInside(target, location);
    return { access, expiresAt: null, values: {} };
  },

  open({ location, credentials, pace }) {
    return new FileObjectStore(directoryOf(location), credentials, pace);
  },
};

function directoryOf(location: VaultLocation): string {
  checkPrefix(location.prefix);
  if (!isAbsolute(location.bucket)) throw badSetting('bucket', 'is not an absolute path', 'Use the target’s root.');
  return withoutTrailingSlash(join(location.bucket, location.prefix));
}

function checkInside(target: StorageTarget, location: VaultLocation): void {
  checkPrefix(location.prefix);
  if (withoutTrailingSlash(normalize(location.bucket)) === target.settings.root) return;
  throw badSetting('bucket', 'is not the root of the storage target', 'Use the target that the vault was made with.');
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function badSetting(name: string, problem: string, remedy: string): DriverError {
  return new DriverError({
    kind: 'needsPerson',
    code: 'BAD_CONFIGURATION',
    message: `The setting "${name}" ${problem}.`,
    remedy,
  });
}
