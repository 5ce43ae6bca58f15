import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runHoldfast, startHoldfast } from './support/holdfast-process.ts';

const quick = { HOLDFAST_API_PORT: '0', HOLDFAST_MQTT_PORT: '0', HOLDFAST_LOG_LEVEL: 'info' };

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'command-line-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('holdfast', () => {
  it('explains itself', async () => {
    const { code, stdout } = await runHoldfast({ args: ['--help'], directory });
    expect(code).toBe(0);
    for (const command of ['api', 'agent', 'sandbox', 'demo', 'admin']) expect(stdout).toContain(command);
  });

  it('refuses a wrong environment with the names of the variables, and touches nothing', async () => {
    const environment = { HOLDFAST_API_PORT: 'many', DATABASE_URL: 'sqlite://secret@x' };
    const { code, stdout, stderr } = await runHoldfast({ args: ['api'], environment, directory });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('HOLDFAST_API_PORT is "many"');
    expect(stderr).toContain('DATABASE_URL does not have the right form');
    expect(stderr).not.toContain('secret@x');
    await expect(stat(join(directory, '.holdfast'))).rejects.toThrow('ENOENT');
  });

  it.each([
    [{ HOLDFAST_API_HOST: '0.0.0.0' }, 'HOLDFAST_TLS_CERT_FILE'],
    [{ HOLDFAST_API_HOST: '0.0.0.0', HOLDFAST_TRUST_PROXY: 'true' }, 'HOLDFAST_PUBLIC_URL_INTERNET'],
    [{ HOLDFAST_TLS_CERT_FILE: '/nowhere.pem' }, 'HOLDFAST_TLS_KEY_FILE'],
    [{ HOLDFAST_STORAGE: 'tape' }, 'There is no storage driver called "tape"; there are: file, oss.'],
    [{ HOLDFAST_STORAGE_COLOUR: 'red' }, '"colour"'],
    [{ HOLDFAST_DRIVERS: 'no-such-package' }, 'no-such-package'],
    [{ DATABASE_URL: 'postgresql://127.0.0.1:1/holdfast' }, 'HOLDFAST_KEY_ENCRYPTION_KEY is not set'],
    [{ MQTT_URL: 'mqtt://127.0.0.1:1' }, 'MQTT_URL names no user'],
  ])('refuses to start the control plane with %j', async (environment, message) => {
    const { code, stderr } = await runHoldfast({ args: ['api'], environment: { ...quick, ...environment }, directory });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

describe('holdfast api', () => {
  it('prints the administrator key once, answers with it, and guards its data directory', {
    timeout: 120_000,
  }, async () => {
    const first = await startHoldfast({ args: ['api'], environment: quick, directory });
    const key = /^ {2}(HF\S+)$/m.exec(first.stdout())?.[1] ?? '';
    expect(key).not.toBe('');
    const response = await fetch(String(first.ready.graphqlUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect(await response.json()).toMatchObject({ data: { __typename: 'Query' } });
    expect((await fetch(`${first.ready.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${first.ready.url}/readyz`)).status).toBe(200);

    const createKey = [
      'admin',
      'create-key',
      '--name',
      'console',
      '--scopes',
      'vault:read',
      '--expires',
      '1d',
      '--json',
    ];
    const refused = await runHoldfast({ args: createKey, environment: quick, directory });
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('createAccessKey');

    expect(await first.stop()).toBe(0);
    const made = await runHoldfast({ args: createKey, environment: quick, directory });
    expect(made.stderr).toBe('');
    expect(JSON.parse(made.stdout)).toMatchObject({ name: 'console', key: expect.stringMatching(/^HF\w+\.\S+$/) });

    await using again = await startHoldfast({ args: ['api'], environment: quick, directory });
    expect(again.stdout()).not.toContain(key);
    expect(again.stdout()).not.toContain('administrator key');
    expect(`${first.stderr()}${again.stderr()}`).not.toContain(key.split('.')[1]);
  });

  it('starts and stops although the broker of MQTT_URL lets it in and then says nothing', {
    timeout: 60_000,
  }, async () => {
    const broker = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.write(Buffer.from([0x20, 0x02, 0x00, 0x00])));
    });
    broker.listen(0, '127.0.0.1');
    await once(broker, 'listening');
    const address = broker.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const environment = { ...quick, MQTT_URL: `mqtt://holdfast:br0ker-secret@127.0.0.1:${port}` };
    const api = await startHoldfast({ args: ['api'], environment, directory });
    expect(await api.stop()).toBe(0);
    expect(api.stderr()).toMatch(/MESSAGE_(CHANNEL_DOWN|ACCESS_TIMEOUT)|message broker/);
    expect(api.stderr() + api.stdout()).not.toContain('br0ker-secret');
    broker.close();
  });
});
