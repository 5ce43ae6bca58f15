import type { Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { holdsCode } from './durable-file.ts';

/** Where systems keep things of their own; an agent's directory is below one of them at the most. */
const systemPlaces = [
  ...['bin', 'boot', 'dev', 'etc', 'home', 'lib', 'lib64', 'media', 'mnt', 'opt', 'proc', 'root', 'run', 'sbin', 'srv'],
  ...['sys', 'tmp', 'usr', 'usr/local', 'var', 'var/cache', 'var/lib', 'var/log', 'var/run', 'var/spool', 'var/tmp'],
].map((name) => `/${name}`);
/** A file system of its own has it. */
const notOurs = ['lost+found'];
const workDirectories = ['cache', 'spool'];
const othersMayWrite = 0o002;
const sticky = 0o1000;

/**
 * Why a directory cannot be taken for an agent's own state, in a few words; undefined: it can, or it is not there yet. What others use as well would be closed to
 * them, and tidied up. Changes nothing.
 */
export async function notAnAgentsOwn(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(undefinedIfMissing);
  if (!found) return undefined;
  if (!found.isDirectory()) return 'it is no directory';
  const place = await realpath(path);
  if (isSystemPlace(place)) return 'it belongs to the system';
  if ((found.mode & (othersMayWrite | sticky)) !== 0) return 'every user may write there';
  const names = (await readdir(place)).filter((name) => !notOurs.includes(name));
  if (names.length === 0 || (await hasAgentsLock(place))) return undefined;
  // An agent that ended while it made its directory.
  if (names.every((name) => workDirectories.includes(name))) return undefined;
  return 'it holds other things than the state of an agent';
}

function isSystemPlace(place: string): boolean {
  return dirname(place) === place || systemPlaces.includes(place);
}

/** Of those names alone `/var` has each, too, but no file for a lock. */
async function hasAgentsLock(place: string): Promise<boolean> {
  const kindOf = (name: string): Promise<Stats | undefined> => lstat(join(place, name)).catch(undefinedIfMissing);
  const [lock, ...directories] = await Promise.all(['lock', ...workDirectories].map(kindOf));
  return (
    lock?.isFile() === true && directories.every((directory) => directory === undefined || directory.isDirectory())
  );
}

function undefinedIfMissing(error: unknown): undefined {
  if (!holdsCode(error, 'ENOENT')) throw error;
}
