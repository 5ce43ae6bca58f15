import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApi, startApi } from '../../api/start.ts';
import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { claimResponse, renewResponse } from '../../protocol/work.ts';
import { FaultyProxy } from '../../sandbox/proxy/proxy.ts';
import { createServerCertificate } from '../../sandbox/vcenter/certificate.ts';
import { createTestControl, type TestControl } from '../../tests/support/control.ts';
import { type ControlScene, createScene } from '../../tests/support/control-scene.ts';
import { databases, type TestDatabase } from '../../tests/support/databases.ts';
import { BackOff } from './back-off.ts';
import { assertSecure } from './base-url.ts';
import { ControlClient } from './control-client.ts';

const [embedded] = databases();
if (!embedded) throw new Error('no database');

let database: TestDatabase;
let control: TestControl;
let scene: ControlScene;
let api: RunningApi;
const never = new AbortController().signal;

beforeAll(async () => {
  database = await embedded.open();
  control = await createTestControl({ database });
  scene = await createScene(control);
  api = await startApi({ control, host: '127.0.0.1', port: 0, graceMs: 0 });
});
afterAll(async () => {
  await api?.close();
  await control?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

const clientFor = (baseUrl: string, privateKey = scene.gateway.keys.signing.privateKey, ca: string | null = null) =>
  new ControlClient({
    address: { baseUrl, ca },
    gatewayId: scene.gateway.gatewayId,
    signingKey: privateKey.export({ format: 'der', type: 'pkcs8' }),
    clock: systemClock,
    ids: systemIds,
  });
const claim = () => ({ instanceId: scene.gateway.instanceId, freeSlots: 0, running: [] });

describe('the control channel, as the agent speaks it', () => {
  it('gets one bearer for many calls at once, and notes the contact', async () => {
    using client = clientFor(api.url);
    const options = { signal: never, persistence: 'once' } as const;
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => client.call('/claim', claim(), claimResponse, options)),
    );
    expect(answers.map(({ work }) => work)).toEqual([[], [], [], [], []]);
    expect(client.lastContactAt).not.toBeNull();
  });

  it('goes on with a bearer that is still good while its renewal is not answered', async () => {
    const { hostname: host, port } = new URL(api.url);
    await using proxy = await FaultyProxy.start({ target: { host, port: Number(port) } });
    let passedMs = 0;
    using client = new ControlClient({
      address: { baseUrl: `http://${proxy.address}`, ca: null },
      gatewayId: scene.gateway.gatewayId,
      signingKey: scene.gateway.keys.signing.privateKey.export({ format: 'der', type: 'pkcs8' }),
      clock: { ...systemClock, monotonic: () => systemClock.monotonic() + passedMs },
      ids: systemIds,
    });
    const call = () =>
      client.call('/claim', claim(), claimResponse, { signal: AbortSignal.timeout(10_000), persistence: 'once' });
    await call();
    passedMs = 6 * 60_000;
    proxy.faults.add({ operation: 'upstream', times: 1, effect: { kind: 'stall' } });
    expect((await call()).work).toEqual([]);
    expect(proxy.faults.list()).toEqual([]);
  });

  it('brings refusals with their status, code and remedy', async () => {
    using client = clientFor(api.url);
    const path = `/attempts/${systemIds.uuid()}/renew`;
    const body = { fence: 1, sequence: 1, progress: null };
    await expect(
      client.call(path, body, renewResponse, { signal: never, persistence: 'persistent' }),
    ).rejects.toMatchObject({ name: 'ControlError', status: 404, code: 'NOT_FOUND', remedy: expect.any(String) });
  });

  it('does not get in with another key', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    using client = clientFor(api.url, privateKey);
    await expect(
      client.call('/claim', claim(), claimResponse, { signal: never, persistence: 'persistent' }),
    ).rejects.toMatchObject({ status: 403 });
  });

  it('waits for a control plane that is away, and stops waiting when told to', async () => {
    const gone = await startApi({ control, host: '127.0.0.1', port: 0, graceMs: 0 });
    await gone.close();
    using client = clientFor(gone.url);
    await expect(
      client.call('/claim', claim(), claimResponse, { signal: never, persistence: 'once' }),
    ).rejects.toMatchObject({ code: 'CONTROL_UNREACHABLE', retryable: true });
    const patient = client.call('/claim', claim(), claimResponse, { signal: never, persistence: 'persistent' });
    const stop = new AbortController();
    const impatient = client.call('/claim', claim(), claimResponse, { signal: stop.signal, persistence: 'persistent' });
    stop.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    await using _back = await startApi({ control, host: '127.0.0.1', port: gone.port, graceMs: 0 });
    expect((await patient).commands).toEqual([]);
  });

  it("trusts the control plane's own CA over TLS, and nobody else", async () => {
    const tls = await createServerCertificate();
    await using secure = await startApi({ control, host: '127.0.0.1', port: 0, tls, graceMs: 0 });
    const { privateKey } = scene.gateway.keys.signing;
    const options = { signal: never, persistence: 'once' } as const;
    using client = clientFor(secure.url, privateKey, tls.cert);
    expect((await client.call('/claim', claim(), claimResponse, options)).work).toEqual([]);
    for (const ca of [null, (await createServerCertificate()).cert]) {
      using stranger = clientFor(secure.url, privateKey, ca);
      await expect(stranger.call('/claim', claim(), claimResponse, options)).rejects.toMatchObject({
        code: 'CONTROL_UNREACHABLE',
      });
    }
  });

  it('says so when something else answers', async () => {
    using client = clientFor(`${api.url}/elsewhere`);
    await expect(
      client.call('/claim', claim(), claimResponse, { signal: never, persistence: 'once' }),
    ).rejects.toMatchObject({ code: 'CONTROL_ANSWER_INVALID', retryable: false });
  });

  it.each([
    ['https://control.example', true],
    ['http://127.0.0.1:8080', true],
    ['http://localhost', true],
    ['http://[::1]:80', true],
    ['http://10.0.0.1', false],
    ['http://localhost.example', false],
    ['http://127.0.0.1.example', false],
  ])('%s may carry secrets: %s', (url, isSecure) => {
    if (isSecure) expect(() => assertSecure(url)).not.toThrow();
    else expect(() => assertSecure(url)).toThrow(/not HTTPS/);
  });

  it('backs off to half a minute, never in step', () => {
    const backOff = new BackOff(systemIds);
    const waits = Array.from({ length: 12 }, () => backOff.next());
    expect(waits[0]).toBeLessThanOrEqual(500);
    expect(waits.every((wait, index) => wait >= Math.min(500 * 2 ** index, 30_000) / 2 - 1)).toBe(true);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
    backOff.reset();
    expect(backOff.next()).toBeLessThanOrEqual(500);
  });
});
