import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentVariables } from './agent.ts';
import { apiVariables } from './api.ts';
import { configurationPage, knownVariables } from './documentation.ts';
import { readVariables, unknownVariables } from './read.ts';
import { sandboxVariables } from './sandbox.ts';
import { storagePrefix, storageSettings } from './storage-settings.ts';
import { docsOf } from './variable.ts';

describe('reading the environment', () => {
  it('starts with nothing set', () => {
    expect(readVariables(apiVariables, {})).toMatchObject({ HOLDFAST_API_PORT: 4000, HOLDFAST_STORAGE: 'file' });
    expect(readVariables(agentVariables, {}).HOLDFAST_PAGE_PORT).toBe(8011);
    expect(readVariables(sandboxVariables, { HOLDFAST_SANDBOX_PORT: '' }).HOLDFAST_SANDBOX_PORT).toBe(8989);
  });

  it('names every variable at fault and says what is expected', () => {
    const read = () => readVariables(apiVariables, { HOLDFAST_API_PORT: '70000', HOLDFAST_LEASE_MS: 'soon' });
    expect(read).toThrow(/HOLDFAST_API_PORT is "70000"; expected a port number/);
    expect(read).toThrow(/HOLDFAST_LEASE_MS is "soon"; expected a whole number of milliseconds/);
  });

  it('never repeats a secret', () => {
    const read = () => readVariables(apiVariables, { DATABASE_URL: 'mysql://me:hunter2@db/holdfast' });
    expect(read).toThrow('DATABASE_URL does not have the right form; expected a postgresql: URL');
    expect(read).not.toThrow('hunter2');
  });

  it('makes paths absolute and cuts the slash from URLs', () => {
    const read = readVariables(apiVariables, {
      HOLDFAST_DATA_DIRECTORY: 'x',
      HOLDFAST_PUBLIC_URL_VPC: 'https://a.example/',
    });
    expect(read.HOLDFAST_DATA_DIRECTORY).toMatch(/^\/.*\/x$/);
    expect(read.HOLDFAST_PUBLIC_URL_VPC).toBe('https://a.example');
  });

  it('takes the UUID of the gateway as people paste it', () => {
    const read = readVariables(agentVariables, { HOLDFAST_GATEWAY_VM_UUID: ' 4210AAAA-0000-0000-0000-000000000001' });
    expect(read.HOLDFAST_GATEWAY_VM_UUID).toBe('4210aaaa-0000-0000-0000-000000000001');
  });

  it('takes planned faults as JSON, and nothing that is not quite right', () => {
    const planned = [{ operation: 'step.committed', times: 1, effect: { kind: 'kill' } }];
    const read = (faults: string) => readVariables(agentVariables, { HOLDFAST_FAULTS: faults }).HOLDFAST_FAULTS;
    expect(read(JSON.stringify(planned))).toEqual(planned);
    for (const wrong of ['kill', '{}', '[{"operation":"x"}]', '[{"operation":"x","effect":{"kind":"explode"}}]'])
      expect(() => read(wrong)).toThrow(/HOLDFAST_FAULTS .*expected a JSON array of planned faults/);
  });

  it('finds mistyped variables', () => {
    const environment = { HOLDFAST_PROT: '1', HOLDFAST_STORAGE_ROOT: '/x', PATH: '/bin', HOLDFAST_API_PORT: '1' };
    expect(unknownVariables(environment, knownVariables, [storagePrefix])).toEqual(['HOLDFAST_PROT']);
  });

  it('hands a storage driver its settings', () => {
    const directories = { HOLDFAST_DATA_DIRECTORY: '/data' };
    expect(storageSettings('file', {}, directories)).toEqual({ root: '/data/vaults' });
    expect(storageSettings('file', { HOLDFAST_STORAGE_ROOT: '/vaults' }, directories)).toEqual({ root: '/vaults' });
    expect(storageSettings('oss', { HOLDFAST_STORAGE_ACCESS_KEY_ID: 'x' }, directories)).toEqual({ accessKeyId: 'x' });
  });
});

describe('a storage setting in a file', () => {
  it('is read from there, without the line end', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'settings-')), 'secret');
    await writeFile(path, 'hunter2\n');
    const directories = { HOLDFAST_DATA_DIRECTORY: '/data' };
    const read = (environment: Record<string, string>) => storageSettings('oss', environment, directories);
    expect(read({ HOLDFAST_STORAGE_ACCESS_KEY_SECRET_FILE: path })).toEqual({ accessKeySecret: 'hunter2' });
    expect(() => read({ HOLDFAST_STORAGE_CA_FILE: `${path}.pem` })).toThrow(
      /HOLDFAST_STORAGE_CA_FILE is ".*secret.pem", which cannot be read \(ENOENT\)/,
    );
    // The secret itself, where the name of its file should be.
    const misplaced = () => read({ HOLDFAST_STORAGE_ACCESS_KEY_SECRET_FILE: 'hunter2' });
    expect(misplaced).toThrow('HOLDFAST_STORAGE_ACCESS_KEY_SECRET_FILE does not name a file that can be read (ENOENT)');
    expect(misplaced).not.toThrow('hunter2');
    expect(() => read({ HOLDFAST_STORAGE_CA_FILE: path, HOLDFAST_STORAGE_CA: 'x' })).toThrow('are both set');
    await rm(dirname(path), { recursive: true });
  });
});

describe('docs/configuration.md', () => {
  it('is printed from the definitions: run node tools/print-configuration.ts', async () => {
    expect(await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8')).toBe(configurationPage());
  });

  it('says something about every variable', () => {
    for (const schema of [apiVariables, agentVariables, sandboxVariables])
      for (const [name, variable] of Object.entries(schema.shape))
        expect(docsOf(variable)?.expected, name).toBeTruthy();
  });
});
