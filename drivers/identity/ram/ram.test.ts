import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningObjectServer } from '../../../sandbox/objects/object-server.ts';
import { startObjectServer } from '../../../sandbox/objects/start.ts';
import { identityConformance } from '../conformance.ts';
import type { AccessKeyPair, IdentityDriver } from '../contract.ts';
import { createRamIdentityDriver } from './driver.ts';

const never = new AbortController().signal;
const context = { verifyBuiltinSecret: async () => undefined };
const challenge = 'a-challenge-of-at-least-thirty-two-characters';

let server: RunningObjectServer;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ram-'));
  server = await startObjectServer({
    directory,
    users: [{ identityType: 'RAMUser', name: 'gateway' }, { identityType: 'Account' }],
  });
});
afterAll(async () => {
  await server?.close();
  await rm(directory, { recursive: true, force: true });
});

const settingsOf = (more: Readonly<Record<string, string>> = {}) => ({
  stsEndpoint: server.facts.stsHttpsEndpoint,
  ca: server.facts.caPem,
  accountIds: server.facts.accountId,
  ...more,
});
const driverOf = (more: Readonly<Record<string, string>> = {}): IdentityDriver => {
  const driver = createRamIdentityDriver().configure?.(settingsOf(more));
  if (!driver) throw new Error('it takes no settings');
  return driver;
};
const keyOf = (user: number): AccessKeyPair => {
  const { accessKeyId, accessKeySecret } = server.users[user] ?? { accessKeyId: '', accessKeySecret: '' };
  return { accessKeyId, accessKeySecret };
};
/** As gateway and control plane do it between them: the gateway's own driver was never configured. */
const check = async (driver = driverOf(), accessKey = keyOf(0), question = challenge) => {
  const proof = await createRamIdentityDriver().prove(accessKey, question, never, driver.proofSettings?.());
  return driver.verify(JSON.parse(JSON.stringify(proof)), challenge, context, never);
};

identityConformance('ram', () => {
  const driver = driverOf();
  // A gateway gets these settings with the challenge.
  const prove: IdentityDriver['prove'] = (pair, question, signal) =>
    driver.prove(pair, question, signal, driver.proofSettings?.());
  return { driver: { ...driver, prove }, accessKey: keyOf(0), context };
});

describe('the identity driver ram', () => {
  it('tells a RAM user from the account itself', async () => {
    const { accountId } = server.facts;
    expect(await check()).toMatchObject({ kind: 'RAM_USER', subject: `acs:ram::${accountId}:user/gateway` });
    expect(await check(driverOf(), keyOf(1))).toMatchObject({ kind: 'ROOT_ACCOUNT', expiresAt: null });
  });

  it('keeps the secret on the gateway, and gives STS each proof once', async () => {
    const driver = driverOf();
    const proof = await driver.prove(keyOf(0), challenge, never, driver.proofSettings?.());
    expect(JSON.stringify(proof)).not.toContain(keyOf(0).accessKeySecret);
    await driver.verify(proof, challenge, context, never);
    const again = driver.verify(proof, challenge, context, never);
    await expect(again).rejects.toMatchObject({ kind: 'transient' });
  });

  it('sends nothing anywhere for a proof that answers another challenge or was tampered with', async () => {
    const driver = driverOf();
    server.log.clear();
    await expect(check(driver, keyOf(0), `${challenge}-2`)).rejects.toMatchObject({ code: 'INVALID_ACCESS_KEY' });
    const proof = await driver.prove(keyOf(0), challenge, never, driver.proofSettings?.());
    for (const values of [
      { ...proof.values, date: 'x\r\nhost: evil.example' },
      { ...proof.values, nonce: `${proof.values.nonce}0` },
      { ...proof.values, signature: 'https://evil.example/' },
    ])
      await expect(driver.verify({ ...proof, values }, challenge, context, never)).rejects.toMatchObject({
        code: 'INVALID_ACCESS_KEY',
      });
    expect(server.log.recent()).toHaveLength(0);
    // One that was signed for another server does not count at this one.
    const elsewhere = await driver.prove(keyOf(0), challenge, never, { host: 'evil.example' });
    await expect(driver.verify(elsewhere, challenge, context, never)).rejects.toMatchObject({
      code: 'INVALID_ACCESS_KEY',
    });
  });

  it('goes by the control plane’s clock when the gateway’s is wrong', async () => {
    const driver = driverOf();
    const settings = driver.proofSettings?.();
    const wrong = { ...settings, date: '2001-01-01T00:00:00Z' };
    const late = await driver.prove(keyOf(0), challenge, never, wrong);
    await expect(driver.verify(late, challenge, context, never)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await check(driver);
  });

  it('says what is wrong', async () => {
    server.setKeyActive(keyOf(0).accessKeyId, false);
    await expect(check()).rejects.toMatchObject({ code: 'ACCESS_KEY_DISABLED', kind: 'needsPerson' });
    server.setKeyActive(keyOf(0).accessKeyId, true);
    const foreign = check(driverOf({ accountIds: '99999, 88888' }));
    await expect(foreign).rejects.toMatchObject({ code: 'ACCOUNT_NOT_ALLOWED' });
    await check(driverOf({ accountIds: '99999,*' }));
    const fault = (code: string) =>
      server.faults.add({ operation: 'sts.GetCallerIdentity', times: 1, effect: { kind: 'error', code } });
    fault('400 Throttling.User');
    await expect(check()).rejects.toMatchObject({ code: 'THROTTLED', kind: 'transient' });
    fault('503 ServiceUnavailable');
    await expect(check()).rejects.toMatchObject({ code: 'UNREACHABLE', kind: 'transient' });
    fault('400 InvalidSecurityToken.Expired');
    await expect(check()).rejects.toMatchObject({ code: 'ACCESS_KEY_EXPIRED' });
    await expect(check(driverOf({ stsEndpoint: 'https://localhost:1' }))).rejects.toMatchObject({
      code: 'UNREACHABLE',
      kind: 'transient',
    });
    const untrusted = driverOf({ stsEndpoint: server.facts.stsHttpsEndpoint.replace('localhost', '127.0.0.1') });
    await expect(check(untrusted)).resolves.toMatchObject({ kind: 'RAM_USER' });
    const { ca: _ca, ...publicly } = settingsOf();
    const stranger = createRamIdentityDriver().configure?.(publicly);
    await expect(check(stranger)).rejects.toMatchObject({ code: 'BAD_CONFIGURATION' });
  });

  it.each([
    [{ accountIds: '' }],
    [{ accountIds: 'mine' }],
    [{ stsEndpoint: 'http://sts.aliyuncs.com' }],
    [{ stsEndpoint: 'https://sts.aliyuncs.com/path' }],
  ])('does not start with %o', (settings) => {
    expect(() => driverOf(settings)).toThrow(expect.objectContaining({ code: 'BAD_CONFIGURATION' }));
  });
});
