import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerCommonDrivers } from './registry/built-in.ts';
import { loadDrivers } from './registry/load-drivers.ts';
import { createRegistry } from './registry.ts';
import { httpTransferDriver } from './transfer/http.ts';

describe('the registry', () => {
  it('says which drivers there are when one is missing', () => {
    const registry = createRegistry();
    registerCommonDrivers(registry);
    expect(() => registry.storage('tape')).toThrow('There is no storage driver called "tape"; there are: file, oss.');
    expect(() => registry.platform('acvs')).toThrow('there are: none');
    expect(registry.transfer('http')).toBe(httpTransferDriver);
    expect(registry.names().network).toEqual(['vpc', 'internet']);
  });

  it('refuses a second driver of the same name, and odd names', () => {
    const registry = createRegistry();
    registry.registerTransfer(httpTransferDriver);
    expect(() => registry.registerTransfer(httpTransferDriver)).toThrow('two transfer drivers called "http"');
    expect(() => registry.registerTransfer({ ...httpTransferDriver, name: 'A b' })).toThrow('"A b"');
  });
});

describe('loadDrivers', () => {
  let directory: string;
  const install = async (name: string, manifest: object, files: Readonly<Record<string, string>>) => {
    const path = join(directory, 'node_modules', name);
    await mkdir(path, { recursive: true });
    await writeFile(
      join(path, 'package.json'),
      JSON.stringify({ name, version: '1.0.0', type: 'module', ...manifest }),
    );
    for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text);
  };
  const registers = (name: string) =>
    `export const register = (registry) => registry.registerTransfer({ name: '${name}', scheme: 'http', defaultPort: 81 });`;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'load-drivers-'));
    await install('with-exports', { exports: { '.': { import: './entry.js' } } }, { 'entry.js': registers('one') });
    await install('@scope/with-main', { main: 'entry.js' }, { 'entry.js': registers('two') });
    await install('bare', {}, { 'index.js': registers('three') });
    await install('no-register', {}, { 'index.js': 'export const other = 1;' });
    await install('broken', {}, { 'index.js': 'throw new Error("it is broken");' });
    await install('refused', {}, { 'index.js': registers('one') });
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('loads packages in every common shape', async () => {
    const registry = createRegistry();
    const loaded = await loadDrivers(registry, 'with-exports, @scope/with-main,bare,', { directory });
    expect(loaded).toEqual(['with-exports', '@scope/with-main', 'bare']);
    expect(registry.names().transfer).toEqual(['one', 'two', 'three']);
  });

  it('loads a path relative to the directory', async () => {
    const registry = createRegistry();
    await loadDrivers(registry, './node_modules/bare,./node_modules/with-exports/entry.js', { directory });
    expect(registry.names().transfer).toEqual(['three', 'one']);
  });

  it.each([
    ['not-there', 'The driver package "not-there" was not found'],
    ['./not-there', 'The driver package "./not-there" was not found'],
    ['no-register', 'exports no function called "register"'],
    ['broken', 'it is broken'],
    ['with-exports,refused', 'The driver package "refused" could not register'],
  ])('names the package at fault: %s', async (packages, message) => {
    const promise = loadDrivers(createRegistry(), packages, { directory });
    await expect(promise).rejects.toMatchObject({
      code: 'BAD_CONFIGURATION',
      message: expect.stringContaining(message),
    });
    await expect(promise).rejects.toHaveProperty('remedy', expect.stringContaining('HOLDFAST_DRIVERS'));
  });
});
