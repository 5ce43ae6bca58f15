import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { IdSource } from '../../base/ids.ts';

/** Replaces a file so that after a crash at any moment a reader finds the old content or the new one, whole. Mode 0600. */
export async function replaceFile(path: string, content: string, ids: IdSource): Promise<void> {
  const directory = dirname(path);
  const temporary = join(directory, `.${basename(path)}.${ids.bytes(6).toString('hex')}.tmp`);
  try {
    await using file = await open(temporary, 'wx', 0o600);
    await file.writeFile(content);
    await file.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await rename(temporary, path);
  await syncDirectory(directory);
}

/** Removes a file for good; one that is not there is no error. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncDirectory(dirname(path));
}

/** The file's text, or undefined where there is none. */
export async function readFileIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (holdsCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Whether it is what the operating system says with this code. */
export function holdsCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Whether a file of this name is what a write that was cut off left behind. */
export function isLeftover(name: string): boolean {
  return name.startsWith('.') && name.endsWith('.tmp');
}

export async function makePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r');
  await directory.sync();
}
