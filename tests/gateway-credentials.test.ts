import {
  createCipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FaultPlan } from '../base/fault-plan.ts';
import { delayOnce } from '../base/faults.ts';
import { createClient } from '../client/client.ts';
import {
  GatewaySealingDocument,
  GatewayStatusDocument,
  ReplaceGatewayAccessKeyDocument,
} from '../client/gen/documents.ts';
import { issueAccessKey } from '../control/access-keys/issue-access-key.ts';
import { revokeAccessKey } from '../control/access-keys/revoke-access-key.ts';
import { createResourceGroup } from '../control/resource-groups/resource-groups.ts';
import { encodeId } from '../schema/global-id.ts';
import { type JobPlant, startJobPlant } from './support/job-plant.ts';
import { newKey as newKeyOf, openApi } from './support/public-api.ts';
import { sampleBytes } from './vault-fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const never = new AbortController().signal;
const mib = 2 ** 20;
const vm = 'web-01';

const faults = new FaultPlan();
let plant: JobPlant;
let gatewayId: string;
beforeAll(async () => {
  const vms = [{ name: vm, disks: [{ capacityBytes: 8 * mib, dataBytes: 2 * mib }] }];
  const timings = { commandDeadlineMs: 20_000, pollIntervalMs: 200 };
  plant = await startJobPlant(vms, timings, { agent: { faults } });
  gatewayId = encodeId('Gateway', plant.gatewayId);
  expect((await plant.backup(vm)).point.kind).toBe('FULL');
});
afterAll(() => plant?.[Symbol.asyncDispose]());

const newKey = () =>
  issueAccessKey(plant.plant.control, {
    name: 'gateway',
    scopes: ['gateway:write'],
    resourceGroups: 'ALL',
    expiresAt: null,
  });
const pairOf = (secret: string) => {
  const [accessKeyId = '', accessKeySecret = ''] = secret.split('.');
  return { accessKeyId, accessKeySecret };
};
async function anotherGroup(): Promise<string> {
  const { control, viewer } = plant.plant;
  return (await createResourceGroup(control, viewer, { name: 'of somebody else' })).resourceGroup.id;
}
const client = () => createClient({ url: plant.plant.api.url, accessKey: plant.plant.accessKey });

/** Gives the gateway a key of its own and takes it away: the gateway is told, and a backup waits. */
async function loseKey(give: (secret: string) => Promise<unknown>): Promise<string> {
  const { accessKeyId, secret } = await newKey();
  await give(secret);
  await revokeAccessKey(plant.plant.control, plant.plant.viewer, { accessKeyId });
  await vi.waitUntil(() => plant.agent.status().problem?.code === 'ACCESS_KEY_REVOKED', { timeout: 10_000 });
  await plant.guest.write({ vm, offset: 3 * mib + 4_096, data: sampleBytes(9_000, 7) });
  const jobId = await plant.startBackup(vm);
  expect(await plant.job(jobId)).toMatchObject({ status: 'QUEUED', wait_reason: 'CREDENTIALS' });
  return jobId;
}

/** The waiting backup goes on by itself, and builds on what was there before. */
async function expectChainUnbroken(jobId: string): Promise<void> {
  const job = await plant.ended(jobId);
  expect({ status: job.status, error: job.error }).toEqual({ status: 'COMPLETE', error: null });
  expect((await plant.point(jobId)).kind).toBe('INCREMENTAL');
  expect(plant.agent.status()).toMatchObject({ problem: null, gateway: { gatewayId: plant.gatewayId } });
}

const enterOnPage = async (secret: string) =>
  expect(await plant.agent.replaceAccessKey(pairOf(secret), never)).toBeUndefined();

describe('a gateway whose access key was revoked', () => {
  it('goes on with another one that was entered on the gateway', async () => {
    const jobId = await loseKey(enterOnPage);
    const wrong = { ...pairOf((await newKey()).secret), accessKeySecret: 'x'.repeat(43) };
    expect(await plant.agent.replaceAccessKey(wrong, never)).toMatchObject({
      accessKeySecret: { code: 'INVALID_ACCESS_KEY' },
    });
    const { secret } = await newKey();
    await enterOnPage(secret);
    expect(plant.agent.status().accessKeyId).toBe(pairOf(secret).accessKeyId);
    const entries = plant.db.selectFrom('audit_entry').select(['actor_kind', 'input']);
    const audited = await entries.where('action', '=', 'gateway.replaceAccessKey').orderBy('started_at').execute();
    expect(audited).toHaveLength(3);
    expect(JSON.stringify(audited)).not.toContain(pairOf(secret).accessKeySecret);
    await expectChainUnbroken(jobId);
  });

  it('goes on with one that replaceGatewayAccessKey sent it, each change told at once also by another process', async () => {
    await using second = await openApi(plant.plant.control);
    await using watcher = createClient({ url: second.url, accessKey: plant.plant.accessKey });
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { gatewayStatus } of watcher.subscribe(GatewayStatusDocument, { gatewayId })) {
        const { status, statusReason } = gatewayStatus.gateway;
        seen.push(statusReason ? `${status} ${statusReason.code}` : status);
      }
    })().catch(() => undefined);
    await vi.waitUntil(() => seen.length > 0, { timeout: 10_000 });
    await using console = client();
    const give = async (secret: string) => {
      const { replaceGatewayAccessKey: answer } = await console.mutate(ReplaceGatewayAccessKeyDocument, {
        input: { gatewayId, ...pairOf(secret) },
      });
      expect(answer).toMatchObject({
        __typename: 'ReplaceGatewayAccessKeyPayload',
        gateway: { status: 'ACTIVATED', accessKeyId: pairOf(secret).accessKeyId },
      });
    };
    const jobId = await loseKey(give);
    await vi.waitUntil(() => seen.at(-1) === 'CREDENTIALS_EXPIRED ACCESS_KEY_REVOKED', { timeout: 10_000 });

    const refused = await console.mutate(ReplaceGatewayAccessKeyDocument, {
      input: { gatewayId, ...pairOf((await newKey()).secret), accessKeySecret: 'wrong' },
    });
    expect(refused.replaceGatewayAccessKey).toMatchObject({
      __typename: 'AccessKeyRefusedError',
      code: 'INVALID_ACCESS_KEY',
    });
    const { gateway } = await console.query(GatewaySealingDocument, { id: gatewayId });
    const old = await console.mutate(ReplaceGatewayAccessKeyDocument, {
      input: { gatewayId, ...pairOf((await newKey()).secret), expectedVersion: (gateway?.version ?? 0) + 1 },
    });
    expect(old.replaceGatewayAccessKey).toMatchObject({ __typename: 'VersionConflictError' });
    await using stranger = createClient({
      url: plant.plant.api.url,
      accessKey: await newKeyOf(plant.plant.control, { resourceGroups: [await anotherGroup()] }),
    });
    const foreign = await stranger.mutate(ReplaceGatewayAccessKeyDocument, {
      input: { gatewayId, ...pairOf((await newKey()).secret) },
    });
    expect(foreign.replaceGatewayAccessKey).toMatchObject({ __typename: 'NotFoundError' });
    const both = await console.mutate(ReplaceGatewayAccessKeyDocument, { input: { gatewayId, accessKeyId: 'x' } });
    expect(both.replaceGatewayAccessKey).toMatchObject({ __typename: 'InvalidInputError' });

    const { accessKeyId, accessKeySecret } = pairOf((await newKey()).secret);
    const sealedAccessKeySecret = sealAsDocumented(gateway, accessKeySecret);
    const { replaceGatewayAccessKey: answer } = await console.mutate(ReplaceGatewayAccessKeyDocument, {
      input: { gatewayId, accessKeyId, sealedAccessKeySecret, expectedVersion: gateway?.version ?? null },
    });
    expect(answer).toMatchObject({ __typename: 'ReplaceGatewayAccessKeyPayload', gateway: { status: 'ACTIVATED' } });
    await expectChainUnbroken(jobId);
    await vi.waitUntil(() => seen.at(-1) === 'ACTIVATED', { timeout: 10_000 });
    await watcher[Symbol.asyncDispose]();
    await watching;
  });

  it('gives a running job back that gets no credentials for its vault any more, without a failed try', async () => {
    const { accessKeyId, secret } = await newKey();
    await enterOnPage(secret);
    faults.add(delayOnce('step.backup-claimed', 900));
    const jobId = await plant.startBackup(vm);
    await vi.waitUntil(async () => (await plant.job(jobId)).status === 'RUNNING', { timeout: 10_000, interval: 20 });
    await revokeAccessKey(plant.plant.control, plant.plant.viewer, { accessKeyId });
    await vi.waitUntil(async () => (await plant.job(jobId)).status !== 'RUNNING', { timeout: 10_000, interval: 20 });
    const waiting = { status: 'QUEUED', wait_reason: 'CREDENTIALS', failed_attempts: 0 };
    expect(await plant.job(jobId)).toMatchObject(waiting);
    await enterOnPage((await newKey()).secret);
    await expectChainUnbroken(jobId);
  });

  it('goes on after it was activated again with a new certificate', async () => {
    const jobId = await loseKey(enterOnPage);
    await plant.plant.activate(plant.agent, plant.gatewayId);
    await expectChainUnbroken(jobId);
    await plant.nothingLeft();
    await plant.expectOneEndEach();
  });

  it('is GATEWAY_OFFLINE to whoever sends it a key while it is away', async () => {
    await plant.agent.close();
    await using console = client();
    const asked = console.mutate(ReplaceGatewayAccessKeyDocument, {
      input: { gatewayId, ...pairOf((await newKey()).secret) },
    });
    const late = () =>
      plant.db
        .updateTable('gateway_command')
        .set({ deadline: new Date(0) })
        .where('status', '=', 'PENDING');
    await vi.waitUntil(async () => (await late().returning('id').execute()).length > 0, { timeout: 10_000 });
    const { replaceGatewayAccessKey: answer } = await asked;
    expect(answer).toMatchObject({ __typename: 'GatewayUnavailableError', code: 'GATEWAY_OFFLINE' });
  });
});

/** What a console does that never shows the secret to the control plane, written from the schema's description alone. */
function sealAsDocumented(
  gateway: { readonly sealingPublicKey: string | null; readonly accessKeySealingContext: string } | null,
  secret: string,
) {
  const recipientDer = Buffer.from(gateway?.sealingPublicKey ?? '', 'base64');
  const publicKey = createPublicKey({ key: recipientDer, format: 'der', type: 'spki' });
  const ephemeral = generateKeyPairSync('x25519');
  const ephemeralDer = ephemeral.publicKey.export({ format: 'der', type: 'spki' });
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey });
  const salt = Buffer.concat([ephemeralDer, recipientDer]);
  const key = Buffer.from(hkdfSync('sha256', shared, salt, 'holdfast-seal-v1', 32));
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(gateway?.accessKeySealingContext ?? ''));
  const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    ephemeralKey: ephemeralDer.toString('base64'),
    nonce: nonce.toString('base64'),
    ciphertext: ciphertext.toString('base64'),
  };
}
