import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { HoldfastError } from '../../base/errors.ts';

/** What this process holds, by path: its own id in a lock file says nothing else, because a container's processes have the same id after each start. */
const held = new Set<string>();

/**
 * Keeps a second process off an embedded database's directory: PGlite itself has no lock, and two opens diverge. The lock is a
 * file beside the directory that names the process; one left by a dead process is taken over.
 */
export async function lockDirectory(directory: string): Promise<AsyncDisposable> {
  const path = `${directory.replace(/\/+$/, '')}.lock`;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      await using file = await open(path, 'wx', 0o600);
      await file.writeFile(`${process.pid}\n`);
      held.add(path);
      return {
        async [Symbol.asyncDispose]() {
          held.delete(path);
          await rm(path, { force: true });
        },
      };
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
      const holder = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10);
      if (holder === process.pid ? held.has(path) : isAlive(holder)) throw locked(directory, holder);
      await rm(path, { force: true });
    }
  }
  throw locked(directory, undefined);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function locked(directory: string, holder: number | undefined): HoldfastError {
  return new HoldfastError({
    code: 'DATABASE_IN_USE',
    message: `The embedded database in ${directory} is open in another process${holder ? ` (${holder})` : ''}.`,
    remedy: 'Stop that process, or set DATABASE_URL to a PostgreSQL server, which several processes may share.',
    retryable: false,
  });
}
