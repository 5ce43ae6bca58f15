import { chmod, lstat, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { IdSource } from '../../base/ids.ts';
import { readFileIfThere, removeFile, replaceFile } from '../state/durable-file.ts';

/** The system's limit is 108 bytes on Linux and 104 elsewhere, the end mark included. */
const longestPath = 100;
const socketName = 'agent.sock';
/** In the state directory: names the socket where that cannot be beside it. */
const pointerName = 'agent-socket';
const elsewherePrefix = 'holdfast-agent-';

/**
 * A place for the socket of the agent that holds this state directory's lock, with what an earlier one left there removed. Only its owner may go there: it is
 * the state directory itself or, where that has too long a path, a directory of its own that the state directory names.
 */
export async function prepareSocketPlace(stateDirectory: string, ids: IdSource): Promise<string> {
  await removeSocketPlace(stateDirectory);
  const path = join(stateDirectory, socketName);
  if (Buffer.byteLength(path) <= longestPath) return path;
  const base = Buffer.byteLength(tmpdir()) <= longestPath / 2 ? tmpdir() : '/tmp';
  const directory = await mkdtemp(join(base, elsewherePrefix));
  await chmod(directory, 0o700);
  const elsewhere = join(directory, socketName);
  await replaceFile(join(stateDirectory, pointerName), `${elsewhere}\n`, ids);
  return elsewhere;
}

/** Removes a socket and what belongs to it; for whoever holds the lock. */
export async function removeSocketPlace(stateDirectory: string): Promise<void> {
  await rm(join(stateDirectory, socketName), { force: true });
  const elsewhere = await pointedTo(stateDirectory);
  if (elsewhere === undefined) return;
  await rm(elsewhere, { force: true }).catch(() => undefined);
  await rmdir(dirname(elsewhere)).catch(() => undefined);
  await removeFile(join(stateDirectory, pointerName));
}

/** Where the socket of a running agent would be. Undefined where nobody but its owner could be trusted to have made it. */
export async function findSocket(stateDirectory: string): Promise<string | undefined> {
  const elsewhere = await pointedTo(stateDirectory);
  if (elsewhere === undefined) return join(stateDirectory, socketName);
  const [ours, theirs] = await Promise.all([lstat(stateDirectory), lstat(dirname(elsewhere)).catch(() => undefined)]);
  const isPrivate = theirs?.isDirectory() && theirs.uid === ours.uid && (theirs.mode & 0o077) === 0;
  return isPrivate ? elsewhere : undefined;
}

async function pointedTo(stateDirectory: string): Promise<string | undefined> {
  const path = (await readFileIfThere(join(stateDirectory, pointerName)))?.trim();
  if (path === undefined) return undefined;
  const isOurs = basename(path) === socketName && basename(dirname(path)).startsWith(elsewherePrefix);
  return isOurs ? path : undefined;
}
