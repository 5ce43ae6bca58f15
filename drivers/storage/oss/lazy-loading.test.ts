import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const hook = join(import.meta.dirname, 'testing/print-loaded.ts');

/** The project's and its packages' modules that a program loads before it ends. */
async function loadedBy(...program: readonly string[]): Promise<readonly string[]> {
  const child = spawn(process.execPath, ['--import', hook, ...program], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return (await text(child.stderr)).split('\n').map((path) => path.replace(`${root}/`, ''));
}

const isAliOss = (path: string) => path.includes('node_modules/ali-oss/');

it('ali-oss is not loaded by a process that opens no vault in OSS', async () => {
  const registry = "await import('./drivers/registry/built-in.ts')";
  const loaded = await loadedBy('--input-type=module', '--eval', registry);
  expect(loaded).toContain('drivers/storage/oss/driver.ts');
  expect(loaded.filter(isAliOss)).toEqual([]);
  const signing = "const { signRequest } = await import('./drivers/storage/oss/sign.ts');";
  const request = "{ method: 'GET', bucket: 'bucket', query: {}, headers: {} }";
  const keys = "{ accessKeyId: 'id', accessKeySecret: 'secret' }";
  const all = await loadedBy(
    '--input-type=module',
    '--eval',
    `${signing} await signRequest(${request}, ${keys}, 'r', 0)`,
  );
  expect(all).toContain('node_modules/ali-oss/lib/common/signUtils.js');
  expect(all).not.toContain('node_modules/ali-oss/lib/client.js');
});

it.each(['backup-worker', 'restore-worker'])(
  'no storage driver and no schema library is loaded by a %s',
  async (worker) => {
    // Outside a worker thread it fails, but only once everything it imports is there.
    const loaded = await loadedBy(
      '--input-type=module',
      '--eval',
      `await import('./agent/mover/${worker}.ts').catch(() => 0)`,
    );
    expect(loaded).toContain(`agent/mover/${worker}.ts`);
    expect(loaded.filter((path) => path.includes('node_modules/zod/'))).toEqual([]);
    expect(loaded.filter((path) => /^drivers\/.*driver\.ts$|^drivers\/storage\/(?!contract)/.test(path))).toEqual([]);
  },
);
