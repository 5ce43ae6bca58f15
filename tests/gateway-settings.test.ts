import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelJob } from '../control/jobs/cancel-job.ts';
import { createOssStorageDriver } from '../drivers/storage/oss/driver.ts';
import { sandboxTarget } from '../drivers/storage/oss/testing/sandbox-target.ts';
import { FaultyProxy } from '../sandbox/proxy/proxy.ts';
import { encodeId } from '../schema/global-id.ts';
import { type JobPlant, startJobPlant } from './support/job-plant.ts';
import { mutation } from './support/mutations.ts';
import { read } from './support/public-api.ts';

const mib = 2 ** 20;
const everyDay = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
const documents = {
  updateGatewaySettings: mutation('updateGatewaySettings', 'gateway { version }'),
  setFlowControl: mutation('setFlowControl', 'gateway { version flowControl { activeLimits { backup restore } } }'),
};

/** A gateway whose vault is in an object server that is reached by HTTP through one address and by HTTPS through another. */
describe('the settings of a gateway at work', () => {
  let plant: JobPlant;
  let http: FaultyProxy;
  let https: FaultyProxy;
  let target: Awaited<ReturnType<typeof sandboxTarget>>;

  beforeAll(async () => {
    target = await sandboxTarget('http', { region: 'sandbox-1' });
    const proxyOf = (port = '') => FaultyProxy.start({ target: { host: 'localhost', port: Number(port) } });
    http = await proxyOf(target.settings.httpPort);
    https = await proxyOf(target.settings.httpsPort);
    const settings = { ...target.settings, httpPort: String(http.port), httpsPort: String(https.port) };
    const driver = createOssStorageDriver();
    plant = await startJobPlant(
      [
        { name: 'small-01', disks: [{ capacityBytes: 4 * mib, dataBytes: mib }] },
        // At the smallest limit it would take most of a minute.
        { name: 'large-01', disks: [{ capacityBytes: 64 * mib, dataBytes: 48 * mib }] },
      ],
      { leaseMs: 3_000 },
      { storage: { driver, target: driver.parseTarget(settings) } },
    );
  }, 60_000);
  afterAll(async () => {
    await plant[Symbol.asyncDispose]();
    await Promise.all([http[Symbol.asyncDispose](), https[Symbol.asyncDispose]()]);
    await target.close();
  });

  const ask = (document: string, variables: object) =>
    read(plant.plant.api, plant.plant.accessKey, document, { ...variables });
  const change = async (field: keyof typeof documents, input: object) => {
    const gatewayId = encodeId('Gateway', plant.gatewayId);
    const { gateway } = await ask('query ($id: ID!) { gateway(id: $id) { version } }', { id: gatewayId });
    const answer = await ask(documents[field], { input: { gatewayId, expectedVersion: gateway.version, ...input } });
    expect(answer[field].__typename).toMatch(/Payload$/);
    return answer[field].gateway;
  };
  const limitTo = (bytesPerSecond: number, appliesTo = 'BOTH') =>
    change('setFlowControl', {
      windows: [{ days: everyDay, start: '00:00', end: '24:00', timeZone: 'Asia/Shanghai', bytesPerSecond, appliesTo }],
    });
  const unlimited = () => change('setFlowControl', { windows: [] });
  const settingsOf = async (jobId: string) => {
    const query = `query ($id: ID!) { job(id: $id) { settings { useHttps transport workers maxWorkers flowControl { limits { backup restore } } } } }`;
    return (await ask(query, { id: encodeId('BackupJob', jobId) })).job.settings;
  };
  const opened = () => ({ http: http.opened, https: https.opened });

  it('take the scheme of the data channel with the next job, and record what it ran with', async () => {
    await change('updateGatewaySettings', { useHttps: false });
    const start = opened();
    const { jobId: first } = await plant.backup('small-01');
    const plain = opened();
    expect(plain.http).toBeGreaterThan(start.http);
    expect(plain.https).toBe(start.https);
    await change('updateGatewaySettings', { useHttps: true, maxWorkers: 1 });
    const { jobId: second } = await plant.backup('small-01');
    const secure = opened();
    expect(secure.https).toBeGreaterThan(plain.https);
    expect(secure.http).toBe(plain.http);
    const common = { transport: 'hotadd', flowControl: { limits: { backup: null, restore: null } } };
    expect(await settingsOf(first)).toEqual({ ...common, useHttps: false, maxWorkers: 0, workers: expect.any(Number) });
    expect(await settingsOf(second)).toEqual({ ...common, useHttps: true, maxWorkers: 1, workers: 1 });
    await change('updateGatewaySettings', { useHttps: false, maxWorkers: 0 });
  });

  it('hold a running backup back at once, let it go at once, and leave it what it began with', async () => {
    const { flowControl } = await limitTo(1_000_000, 'BACKUP');
    expect(flowControl.activeLimits).toEqual({ backup: 1_000_000, restore: null });
    const jobId = await plant.startBackup('large-01');
    const stored = () => plant.agent.status().jobs.find((job) => job.jobId === jobId)?.progress?.bytesStored ?? 0;
    await plant.phase(jobId, 'TRANSFER');
    // All of it is compressed, and waits.
    await expect.poll(stored, { timeout: 20_000 }).toBeGreaterThan(8 * mib);
    const before = opened();
    await change('updateGatewaySettings', { useHttps: true, maxWorkers: 2 });
    // Through two renewals of its lease.
    const renewed = async () =>
      (
        await plant.db.selectFrom('job_attempt').select('lease_until').where('job_id', '=', jobId).executeTakeFirst()
      )?.lease_until.getTime() ?? 0;
    const lease = await renewed();
    await expect.poll(renewed).toBeGreaterThan(lease + 1_500);
    expect((await plant.job(jobId)).status).toBe('RUNNING');
    await unlimited();
    const job = await plant.ended(jobId);
    expect({ status: job.status, error: job.error }).toEqual({ status: 'COMPLETE', error: null });
    expect(opened().https).toBe(before.https);
    expect(await settingsOf(jobId)).toMatchObject({
      useHttps: false,
      maxWorkers: 0,
      flowControl: { limits: { backup: 1_000_000, restore: null } },
    });
  }, 60_000);

  it('let a job be cancelled that is held back', async () => {
    await limitTo(1_000_000);
    const { job_id: whole } = await plant.db
      .selectFrom('recovery_point')
      .select('job_id')
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    const { jobId } = await plant.startRestore(whole);
    await plant.phase(jobId, 'TRANSFER');
    await cancelJob(plant.plant.control, plant.plant.viewer, { jobId });
    expect((await plant.ended(jobId)).status).toBe('CANCELED');
    await unlimited();
    await plant.nothingLeft();
  }, 60_000);
});
