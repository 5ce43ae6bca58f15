import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { storageConformance } from './conformance.ts';
import { fileStorageDriver } from './file.ts';

async function makeFixture() {
  const root = await mkdtemp(join(tmpdir(), 'file-storage-'));
  return {
    driver: fileStorageDriver,
    settings: { root },
    location: { driver: 'file', region: 'local', bucket: root, prefix: 'vaults/one/', settings: {} },
    close: () => rm(root, { recursive: true, force: true }),
  };
}

storageConformance('file', makeFixture);

it('refuses a root that is not an absolute path', () => {
  expect(() => fileStorageDriver.parseTarget({ root: 'relative' })).toThrow('"root" is not an absolute path');
  expect(() => fileStorageDriver.parseTarget({})).toThrow('"root"');
});

it('never shows what a killed writer left half-written', async () => {
  const fixture = await makeFixture();
  const signal = new AbortController().signal;
  const target = fileStorageDriver.parseTarget(fixture.settings);
  await fileStorageDriver.provision(target, fixture.location, signal);
  const directory = join(fixture.settings.root, fixture.location.prefix);
  await writeFile(join(directory, 'pack~0123456789abcdef'), 'half');
  await using store = fileStorageDriver.open({
    location: fixture.location,
    credentials: (inner) => fileStorageDriver.issueCredentials(target, fixture.location, 'write', inner),
  });
  expect(await Array.fromAsync(store.list({ prefix: '' }, signal))).toEqual([]);
  await store.put('pack', Buffer.from('whole'), signal);
  expect((await readdir(directory)).filter((name) => name.startsWith('pack')).sort()).toEqual([
    'pack',
    'pack~0123456789abcdef',
  ]);
  await fixture.close();
});

it('refuses a location outside its target', async () => {
  const fixture = await makeFixture();
  const target = fileStorageDriver.parseTarget(fixture.settings);
  const elsewhere = { ...fixture.location, bucket: tmpdir() };
  await expect(
    fileStorageDriver.issueCredentials(target, elsewhere, 'write', new AbortController().signal),
  ).rejects.toThrow('not the root');
  await fixture.close();
});
