import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockDirectory } from './directory-lock.ts';

it.each([
  ['a process that is no more', 999_999_999],
  // As in a container that was killed and started again on the same volume.
  ['a process that had the id this one has now', process.pid],
])('takes over the lock of %s, and gives it to nobody else then', async (_of, pid) => {
  const parent = await mkdtemp(join(tmpdir(), 'holdfast-lock-'));
  const directory = join(parent, 'data');
  try {
    await writeFile(`${directory}.lock`, `${pid}\n`);
    {
      await using _lock = await lockDirectory(directory);
      expect(await readFile(`${directory}.lock`, 'utf8')).toBe(`${process.pid}\n`);
      await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'DATABASE_IN_USE' });
    }
    await using _again = await lockDirectory(directory);
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
});
