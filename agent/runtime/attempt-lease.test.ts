import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { z } from 'zod';
import { type RunningApi, startApi } from '../../api/start.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
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
import { ControlClient, type Persistence } from '../control-channel/control-client.ts';
import { AttemptLease } from './attempt-lease.ts';

const [embedded] = databases();
if (!embedded) throw new Error('no database');

const patiently = { timeout: 10_000, interval: 10 };
let database: TestDatabase;
let control: TestControl;
let scene: ControlScene;
let api: RunningApi;
let client: CountingClient;

/** Counts the answers, so that a test moves the clock on only when one has arrived. */
class CountingClient extends ControlClient {
  answers = 0;

  override async call<Schema extends z.ZodType>(
    ...[path, body, answer, options]: [string, object, Schema, { signal: AbortSignal; persistence: Persistence }]
  ): Promise<z.output<Schema>> {
    const result = await super.call(path, body, answer, options);
    this.answers += 1;
    return result;
  }
}

const clientAt = (baseUrl: string) =>
  new CountingClient({
    address: { baseUrl, ca: null },
    gatewayId: scene.gateway.gatewayId,
    signingKey: scene.gateway.keys.signing.privateKey.export({ format: 'der', type: 'pkcs8' }),
    clock: systemClock,
    ids: systemIds,
  });

beforeAll(async () => {
  database = await embedded.open();
  control = await createTestControl({ database });
  scene = await createScene(control);
  api = await startApi({ control, host: '127.0.0.1', port: 0, graceMs: 0 });
  client = clientAt(api.url);
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

const leaseOf = (work: Work, clock: Clock, control: ControlClient = client) =>
  new AttemptLease({ work, control, clock, ids: systemIds, logger: silentLogger, claimedAt: clock.monotonic() });

const leaseUntil = async ({ attemptId }: Work) => {
  const query = control.db.selectFrom('job_attempt').select('lease_until').where('id', '=', attemptId);
  return (await query.executeTakeFirstOrThrow()).lease_until.getTime();
};

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
  const clock = new ManualClock();
  await using lease = leaseOf(work, clock);
  expect(lease.takeProgress()).toBeUndefined();
  lease.report(moved);
  expect(lease.takeProgress()).toMatchObject({ attemptId: work.attemptId, fence: work.fence, progress: moved });
  expect(lease.takeProgress()).toBeUndefined();
  for (let third = 1; third <= 4; third += 1) {
    const before = client.answers;
    await clock.advance(work.leaseMs / 3);
    await expect.poll(() => client.answers, patiently).toBe(before + 1);
  }
  expect(lease.signal.aborted).toBe(false);
  expect(await leaseUntil(work)).toBeGreaterThan(Date.parse(work.leaseUntil));
  const seen = await control.db
    .selectFrom('job_progress')
    .select('progress')
    .where('job_id', '=', work.jobId)
    .executeTakeFirst();
  expect(seen?.progress).toMatchObject({ bytesDone: 5 });
});

it('stops the work when the job is canceled, and still holds the attempt', async () => {
  const work = await claimedBackup();
  await using lease = leaseOf(work, new ManualClock());
  await cancelJob(control, scene.viewer, { jobId: work.jobId });
  lease.renewNow();
  await expect.poll(() => lease.signal.aborted, patiently).toBe(true);
  expect(lease.signal.reason).toMatchObject({ code: 'CANCELED' });
  expect(lease.held.aborted).toBe(false);
});

it('lets go of an attempt that somebody else has', async () => {
  const work = await claimedBackup();
  await control.db.updateTable('job_attempt').set({ status: 'LOST' }).where('id', '=', work.attemptId).execute();
  await using lease = leaseOf(work, new ManualClock());
  lease.renewNow();
  await expect.poll(() => lease.held.aborted, patiently).toBe(true);
  expect(lease.signal.reason).toMatchObject({ code: 'ATTEMPT_LOST' });
});

it('ends by itself when nobody answers for a whole lease, and not before', async () => {
  const work = await claimedBackup();
  using nobody = clientAt('http://127.0.0.1:9');
  const clock = new ManualClock();
  await using lease = leaseOf(work, clock, nobody);
  await clock.advance(work.leaseMs - 1);
  // What follows from that has happened by then.
  await systemClock.sleep(0);
  expect(lease.held.aborted).toBe(false);
  await clock.advance(1);
  await expect.poll(() => lease.held.aborted, patiently).toBe(true);
});

it('asks another api process in time when the one it asked froze', async () => {
  const work = await claimedBackup();
  // A renewal that arrives sets the lease's usual end.
  const far = Date.parse(work.leaseUntil) + 3_600_000;
  const set = { lease_until: new Date(far) };
  await control.db.updateTable('job_attempt').set(set).where('id', '=', work.attemptId).execute();
  const { hostname: host, port } = new URL(api.url);
  await using proxy = await FaultyProxy.start({ target: { host, port: Number(port) } });
  using channel = clientAt(`http://${proxy.address}`);
  const { signal } = new AbortController();
  await channel.call('/attempts/alive', { attemptIds: [] }, aliveResponse, { signal, persistence: 'once' });
  proxy.faults.add({ operation: 'upstream', times: 1, effect: { kind: 'stall' } });
  const clock = new ManualClock();
  let failures = 0;
  await using lease = new AttemptLease({
    ...{ work, control: channel, clock, ids: systemIds, claimedAt: clock.monotonic() },
    logger: { ...silentLogger, warn: () => failures++ },
  });
  await clock.advance(work.leaseMs / 3);
  await expect.poll(() => proxy.faults.list(), patiently).toEqual([]);
  await clock.advance(work.leaseMs / 4);
  await expect.poll(() => failures, patiently).toBe(1);
  // The first back-off.
  await clock.advance(500);
  await expect.poll(() => channel.answers, patiently).toBe(2);
  expect(await leaseUntil(work)).toBeLessThan(far);
  expect(lease.held.aborted).toBe(false);
});
