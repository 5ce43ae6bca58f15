import { compactVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { sealContext, unseal } from '../../protocol/sealed.ts';
import type { Outcome } from '../../protocol/work.ts';
import { createTestControl, type TestControl } from '../../tests/support/control.ts';
import {
  agent,
  type ControlScene,
  claim,
  claimOne,
  commitBody,
  complete,
  createActivatedGateway,
  createScene,
  finishBackup,
  jobEvents,
  readJob,
  retry,
  vcenterPassword,
} from '../../tests/support/control-scene.ts';
import { databases, type TestDatabase } from '../../tests/support/databases.ts';
import { hello } from '../activation/hello.ts';
import { cancelJob } from '../jobs/cancel-job.ts';
import { startBackup } from '../jobs/start-backup.ts';
import { sweeper } from '../jobs/sweeper.ts';
import { commitRecoveryPoint } from '../recovery-points/commit.ts';
import { signingKey } from '../signing-key.ts';
import { aliveAttempts } from './alive.ts';
import { completeAttempt } from './complete.ts';
import { renewAttempt } from './renew.ts';
import { issueStorageCredentials } from './storage-credentials.ts';
import { openVaultSession } from './vault-session.ts';

const never = new AbortController().signal;

describe.each(databases())('attempts on $name', ({ open }) => {
  const clock = new ManualClock();
  let database: TestDatabase;
  let control: TestControl;
  let scene: ControlScene;
  let principal: { gatewayId: string };
  let vm: string;
  beforeAll(async () => {
    database = await open();
    control = await createTestControl({ database, clock });
  });
  beforeEach(async () => {
    scene = await createScene(control);
    principal = { gatewayId: scene.gateway.gatewayId };
    [vm] = scene.virtualMachineIds;
  });
  afterAll(async () => {
    await control[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const backup = async (virtualMachineId = vm, forceFull = false) => {
    await clock.advance(1);
    return startBackup(control, scene.viewer, { virtualMachineId, forceFull });
  };
  const finish = (attemptId: string, fence: number, outcome: Outcome = complete) =>
    completeAttempt(control, principal, attemptId, { fence, outcome });

  it('gives a job with everything it needs, secrets sealed to the gateway', async () => {
    const jobId = await backup();
    const work = await claimOne(control, scene.gateway);
    expect(work).toMatchObject({ kind: 'BACKUP', jobId, fence: 1, quiesce: 'PREFER', parent: null, accepted: null });
    const { privateKey } = scene.gateway.keys.sealing;
    const context = sealContext.vcenterPassword(scene.vcenterId);
    expect(unseal(privateKey, work.vcenter.sealedPassword, context).toString('utf8')).toBe(vcenterPassword);
    expect(() => unseal(privateKey, work.vcenter.sealedPassword, 'other')).toThrow();
    unseal(privateKey, work.vault.sealedKeys, sealContext.vaultKeys(scene.vaultId));
    expect(await readJob(control, jobId)).toMatchObject({ status: 'RUNNING', wait_reason: null });
    expect((await claim(control, scene.gateway, [work.attemptId])).work).toEqual([]);
    const given = await issueStorageCredentials(control, principal, work.attemptId, { fence: 1 }, never);
    const opened = unseal(privateKey, given.sealed, sealContext.storageCredentials(work.attemptId));
    expect(JSON.parse(opened.toString('utf8'))).toMatchObject({ access: 'write' });
  });

  it.each([
    ['AUTO', 'auto'],
    ['HOTADD', 'hotadd'],
    ['NFC', 'nfc'],
  ] as const)('tells a gateway set to %s to use the transport %s', async (transport, driver) => {
    await control.db.updateTable('gateway').set({ transport }).where('id', '=', scene.gateway.gatewayId).execute();
    await backup();
    expect((await claimOne(control, scene.gateway)).transport).toBe(driver);
  });

  it('commits once, signs the commit object, and ends the job with one event', async () => {
    const jobId = await backup();
    const { attemptId, ...work } = await claimOne(control, scene.gateway);
    const body = commitBody({ attemptId, ...work });
    await expect(finish(attemptId, 1)).rejects.toMatchObject({ code: 'NOT_COMMITTED' });
    const committed = await commitRecoveryPoint(control, principal, attemptId, body);
    expect(await commitRecoveryPoint(control, principal, attemptId, body)).toEqual(committed);
    const { publicKey } = await signingKey(control);
    const { payload } = await compactVerify(committed.commit, publicKey);
    expect(JSON.parse(Buffer.from(payload).toString('utf8'))).toEqual({
      version: 1,
      vaultId: scene.vaultId,
      vmId: vm,
      jobId,
      manifestKey: body.manifestKey,
      manifestHash: body.manifestHash,
      fence: 1,
      recoveryPointId: committed.recoveryPointId,
      capturedAt: body.capturedAt,
    });
    const other = { ...body, manifestHash: 'cd'.repeat(32) };
    await expect(commitRecoveryPoint(control, principal, attemptId, other)).rejects.toMatchObject({ code: 'FENCED' });

    await finish(attemptId, 1);
    await finish(attemptId, 1);
    await expect(finish(attemptId, 1, retry())).rejects.toMatchObject({ code: 'FENCED' });
    expect(await readJob(control, jobId)).toMatchObject({
      status: 'COMPLETE',
      recovery_point_id: committed.recoveryPointId,
    });
    expect(await jobEvents(control, jobId)).toEqual(['JOB_CREATED', 'JOB_STARTED', 'JOB_FINISHED']);
    expect(await jobEvents(control, committed.recoveryPointId)).toEqual(['RECOVERY_POINT_CREATED']);
  });

  it('builds on what was committed last, whatever the clock of the vCenter said', async () => {
    const points: string[] = [];
    for (const capturedAt of ['2031-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z']) {
      await backup();
      const work = await claimOne(control, scene.gateway);
      const body = commitBody(work, { capturedAt });
      points.push((await commitRecoveryPoint(control, principal, work.attemptId, body)).recoveryPointId);
      await finish(work.attemptId, work.fence);
    }
    await backup();
    expect(await claimOne(control, scene.gateway)).toMatchObject({ parent: { recoveryPointId: points[1] } });
  });

  it('refuses a manifest that is not the one of the job', async () => {
    await backup();
    const work = await claimOne(control, scene.gateway);
    const body = commitBody(work, { manifestKey: `manifests/${vm}/other` });
    await expect(commitRecoveryPoint(control, principal, work.attemptId, body)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  it('builds an increment on the latest point, unless a full backup is asked for', async () => {
    await backup();
    const parentId = await finishBackup(control, scene.gateway, await claimOne(control, scene.gateway));
    await backup();
    const work = await claimOne(control, scene.gateway);
    expect(work).toMatchObject({ parent: { recoveryPointId: parentId } });
    const { attemptId, fence } = work;
    await openVaultSession(control, principal, attemptId, { fence, pins: [parentId] });
    const body = commitBody(work, { kind: 'INCREMENTAL', capturedAt: '2026-01-02T00:00:00.000Z' });
    const { recoveryPointId } = await commitRecoveryPoint(control, principal, attemptId, body);
    await finish(attemptId, fence);
    const point = await control.db
      .selectFrom('recovery_point')
      .select('parent_id')
      .where('id', '=', recoveryPointId)
      .executeTakeFirstOrThrow();
    expect(point.parent_id).toBe(parentId);
    await backup(vm, true);
    expect(await claimOne(control, scene.gateway)).toMatchObject({ parent: null });
  });

  it('queues a job again when its lease runs out, and refuses everything the old attempt writes late', async () => {
    const jobId = await backup();
    const old = await claimOne(control, scene.gateway);
    await openVaultSession(control, principal, old.attemptId, { fence: old.fence, pins: [] });
    await clock.advance(control.config.leaseMs);
    expect(await aliveAttempts(control, principal, { attemptIds: [old.attemptId] })).toMatchObject({ alive: [] });
    await expect(renewAttempt(control, principal, old.attemptId, renewal(old.fence))).rejects.toMatchObject({
      code: 'FENCED',
    });
    await sweeper(control).runOnce();
    expect(await readJob(control, jobId)).toMatchObject({ status: 'QUEUED', wait_reason: 'GATEWAY_OFFLINE' });
    expect(await openSessions(old.attemptId)).toBe(0);

    const answer = await claim(control, scene.gateway, [old.attemptId]);
    expect(answer.lost).toEqual([old.attemptId]);
    const [next] = answer.work;
    expect(next).toMatchObject({ jobId, fence: old.fence + 1 });
    const late = { attemptId: old.attemptId, fence: old.fence };
    for (const write of [
      () => renewAttempt(control, principal, late.attemptId, renewal(late.fence)),
      () => openVaultSession(control, principal, late.attemptId, { fence: late.fence, pins: [] }),
      () => issueStorageCredentials(control, principal, late.attemptId, { fence: late.fence }, never),
      () => commitRecoveryPoint(control, principal, late.attemptId, commitBody(old)),
      () => finish(late.attemptId, late.fence),
      () => finish(late.attemptId, late.fence + 1),
    ]) {
      await expect(write()).rejects.toMatchObject({ code: 'FENCED' });
    }
    expect(await jobEvents(control, jobId)).toEqual(['JOB_CREATED', 'JOB_STARTED', 'JOB_REQUEUED', 'JOB_STARTED']);
  });

  it('shows one gateway nothing of the attempts of another', async () => {
    await backup();
    const work = await claimOne(control, scene.gateway);
    const other = await createActivatedGateway(control, scene.viewer, scene.accessKey, scene.vaultId);
    const body = { fence: work.fence, outcome: complete };
    await expect(completeAttempt(control, { gatewayId: other.gatewayId }, work.attemptId, body)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await claim(control, other)).work).toEqual([]);
  });

  it('prolongs the lease with each renewal', async () => {
    const jobId = await backup();
    const { attemptId, fence } = await claimOne(control, scene.gateway);
    for (let index = 0; index < 5; index += 1) {
      await clock.advance(control.config.leaseMs / 2);
      const { leaseUntil, cancelRequested } = await renewAttempt(control, principal, attemptId, renewal(fence));
      expect(Date.parse(leaseUntil)).toBe(clock.now() + control.config.leaseMs);
      expect(cancelRequested).toBe(false);
      await sweeper(control).runOnce();
    }
    expect((await readJob(control, jobId)).status).toBe('RUNNING');
  });

  it('lets the next attempt adopt what an earlier one committed', async () => {
    const jobId = await backup();
    const first = await claimOne(control, scene.gateway);
    const committed = await commitRecoveryPoint(control, principal, first.attemptId, commitBody(first));
    const restarted = { ...scene.gateway, instanceId: control.ids.uuid() };
    await hello(control, principal, {
      instanceId: restarted.instanceId,
      previousInstanceId: scene.gateway.instanceId,
      agent,
    });
    expect(await readJob(control, jobId)).toMatchObject({ status: 'QUEUED', failed_attempts: 0 });
    const second = await claimOne(control, restarted);
    expect(second).toMatchObject({
      fence: first.fence + 1,
      parent: null,
      accepted: {
        recoveryPointId: committed.recoveryPointId,
        commit: committed.commit,
        manifestKey: commitBody(first).manifestKey,
      },
    });
    await finish(second.attemptId, second.fence);
    expect(await readJob(control, jobId)).toMatchObject({ status: 'COMPLETE' });
  });

  it('queues a job again whose claim was answered into the void', async () => {
    const jobId = await backup();
    const first = await claimOne(control, scene.gateway);
    const { work, lost } = await claim(control, scene.gateway, []);
    expect(work).toMatchObject([{ jobId, fence: first.fence + 1 }]);
    expect(lost).toEqual([]);
  });

  it('keeps what a gateway was given since it asked: its next question may overtake one that was held up', async () => {
    const heldUp = { ...control, clock: new ManualClock(new Date(clock.now() - 1_000).toISOString()) };
    const jobId = await backup();
    const { attemptId } = await claimOne(control, scene.gateway);
    expect((await claim(heldUp, scene.gateway, [])).lost).toEqual([]);
    expect(await readJob(control, jobId)).toMatchObject({ status: 'RUNNING', fence: 1 });
    expect((await claim(control, scene.gateway, [attemptId])).lost).toEqual([]);
  });

  it('tries again after a growing delay and fails with the last error in the end', async () => {
    const jobId = await backup();
    for (let attempt = 1; attempt < control.config.maxAttempts; attempt += 1) {
      const { attemptId, fence } = await claimOne(control, scene.gateway);
      await finish(attemptId, fence, retry());
      expect(await readJob(control, jobId)).toMatchObject({
        status: 'QUEUED',
        wait_reason: 'RETRY_DELAY',
        failed_attempts: attempt,
      });
      expect((await claim(control, scene.gateway)).work).toEqual([]);
      await clock.advance(control.config.retryDelayMs * 2 ** (attempt - 1));
      await sweeper(control).runOnce();
      expect((await readJob(control, jobId)).wait_reason).toBeNull();
    }
    const { attemptId, fence } = await claimOne(control, scene.gateway);
    await finish(attemptId, fence, retry('LAST_STRAW'));
    await finish(attemptId, fence, retry('LAST_STRAW'));
    expect(await readJob(control, jobId)).toMatchObject({ status: 'FAILED', error: { code: 'LAST_STRAW' } });
    expect((await jobEvents(control, jobId)).filter((type) => type === 'JOB_FINISHED')).toHaveLength(1);
  });

  it('does not count an orderly stop of the gateway', async () => {
    const jobId = await backup();
    const { attemptId, fence } = await claimOne(control, scene.gateway);
    await finish(attemptId, fence, retry('AGENT_STOPPING'));
    expect(await readJob(control, jobId)).toMatchObject({ status: 'QUEUED', failed_attempts: 0, not_before: null });
  });

  it('ends a job that loses its gateway each time', async () => {
    const jobId = await backup();
    let gateway = scene.gateway;
    for (let restart = 0; (await readJob(control, jobId)).status !== 'FAILED'; restart += 1) {
      expect(restart).toBeLessThan(control.config.maxAttempts * 4);
      await claimOne(control, gateway);
      const instanceId = control.ids.uuid();
      await hello(control, principal, { instanceId, previousInstanceId: gateway.instanceId, agent });
      gateway = { ...gateway, instanceId };
    }
    expect(await readJob(control, jobId)).toMatchObject({ error: { code: 'GATEWAY_RESTARTED' } });
  });

  it('ends a job after enough leases ran out', async () => {
    const jobId = await backup();
    for (let attempt = 0; attempt < control.config.maxAttempts; attempt += 1) {
      await claimOne(control, scene.gateway);
      await clock.advance(control.config.leaseMs);
      await sweeper(control).runOnce();
    }
    expect(await readJob(control, jobId)).toMatchObject({ status: 'FAILED', error: { code: 'LEASE_EXPIRED' } });
  });

  it('queues a clean-up when a snapshot was left', async () => {
    const jobId = await backup();
    const work = await claimOne(control, scene.gateway);
    await commitRecoveryPoint(control, principal, work.attemptId, commitBody(work));
    const left = { code: 'SNAPSHOT_LEFT', severity: 'WARNING' as const, message: 'left', remedy: 'wait' };
    await finish(work.attemptId, work.fence, { ...complete, findings: [left] });
    expect(await readJob(control, jobId)).toMatchObject({ status: 'COMPLETE', findings: [{ code: 'SNAPSHOT_LEFT' }] });
    const cleanup = await claimOne(control, scene.gateway);
    expect(cleanup).toMatchObject({ kind: 'CLEANUP', ofJobId: jobId, virtualMachine: { virtualMachineId: vm } });
    await finish(cleanup.attemptId, cleanup.fence);
    expect((await readJob(control, cleanup.jobId)).status).toBe('COMPLETE');
  });

  it('holds permits: jobs at a gateway, and one job a virtual machine', async () => {
    const small = await createTestControl({ database, clock, config: { jobsPerGateway: 2 } });
    const jobs = [];
    for (const id of scene.virtualMachineIds) jobs.push(await backup(id));
    const { work } = await claim(small, scene.gateway);
    expect(work.map(({ jobId }) => jobId)).toEqual(jobs.slice(0, 2));
    expect(await readJob(control, jobs[2] ?? '')).toMatchObject({ status: 'QUEUED', wait_reason: 'GATEWAY_BUSY' });
    const [first, second] = work;
    if (!first || !second) throw new Error('two jobs were claimed');
    await finish(first.attemptId, first.fence, { ...retry(), status: 'FAILED' });
    const next = await claim(small, scene.gateway, [second.attemptId]);
    expect(next.work).toMatchObject([{ jobId: jobs[2] }]);
    await small[Symbol.asyncDispose]();

    await control.db
      .updateTable('permit')
      .set({ name: `vm:${vm}`, slot: 0 })
      .where('attempt_id', '=', second.attemptId)
      .where('name', 'like', 'vm:%')
      .execute();
    const blocked = await backup();
    expect((await claim(control, scene.gateway, [second.attemptId, next.work[0]?.attemptId ?? ''])).work).toEqual([]);
    expect(await readJob(control, blocked)).toMatchObject({ status: 'QUEUED', wait_reason: 'PERMITS', fence: 0 });
  });

  it('gives no more than the free slots', async () => {
    for (const id of scene.virtualMachineIds) await backup(id);
    const { work } = await claim(control, scene.gateway, [], 1);
    expect(work).toHaveLength(1);
    const waiting = await control.db
      .selectFrom('job')
      .select('wait_reason')
      .where('gateway_id', '=', scene.gateway.gatewayId)
      .where('status', '=', 'QUEUED')
      .execute();
    expect(waiting).toEqual([{ wait_reason: 'GATEWAY_BUSY' }, { wait_reason: 'GATEWAY_BUSY' }]);
  });

  it('tells a canceled attempt with its renewal and accepts no recovery point of it', async () => {
    const jobId = await backup();
    const work = await claimOne(control, scene.gateway);
    await cancelJob(control, scene.viewer, { jobId });
    const { cancelRequested } = await renewAttempt(control, principal, work.attemptId, renewal(work.fence));
    expect(cancelRequested).toBe(true);
    await expect(commitRecoveryPoint(control, principal, work.attemptId, commitBody(work))).rejects.toMatchObject({
      code: 'CANCEL_REQUESTED',
    });
    await finish(work.attemptId, work.fence, { status: 'CANCELED', findings: [] });
    expect((await readJob(control, jobId)).status).toBe('CANCELED');
  });

  const renewal = (fence: number) => ({ fence, sequence: 0, progress: null });

  async function openSessions(attemptId: string): Promise<number> {
    const rows = await control.db
      .selectFrom('vault_session')
      .select('id')
      .where('attempt_id', '=', attemptId)
      .where('ended_at', 'is', null)
      .execute();
    return rows.length;
  }
});
