import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunningAgent } from '../agent/start.ts';
import { identityFindings } from '../control/activation/proved-identity.ts';
import { gatewaysByIds } from '../control/gateways/gateways.ts';
import { replaceGatewayAccessKey } from '../control/gateways/replace-gateway-access-key.ts';
import { statusReason } from '../control/gateways/status-reason.ts';
import { createRamIdentityDriver } from '../drivers/identity/ram/driver.ts';
import type { RunningObjectServer } from '../sandbox/objects/object-server.ts';
import { startObjectServer } from '../sandbox/objects/start.ts';
import { databases } from './support/databases.ts';
import { type GatewayPlant, pagePassword, startGatewayPlant } from './support/gateway-plant.ts';
import { PageBrowser } from './support/page-browser.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const never = new AbortController().signal;
let directory: string;
let sts: RunningObjectServer;
let plant: GatewayPlant;
let agent: RunningAgent;
let gatewayId: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ram-plant-'));
  sts = await startObjectServer({
    directory,
    users: [
      { identityType: 'RAMUser', name: 'first' },
      { identityType: 'RAMUser', name: 'second' },
      { identityType: 'Account' },
    ],
  });
  const { stsHttpsEndpoint: stsEndpoint, caPem: ca, accountId: accountIds } = sts.facts;
  const identity = createRamIdentityDriver().configure?.({ stsEndpoint, ca, accountIds });
  const [embedded] = databases();
  if (!embedded) throw new Error('no database');
  const timings = {
    pollIntervalMs: 150,
    identityCheckIntervalMs: 1,
    identityCheckPatienceMs: 150,
    identityGraceMs: 1_200,
  };
  plant = await startGatewayPlant(embedded, timings, undefined, undefined, undefined, identity);
  gatewayId = await plant.createGateway();
  agent = await plant.startAgent('gateway');
  await plant.activate(agent, gatewayId, textOf(0));
});
afterAll(async () => {
  await plant?.[Symbol.asyncDispose]();
  await sts?.close();
  await rm(directory, { recursive: true, force: true });
});

const keyOf = (user: number) => {
  const { accessKeyId, accessKeySecret } = sts.users[user] ?? { accessKeyId: '', accessKeySecret: '' };
  return { accessKeyId, accessKeySecret };
};
const textOf = (user: number) => `${keyOf(user).accessKeyId}.${keyOf(user).accessKeySecret}`;
async function row() {
  const [found] = await gatewaysByIds(plant.control, plant.viewer, [gatewayId]);
  if (!found) throw new Error('no gateway');
  return found;
}
const reason = async () => statusReason(await row())?.code ?? null;
const becomes = (code: string | null) => vi.waitUntil(async () => (await reason()) === code, { timeout: 10_000 });
/** STS has said since now whose the key is. */
async function checkedAgain(): Promise<void> {
  const since = Date.now();
  await vi.waitUntil(async () => ((await row()).identity_checked_at?.getTime() ?? 0) > since, { timeout: 10_000 });
}

describe('a gateway with an access key of RAM', () => {
  it('proves it with its heartbeats, and a key that was disabled is found and counts again once it is enabled', async () => {
    expect((await row()).identity).toMatchObject({ kind: 'RAM_USER' });
    await checkedAgain();
    sts.setKeyActive(keyOf(0).accessKeyId, false);
    await becomes('ACCESS_KEY_DISABLED');
    await vi.waitUntil(() => agent.status().problem?.code === 'ACCESS_KEY_DISABLED', { timeout: 10_000 });
    sts.setKeyActive(keyOf(0).accessKeyId, true);
    await becomes(null);
    await vi.waitUntil(() => agent.status().problem === null, { timeout: 10_000 });
  });

  it('goes on after a restart, and no file of it shows the secret', async () => {
    await agent.close();
    const { db } = plant.control;
    // Meanwhile the control plane is there to hear it, so that its silence counts.
    const presence = await db.selectFrom('control_presence').select('due_at').executeTakeFirstOrThrow();
    expect(presence.due_at.getTime()).toBeGreaterThan(Date.now());
    agent = await plant.startAgent('gateway');
    await checkedAgain();
    const state = join(plant.directory, 'gateway');
    for (const entry of await readdir(state, { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      expect(await readFile(join(state, entry.name), 'utf8')).not.toContain(keyOf(0).accessKeySecret);
    }
  });

  it('is not refused while STS cannot be reached, but not for ever either', async () => {
    sts.faults.add({ operation: 'sts.*', effect: { kind: 'error', code: '503 ServiceUnavailable' } });
    await vi.waitUntil(async () => identityFindings(await row()).length > 0, { timeout: 10_000 });
    expect(await reason()).toBeNull();
    expect(identityFindings(await row())).toMatchObject([{ code: 'IDENTITY_UNREACHABLE', severity: 'WARNING' }]);
    await becomes('IDENTITY_UNVERIFIED');
    sts.faults.clear();
    await becomes(null);
    expect(identityFindings(await row())).toEqual([]);
  });

  it('keeps its heartbeat while STS is slow', async () => {
    sts.faults.add({ operation: 'sts.*', times: 2, effect: { kind: 'delay', ms: 800 } });
    const before = agent.status().lastControlContactAt ?? 0;
    await vi.waitUntil(() => (agent.status().lastControlContactAt ?? 0) > before + 450, { timeout: 2_500 });
    expect(await reason()).toBeNull();
    await checkedAgain();
  });

  it('keeps the one it has when a wrong secret is given for it, however often', async () => {
    const given = { gatewayId, accessKeyId: keyOf(0).accessKeyId };
    for (const accessKeySecret of ['wrong', 'wrong', 'wrong again', 'and again']) {
      const replacing = replaceGatewayAccessKey(plant.control, plant.viewer, { ...given, accessKeySecret }, never);
      await expect(replacing).rejects.toMatchObject({ code: 'INVALID_ACCESS_KEY' });
    }
    const mistaken = plant.activate(agent, gatewayId, `${keyOf(0).accessKeyId}.wrong`);
    await expect(mistaken).rejects.toThrow('do not belong together');
    await checkedAgain();
    await checkedAgain();
    expect(await reason()).toBeNull();
    await vi.waitUntil(() => agent.status().problem === null, { timeout: 10_000 });
    expect(agent.status()).toMatchObject({ accessKeyId: keyOf(0).accessKeyId });
  });

  it('is given another one by the API; a root account’s is taken with a warning', async () => {
    const give = (user: number) =>
      replaceGatewayAccessKey(plant.control, plant.viewer, { gatewayId, ...keyOf(user) }, never);
    expect((await give(1)).gateway).toMatchObject({ access_key_id: keyOf(1).accessKeyId });
    await checkedAgain();
    sts.setKeyActive(keyOf(0).accessKeyId, false);
    await checkedAgain();
    expect(await reason()).toBeNull();
    await expect(give(0)).rejects.toMatchObject({ code: 'ACCESS_KEY_DISABLED' });
    const { gateway } = await give(2);
    expect(identityFindings(gateway)[0]).toMatchObject({ code: 'ROOT_ACCOUNT', severity: 'WARNING' });
    await checkedAgain();
    await vi.waitUntil(() => agent.status().problem === null, { timeout: 10_000 });
    expect(agent.status()).toMatchObject({ accessKeyId: keyOf(2).accessKeyId });
    await vi.waitUntil(() => agent.status().findings[0]?.code === 'ROOT_ACCOUNT', { timeout: 10_000 });
    const page = new PageBrowser(agent, { 'accept-language': 'zh-CN' });
    await page.post('/login', { password: pagePassword });
    expect((await page.get('/')).text).toContain('主账号的 AccessKey');
  });
});
