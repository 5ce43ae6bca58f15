import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { createTestControl, type TestControl } from '../../tests/support/control.ts';
import {
  type ControlScene,
  claim,
  claimOne,
  commitBody,
  createActivatedGateway,
  createGatewayRow,
  createScene,
  finishBackup,
  jobEvents,
  readJob,
  retry,
} from '../../tests/support/control-scene.ts';
import { databases, type TestDatabase } from '../../tests/support/databases.ts';
import { authenticate } from '../access-keys/authenticate.ts';
import { issueAccessKey } from '../access-keys/issue-access-key.ts';
import { completeAttempt } from '../attempts/complete.ts';
import { commitRecoveryPoint } from '../recovery-points/commit.ts';
import { createVault } from '../vaults/create-vault.ts';
import type { Viewer } from '../viewer.ts';
import { cancelJob } from './cancel-job.ts';
import { startBackup } from './start-backup.ts';
import { restoredName, startRestore } from './start-restore.ts';
import { sweeper } from './sweeper.ts';

describe.each(databases())('jobs on $name', ({ open }) => {
  const clock = new ManualClock();
  let database: TestDatabase;
  let control: TestControl;
  let scene: ControlScene;
  let viewer: Viewer;
  let principal: { gatewayId: string };
  let vm: string;
  beforeAll(async () => {
    database = await open();
    control = await createTestControl({ database, clock });
  });
  beforeEach(async () => {
    scene = await createScene(control);
    viewer = scene.viewer;
    principal = { gatewayId: scene.gateway.gatewayId };
    [vm] = scene.virtualMachineIds;
  });
  afterAll(async () => {
    await control[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const backup = () => startBackup(control, viewer, { virtualMachineId: vm });

  it('queues a backup with its defaults', async () => {
    const jobId = await backup();
    expect(await readJob(control, jobId)).toMatchObject({
      kind: 'BACKUP',
      status: 'QUEUED',
      wait_reason: null,
      vault_id: scene.vaultId,
      gateway_id: principal.gatewayId,
      input: { kind: 'BACKUP', quiesce: 'PREFER', forceFull: false },
      created_by: viewer.accessKeyId,
    });
    expect(await jobEvents(control, jobId)).toEqual(['JOB_CREATED']);
  });

  it('keeps one backup of a virtual machine open, and names its job', async () => {
    const jobId = await backup();
    await expect(backup()).rejects.toMatchObject({
      code: 'BACKUP_ALREADY_OPEN',
      message: expect.stringContaining(jobId),
    });
    await finishBackup(control, scene.gateway, await claimOne(control, scene.gateway));
    await backup();
  });

  it('answers a repeated request with the same job', async () => {
    const input = { virtualMachineId: vm, idempotencyKey: 'once' };
    const jobId = await startBackup(control, viewer, input);
    expect(await startBackup(control, viewer, input)).toBe(jobId);
    await expect(startBackup(control, viewer, { ...input, forceFull: true })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('refuses virtual machines that are unknown, absent or templates, and those of other groups', async () => {
    for (const virtualMachineId of [control.ids.uuid(), 'nonsense', scene.vcenterId]) {
      await expect(startBackup(control, viewer, { virtualMachineId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    const [, absent, template] = scene.virtualMachineIds;
    await control.db.updateTable('virtual_machine').set({ present: false }).where('id', '=', absent).execute();
    await control.db.updateTable('virtual_machine').set({ template: true }).where('id', '=', template).execute();
    await expect(startBackup(control, viewer, { virtualMachineId: absent })).rejects.toMatchObject({
      code: 'VIRTUAL_MACHINE_ABSENT',
    });
    await expect(startBackup(control, viewer, { virtualMachineId: template })).rejects.toMatchObject({
      code: 'VIRTUAL_MACHINE_IS_TEMPLATE',
    });
    const blind = await viewerWith(['job:write'], []);
    await expect(startBackup(control, blind, { virtualMachineId: vm })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const reader = await viewerWith(['job:read'], 'ALL');
    await expect(startBackup(control, reader, { virtualMachineId: vm })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('refuses gateways that are unknown, do not reach the vCenter or were not activated', async () => {
    const start = (gatewayId: string) => startBackup(control, viewer, { virtualMachineId: vm, gatewayId });
    await expect(start(control.ids.uuid())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const other = await createActivatedGateway(control, viewer, scene.accessKey, scene.vaultId);
    await expect(start(other.gatewayId)).rejects.toMatchObject({ code: 'GATEWAY_NOT_CONNECTED' });
    const fresh = await createGatewayRow(control, viewer, scene.vaultId);
    await connect(fresh);
    await expect(start(fresh)).rejects.toMatchObject({ code: 'GATEWAY_NOT_ACTIVATED' });
    expect((await readJob(control, await backup())).gateway_id).toBe(principal.gatewayId);
  });

  it('waits for a gateway that is offline, and says so; events tell of both changes', async () => {
    const early = await backup();
    await clock.advance(control.config.heartbeatTimeoutMs + 1);
    await sweeper(control).runOnce();
    await sweeper(control).runOnce();
    expect((await readJob(control, early)).wait_reason).toBe('GATEWAY_OFFLINE');
    const [, secondVm] = scene.virtualMachineIds;
    const late = await startBackup(control, viewer, { virtualMachineId: secondVm });
    expect((await readJob(control, late)).wait_reason).toBe('GATEWAY_OFFLINE');
    const { work } = await claim(control, scene.gateway);
    expect(work).toHaveLength(2);
    expect(await gatewayStatuses()).toEqual(['ACTIVATED', 'OFFLINE', 'ACTIVATED']);
  });

  it('expires a job that has not started in time, but not one that has', async () => {
    const startBefore = new Date(clock.now() + 1_000).toISOString();
    await expect(
      startBackup(control, viewer, { virtualMachineId: vm, startBefore: new Date(clock.now()) }),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const [, secondVm] = scene.virtualMachineIds;
    const started = await startBackup(control, viewer, { virtualMachineId: vm, startBefore });
    const { attemptId, fence } = await claimOne(control, scene.gateway);
    await completeAttempt(control, principal, attemptId, { fence, outcome: retry() });
    const late = await startBackup(control, viewer, { virtualMachineId: secondVm, startBefore });
    await clock.advance(control.config.retryDelayMs);
    const { work } = await claim(control, scene.gateway);
    expect(work).toMatchObject([{ jobId: started }]);
    await sweeper(control).runOnce();
    expect(await readJob(control, late)).toMatchObject({ status: 'EXPIRED', error: { code: 'NOT_STARTED_IN_TIME' } });
    expect(await jobEvents(control, late)).toEqual(['JOB_CREATED', 'JOB_FINISHED']);
    expect((await readJob(control, started)).status).toBe('RUNNING');
  });

  it('gives up the other attempts whose lease ran out when one cannot be', async () => {
    const [, secondVm] = scene.virtualMachineIds;
    const stuck = await backup();
    await clock.advance(1);
    const other = await startBackup(control, viewer, { virtualMachineId: secondVm });
    expect((await claim(control, scene.gateway)).work.map(({ jobId }) => jobId)).toEqual([stuck, other]);
    await sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$`.execute(
      control.db,
    );
    await sql`create trigger refuse before update on job for each row when (old.id = ${sql.lit(stuck)}) execute function refuse()`.execute(
      control.db,
    );
    await clock.advance(control.config.leaseMs);
    await sweeper(control).runOnce();
    await sql`drop trigger refuse on job`.execute(control.db);
    await sql`drop function refuse`.execute(control.db);
    expect((await readJob(control, other)).status).toBe('QUEUED');
    expect((await readJob(control, stuck)).status).toBe('RUNNING');
    await sweeper(control).runOnce();
    expect((await readJob(control, stuck)).status).toBe('QUEUED');
  });

  describe('cancel', () => {
    const cancel = (jobId: string) => cancelJob(control, viewer, { jobId });

    it('ends a waiting job at once, and only once', async () => {
      const jobId = await backup();
      await cancel(jobId);
      await cancel(jobId);
      expect((await readJob(control, jobId)).status).toBe('CANCELED');
      expect(await jobEvents(control, jobId)).toEqual(['JOB_CREATED', 'JOB_FINISHED']);
      expect((await claim(control, scene.gateway)).work).toEqual([]);
    });

    it('lets a running job clean up', async () => {
      const jobId = await backup();
      const { attemptId, fence } = await claimOne(control, scene.gateway);
      await cancel(jobId);
      await cancel(jobId);
      expect((await readJob(control, jobId)).status).toBe('CANCELING');
      await completeAttempt(control, principal, attemptId, { fence, outcome: retry() });
      expect((await readJob(control, jobId)).status).toBe('CANCELED');
    });

    it('ends a job whose gateway is gone when the lease runs out', async () => {
      const jobId = await backup();
      await claimOne(control, scene.gateway);
      await cancel(jobId);
      await clock.advance(control.config.leaseMs);
      await sweeper(control).runOnce();
      expect((await readJob(control, jobId)).status).toBe('CANCELED');
    });

    it('keeps what was committed before: the job is COMPLETE, however it ends', async () => {
      const lost = await committedJob();
      await cancel(lost.jobId);
      await clock.advance(control.config.leaseMs);
      await sweeper(control).runOnce();
      expect(await readJob(control, lost.jobId)).toMatchObject({ status: 'COMPLETE' });
      const [cleanup] = (await claim(control, scene.gateway)).work;
      expect(cleanup).toMatchObject({ kind: 'CLEANUP', ofJobId: lost.jobId });

      const { attemptId = '', fence = 0 } = cleanup ?? {};
      const outcome = { status: 'FAILED' as const, error: retry().error, findings: [] };
      await completeAttempt(control, principal, attemptId, { fence, outcome });
      const canceled = await committedJob();
      await cancel(canceled.jobId);
      const done = { fence: canceled.fence, outcome: { status: 'CANCELED' as const, findings: [] } };
      await completeAttempt(control, principal, canceled.attemptId, done);
      expect((await readJob(control, canceled.jobId)).status).toBe('COMPLETE');
      await expect(cancel(canceled.jobId)).rejects.toMatchObject({ code: 'JOB_ALREADY_FINISHED' });
    });

    it('knows no job of other groups, nor one that is none', async () => {
      const jobId = await backup();
      const blind = await viewerWith(['job:write'], []);
      await expect(cancelJob(control, blind, { jobId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(cancel(vm)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(cancel('nonsense')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    async function committedJob() {
      const jobId = await backup();
      const work = await claimOne(control, scene.gateway);
      await commitRecoveryPoint(control, principal, work.attemptId, commitBody(work));
      return { jobId, attemptId: work.attemptId, fence: work.fence };
    }
  });

  describe('restore', () => {
    it('makes a new virtual machine from a recovery point', async () => {
      await backup();
      const recoveryPointId = await finishBackup(control, scene.gateway, await claimOne(control, scene.gateway));
      const jobId = await startRestore(control, viewer, { recoveryPointId, datastore: 'ds 1', idempotencyKey: 'r' });
      expect(await startRestore(control, viewer, { recoveryPointId, datastore: 'ds 1', idempotencyKey: 'r' })).toBe(
        jobId,
      );
      const work = await claimOne(control, scene.gateway);
      expect(work).toMatchObject({
        kind: 'RESTORE',
        jobId,
        recoveryPoint: { recoveryPointId },
        target: { vmName: restoredName('vm 1', clock.now()), folder: null, datastore: 'ds 1' },
      });
      const restoredVm = { name: 'x', instanceUuid: 'i', biosUuid: 'b' };
      const outcome = { status: 'COMPLETE' as const, findings: [], statistics: commitBodyStatistics, restoredVm };
      await completeAttempt(control, principal, work.attemptId, { fence: work.fence, outcome });
      expect(await readJob(control, jobId)).toMatchObject({ status: 'COMPLETE', result: { restoredVm } });
    });

    it('refuses points that are unknown or damaged, names that are too long, and gateways of another vault', async () => {
      await expect(startRestore(control, viewer, { recoveryPointId: vm })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await backup();
      const recoveryPointId = await finishBackup(control, scene.gateway, await claimOne(control, scene.gateway));
      for (const vmName of ['', 'x'.repeat(81)]) {
        await expect(startRestore(control, viewer, { recoveryPointId, vmName })).rejects.toMatchObject({
          code: 'INVALID_INPUT',
        });
      }
      const { vault } = await createVault(control, viewer, { name: `v ${control.ids.uuid()}`, regionId: 'sandbox-1' });
      const other = await createActivatedGateway(control, viewer, scene.accessKey, vault.id);
      await connect(other.gatewayId);
      const { gatewayId } = other;
      await expect(startRestore(control, viewer, { recoveryPointId, gatewayId })).rejects.toMatchObject({
        code: 'GATEWAY_OF_ANOTHER_VAULT',
      });
      const damage = { status: 'DAMAGED' as const };
      await control.db.updateTable('recovery_point').set(damage).where('id', '=', recoveryPointId).execute();
      await expect(startRestore(control, viewer, { recoveryPointId })).rejects.toMatchObject({
        code: 'RECOVERY_POINT_NOT_AVAILABLE',
      });
    });

    it('fails at once when its point was damaged while it waited', async () => {
      await backup();
      const recoveryPointId = await finishBackup(control, scene.gateway, await claimOne(control, scene.gateway));
      const jobId = await startRestore(control, viewer, { recoveryPointId });
      const damage = { status: 'DAMAGED' as const };
      await control.db.updateTable('recovery_point').set(damage).where('id', '=', recoveryPointId).execute();
      expect((await claim(control, scene.gateway)).work).toEqual([]);
      expect(await readJob(control, jobId)).toMatchObject({
        status: 'FAILED',
        error: { code: 'RECOVERY_POINT_NOT_AVAILABLE' },
      });
    });

    it('keeps a restored name within what vSphere allows', () => {
      const name = restoredName('ä'.repeat(80), Date.parse('2026-02-03T04:05:06Z'));
      expect(name).toHaveLength(80);
      expect(name).toMatch(/^ä+-restored-20260203-040506$/);
    });
  });

  const commitBodyStatistics = {
    bytesTotal: 1,
    bytesRead: 1,
    bytesZero: 0,
    bytesDeduplicated: 0,
    bytesStored: 1,
    durationMs: 1,
  };

  async function connect(gatewayId: string): Promise<void> {
    await control.db
      .insertInto('vcenter_gateway')
      .values({ vcenter_id: scene.vcenterId, gateway_id: gatewayId })
      .execute();
  }

  async function viewerWith(scopes: ('job:write' | 'job:read')[], resourceGroups: 'ALL' | string[]): Promise<Viewer> {
    const { secret } = await issueAccessKey(control, { name: 'key', scopes, resourceGroups, expiresAt: null });
    const found = await authenticate(control, secret);
    if (!found) throw new Error('the new access key does not work');
    return found;
  }

  async function gatewayStatuses(): Promise<unknown[]> {
    const rows = await control.db
      .selectFrom('event')
      .select('data')
      .where('subject_id', '=', principal.gatewayId)
      .where('type', '=', 'GATEWAY_STATUS_CHANGED')
      .orderBy('position')
      .execute();
    return rows.map((row) => row.data.status);
  }
});
