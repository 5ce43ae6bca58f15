import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { RunningAgent } from '../agent/start.ts';
import { addVCenter } from '../control/vcenters/add-vcenter.ts';
import { encodeId } from '../schema/global-id.ts';
import { hurriedClock } from './support/hurried-clock.ts';
import { type JobPlant, startJobPlant } from './support/job-plant.ts';
import { mutation } from './support/mutations.ts';
import { read } from './support/public-api.ts';

const mib = 2 ** 20;
const document = mutation('deleteGateway', 'gateway { status } impact { recoveryPoints storedBytes }').replace(
  '... on Error',
  '... on GatewayHasJobsError { jobs { id } totalCount } ... on Error',
);

let jobs: JobPlant;
let second: RunningAgent;
let secondId: string;
const startSecond = () =>
  jobs.plant.startAgent('second', {
    clock: hurriedClock,
    deviceDirectory: jobs.sandbox.deviceDirectory,
    vmUuid: jobs.sandbox.gatewayVm.biosUuid,
  });

beforeAll(async () => {
  jobs = await startJobPlant([
    { name: 'web-01', disks: [{ capacityBytes: 16 * mib, dataBytes: 4 * mib }] },
    { name: 'big-01', disks: [{ capacityBytes: 256 * mib, dataBytes: 200 * mib }] },
  ]);
});
afterAll(() => jobs?.[Symbol.asyncDispose]());

const remove = async (gatewayId: string, input: object = {}) => {
  const variables = { input: { gatewayId: encodeId('Gateway', gatewayId), ...input } };
  return (await read(jobs.plant.api, jobs.plant.accessKey, document, variables)).deleteGateway;
};
const row = (id: string) => jobs.db.selectFrom('gateway').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const gone = (id: string) =>
  vi.waitUntil(async () => (await row(id)).deleted_at !== null, { timeout: 20_000, interval: 50 });
const told = (agent: RunningAgent) =>
  vi.waitUntil(() => agent.status().problem?.code === 'GATEWAY_DELETED' && agent.status().jobs.length === 0, {
    timeout: 20_000,
    interval: 50,
  });
/** Of a deleted gateway the state directory keeps no key and no data. */
const keepsNothing = async (name: string) => {
  const directory = join(jobs.plant.directory, name);
  await vi.waitUntil(
    async () => JSON.parse(await readFile(join(directory, 'gateway.json'), 'utf8')).deletedAt !== undefined,
    { timeout: 10_000 },
  );
  expect(JSON.parse(await readFile(join(directory, 'gateway.json'), 'utf8')).keys).toEqual({
    signing: '',
    sealing: '',
  });
  await vi.waitUntil(async () => (await readdir(join(directory, 'cache'))).length === 0, { timeout: 10_000 });
  await expect(access(join(directory, 'instance.json'))).rejects.toMatchObject({ code: 'ENOENT' });
};
const manifests = async () => {
  const root = join((await jobs.db.selectFrom('vault').select('location').executeTakeFirstOrThrow()).location.bucket);
  const names = await readdir(root, { recursive: true });
  return names.filter((name) => /(manifests|commits)\/[^/]+\/[^/]+$/.test(name)).map((name) => name.split('/').at(-1));
};

it('a gateway at work is deleted: its jobs end, its agent shows it, and another gateway restores what it left', async () => {
  const hashes = await jobs.hashes('web-01');
  const { jobId: kept } = await jobs.backup('web-01');
  const running = await jobs.startBackup('big-01');
  await jobs.phase(running, 'TRANSFER');
  expect(await remove(jobs.gatewayId)).toMatchObject({ totalCount: 1, jobs: [{ id: encodeId('BackupJob', running) }] });
  expect(await remove(jobs.gatewayId, { cancelRunningJobs: true })).toMatchObject({
    gateway: { status: 'DELETING' },
    impact: { recoveryPoints: 1 },
  });
  await gone(jobs.gatewayId);
  expect((await jobs.job(running)).status).toBe('CANCELED');
  await jobs.nothingLeft();
  await told(jobs.agent);
  await keepsNothing('gateway');

  secondId = await jobs.plant.createGateway();
  second = await startSecond();
  await jobs.plant.activate(second, secondId);
  const { vcenterAddress: address, username, password, fingerprint } = jobs.sandbox;
  await addVCenter(jobs.plant.control, jobs.plant.viewer, {
    gatewayId: secondId,
    address,
    username,
    password,
    certificateFingerprint: fingerprint,
  });
  await jobs.expectRestores(kept, hashes);
});

it('a gateway that was off when it and its data were deleted is told when it comes back, and can become a new one', async () => {
  const hashes = await jobs.hashes('web-01');
  const { jobId: doomed, point } = await jobs.backup('web-01');
  const [earlier] = (await manifests()).filter((name) => name !== doomed);
  await second.close();
  const { name } = await row(secondId);
  expect(await remove(secondId, { deleteBackupData: true, confirmName: name })).toMatchObject({
    impact: { recoveryPoints: 1, storedBytes: point.statistics.bytesStored },
  });
  await vi.waitUntil(async () => (await jobs.point(doomed)).deleted_at !== null, { timeout: 20_000, interval: 50 });
  expect(await manifests()).toEqual([earlier, earlier]);
  await jobs.vaultVerifies();
  second = await startSecond();
  await told(second);
  await keepsNothing('second');
  await second.close();
  second = await startSecond();
  expect(second.status()).toMatchObject({ activated: true, problem: { code: 'GATEWAY_DELETED' } });
  const pair = { accessKeyId: 'another', accessKeySecret: 'secret-of-another' };
  expect(await second.replaceAccessKey(pair, new AbortController().signal)).toMatchObject({
    form: { code: 'GATEWAY_DELETED' },
  });

  const third = await jobs.plant.createGateway();
  await jobs.plant.activate(second, third);
  await vi.waitUntil(() => second.status().messageChannelConnected, { timeout: 20_000, interval: 50 });
  expect(second.status()).toMatchObject({ problem: null, gateway: { gatewayId: third } });
  const { vcenterAddress: address, username, password, fingerprint } = jobs.sandbox;
  await addVCenter(jobs.plant.control, jobs.plant.viewer, {
    gatewayId: third,
    address,
    username,
    password,
    certificateFingerprint: fingerprint,
  });
  await jobs.expectRestores(earlier ?? '', hashes);
});

it('a gateway that the control plane does not know any more, as after its database was put back, keeps its keys', async () => {
  const { gatewayId } = second.status().gateway ?? {};
  const { signing_key } = await row(gatewayId ?? '');
  await second.close();
  await jobs.db
    .updateTable('gateway')
    .set({ signing_key: null })
    .where('id', '=', gatewayId ?? '')
    .execute();
  const kept = await readFile(join(jobs.plant.directory, 'second', 'gateway.json'), 'utf8');
  second = await startSecond();
  await vi.waitUntil(() => second.status().problem?.code === 'GATEWAY_NOT_ACTIVATED', {
    timeout: 20_000,
    interval: 50,
  });
  await second.close();
  expect(await readFile(join(jobs.plant.directory, 'second', 'gateway.json'), 'utf8')).toBe(kept);
  await jobs.db
    .updateTable('gateway')
    .set({ signing_key })
    .where('id', '=', gatewayId ?? '')
    .execute();
  second = await startSecond();
  await vi.waitUntil(() => second.status().messageChannelConnected, { timeout: 20_000, interval: 50 });
});
