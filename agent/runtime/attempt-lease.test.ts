import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type RunningApi, startApi } from '../../api/start.ts';
import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { cancelJob } from '../../control/jobs/cancel-job.ts';
import { startBackup } from '../../control/jobs/start-backup.ts';
import { aliveResponse, type Progress, type Work } from '../../protocol/work.ts';
import { FaultyProxy } from '../../sandbox/proxy/proxy.ts';
import { createTestControl, type TestControl } from '../../tests/support/control.ts';
import { type ControlScene, claimOne, createScene } from '../../tests/support/control-scene.ts';
import { databases, type TestDatabase } from '../../tests/support/databases.ts';
import { ControlClient } from '../control-channel/control-client.ts';
import { AttemptLease } from './attempt-lease.ts';

const [embedded] = databases();
if (!embedded) throw new Error('no database');

const leaseMs = 1_500;
let database: TestDatabase;
let control: TestControl;
let scene: ControlScene;
let api: RunningApi;
let client: ControlClient;

beforeAll(async () => {
  database = await embedded.open();
  control = await createTestControl({ database, config: { leaseMs } });
  scene = await createScene(control);
  api = await startApi({ control, host: '127.0.0.1', port: 0, graceMs: 0 });
  client = new ControlClient({
    address: { baseUrl: api.url, ca: null },
    gatewayId: scene.gateway.gatewayId,
    signingKey: scene.gateway.keys.signing.privateKey.export({ format: 'der', type: 'pkcs8' }),
    clock: systemClock,
    ids: systemIds,
  });
});
afterEach(async () => {
  await control.db.updateTable('job').set({ status: 'CANCELED' }).execute();
  await control.db.updateTable('job_attempt').set({ status: 'CANCELED' }).execute();
  await control.db.deleteFrom('permit').execute();
});
afterAll(async () => {
  client?.[Symbol.dispose]();
  await api?.close();
  await control?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

let nextVm = 0;
async function claimedBackup(): Promise<Work> {
  const virtualMachineId = scene.virtualMachineIds[nextVm++ % 3] ?? '';
  await startBackup(control, scene.viewer, { virtualMachineId });
  return claimOne(control, scene.gateway);
}

const leaseOf = (work: Work, channel = client) =>
  new AttemptLease({
    work,
    control: channel,
    clock: systemClock,
    ids: systemIds,
    logger: silentLogger,
    claimedAt: systemClock.monotonic(),
  });

const moved: Progress = {
  phase: 'TRANSFER',
  bytesTotal: 10,
  bytesDone: 5,
  bytesRead: 5,
  bytesZero: 0,
  bytesDeduplicated: 0,
  bytesStored: 2,
  rate: 1,
};

it('prolongs itself, carries progress, and hands it out once for a message', async () => {
  const work = await claimedBackup();
  await using lease = leaseOf(work);
  expect(lease.takeProgress()).toBeUndefined();
  lease.report(moved);
  expect(lease.takeProgress()).toMatchObject({ attemptId: work.attemptId, fence: work.fence, progress: moved });
  expect(lease.takeProgress()).toBeUndefined();
  await systemClock.sleep(leaseMs * 1.2);
  expect(lease.signal.aborted).toBe(false);
  const row = await control.db
    .selectFrom('job_attempt')
    .select('lease_until')
    .where('id', '=', work.attemptId)
    .executeTakeFirstOrThrow();
  expect(row.lease_until.getTime()).toBeGreaterThan(Date.parse(work.leaseUntil));
  const seen = await control.db
    .selectFrom('job_progress')
    .select('progress')
    .where('job_id', '=', work.jobId)
    .executeTakeFirst();
  expect(seen?.progress).toMatchObject({ bytesDone: 5 });
});

it('stops the work when the job is canceled, and still holds the attempt', async () => {
  const work = await claimedBackup();
  await using lease = leaseOf(work);
  await cancelJob(control, scene.viewer, { jobId: work.jobId });
  lease.renewNow();
  await expect.poll(() => lease.signal.aborted).toBe(true);
  expect(lease.signal.reason).toMatchObject({ code: 'CANCELED' });
  expect(lease.held.aborted).toBe(false);
});

it('lets go of an attempt that somebody else has', async () => {
  const work = await claimedBackup();
  await control.db.updateTable('job_attempt').set({ status: 'LOST' }).where('id', '=', work.attemptId).execute();
  await using lease = leaseOf(work);
  lease.renewNow();
  await expect.poll(() => lease.held.aborted).toBe(true);
  expect(lease.signal.reason).toMatchObject({ code: 'ATTEMPT_LOST' });
});

it('ends by itself when nobody answers for a whole lease, and not before', async () => {
  const work = await claimedBackup();
  using nobody = new ControlClient({
    address: { baseUrl: 'http://127.0.0.1:9', ca: null },
    gatewayId: scene.gateway.gatewayId,
    signingKey: scene.gateway.keys.signing.privateKey.export({ format: 'der', type: 'pkcs8' }),
    clock: systemClock,
    ids: systemIds,
  });
  const startedAt = systemClock.monotonic();
  await using lease = leaseOf(work, nobody);
  await expect.poll(() => lease.held.aborted, { timeout: 5_000, interval: 20 }).toBe(true);
  expect(systemClock.monotonic() - startedAt).toBeGreaterThanOrEqual(leaseMs - 20);
});

it('asks another api process in time when the one it asked froze', async () => {
  const work = { ...(await claimedBackup()), leaseMs: 60_000 };
  const leaseUntil = async () => {
    const query = control.db.selectFrom('job_attempt').select('lease_until').where('id', '=', work.attemptId);
    return (await query.executeTakeFirstOrThrow()).lease_until.getTime();
  };
  const far = new Date(systemClock.now() + work.leaseMs);
  await control.db.updateTable('job_attempt').set({ lease_until: far }).where('id', '=', work.attemptId).execute();
  const { hostname: host, port } = new URL(api.url);
  await using proxy = await FaultyProxy.start({ target: { host, port: Number(port) } });
  using channel = new ControlClient({
    address: { baseUrl: `http://${proxy.address}`, ca: null },
    gatewayId: scene.gateway.gatewayId,
    signingKey: scene.gateway.keys.signing.privateKey.export({ format: 'der', type: 'pkcs8' }),
    clock: systemClock,
    ids: systemIds,
  });
  const { signal } = new AbortController();
  await channel.call('/attempts/alive', { attemptIds: [] }, aliveResponse, { signal, persistence: 'once' });
  proxy.faults.add({ operation: 'upstream', times: 1, effect: { kind: 'stall' } });
  const clock = new ManualClock();
  const options = { work, control: channel, clock, ids: systemIds, logger: silentLogger };
  await using lease = new AttemptLease({ ...options, claimedAt: clock.monotonic() });
  await clock.advance(work.leaseMs / 3);
  await expect.poll(() => proxy.faults.list()).toEqual([]);
  await clock.advance(work.leaseMs / 4);
  // A renewal that arrives sets the lease's usual, short end.
  for (let waited = 0; waited < 20_000 && (await leaseUntil()) === far.getTime(); waited += 500) {
    await clock.advance(500);
    await systemClock.sleep(20);
  }
  expect(await leaseUntil()).toBeLessThan(far.getTime());
  expect(lease.held.aborted).toBe(false);
});
