import { execFile } from 'node:child_process';
import { cp, glob, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerCommonDrivers } from '../drivers/registry/built-in.ts';
import { loadDrivers } from '../drivers/registry/load-drivers.ts';
import { createRegistry } from '../drivers/registry.ts';
import { storageConformance } from '../drivers/storage/conformance.ts';
import { startHoldfast } from './support/holdfast-process.ts';

const run = promisify(execFile);
const checkout = fileURLToPath(new URL('..', import.meta.url));
const name = 'holdfast-driver-labelled-directory';

/** A directory as an operator has it: Holdfast and the packed driver package, installed side by side. */
async function installPackedDriver(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'third-party-driver-'));
  await cp(join(checkout, 'tests/fixtures/third-party-driver'), join(directory, 'source'), { recursive: true });
  await run('npm', ['pack', '--silent', '--pack-destination', directory], { cwd: join(directory, 'source') });
  await rm(join(directory, 'source'), { recursive: true });
  const installed = join(directory, 'node_modules', name);
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', join(directory, `${name}-1.0.0.tgz`), '-C', installed, '--strip-components=1']);
  await symlink(checkout, join(directory, 'node_modules', 'holdfast'));
  return directory;
}

let directory: string;
beforeAll(async () => {
  directory = await installPackedDriver();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

storageConformance('labelled-directory, from a package', async () => {
  const registry = createRegistry();
  registerCommonDrivers(registry);
  await loadDrivers(registry, name, { directory });
  const root = await mkdtemp(join(directory, 'vaults-'));
  return {
    driver: registry.storage('labelled-directory'),
    settings: { root, label: 'Backups of the third party' },
    location: { driver: 'labelled-directory', region: 'local', bucket: root, prefix: 'one/', settings: {} },
    close: async () => {
      expect(await readFile(join(root, 'one', 'LABEL.txt'), 'utf8')).toBe('Backups of the third party\n');
    },
  };
});

describe('a driver package', () => {
  it('imports nothing of Holdfast but holdfast/drivers/*', async () => {
    const text = await readFile(join(directory, 'node_modules', name, 'index.js'), 'utf8');
    const imports = [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? '');
    expect(
      imports.filter((from) => !from.startsWith('node:')).every((from) => from.startsWith('holdfast/drivers/')),
    ).toBe(true);
  });

  it('brings errors that are told from bugs', async () => {
    const registry = createRegistry();
    await loadDrivers(registry, name, { directory });
    expect(() => registry.storage('labelled-directory').parseTarget({ root: '/x' })).toThrow('"label" is missing');
  });

  it('is loaded by api and agent, and a vault is made with it', { timeout: 120_000 }, async () => {
    const root = join(directory, 'api-vaults');
    const environment = { HOLDFAST_DRIVERS: name };
    await using api = await startHoldfast({
      args: ['api'],
      directory,
      environment: {
        ...environment,
        HOLDFAST_API_PORT: '0',
        HOLDFAST_MQTT_PORT: '0',
        HOLDFAST_SANDBOX_REGION: 'true',
        HOLDFAST_PRINT_KEY: 'json',
        HOLDFAST_STORAGE: 'labelled-directory',
        HOLDFAST_STORAGE_ROOT: root,
        HOLDFAST_STORAGE_LABEL: 'Made by GraphQL',
      },
    });
    await using agent = await startHoldfast({
      args: ['agent'],
      directory,
      environment: { ...environment, HOLDFAST_PAGE_PORT: '0' },
    });
    for (const { stderr } of [api, agent]) {
      const line = stderr()
        .split('\n')
        .find((text) => text.includes('drivers loaded'));
      expect(JSON.parse(line ?? '{}')).toMatchObject({
        packages: [name],
        drivers: { storage: ['file', 'oss', 'labelled-directory'] },
      });
    }
    const response = await fetch(String(api.ready.graphqlUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${api.ready.administratorKey}` },
      body: JSON.stringify({
        query: `mutation { createVault(input: { name: "labelled", regionId: "sandbox-1" }) {
          __typename ... on Error { message remedy } } }`,
      }),
    });
    expect(await response.json()).toMatchObject({ data: { createVault: { __typename: 'CreateVaultPayload' } } });
    const labels = await Array.fromAsync(glob(join(root, '**/LABEL.txt')));
    expect(await Promise.all(labels.map((path) => readFile(path, 'utf8')))).toEqual(['Made by GraphQL\n']);
  });
});
