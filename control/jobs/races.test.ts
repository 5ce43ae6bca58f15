import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { createTestControl, type TestControl } from '../../tests/support/control.ts';
import {
  agent,
  type ControlScene,
  claim,
  claimOne,
  commitBody,
  complete,
  createScene,
  jobEvents,
  readJob,
  retry,
} from '../../tests/support/control-scene.ts';
import { serverDatabases, type TestDatabase } from '../../tests/support/databases.ts';
import { hello } from '../activation/hello.ts';
import { completeAttempt } from '../attempts/complete.ts';
import { loseAttempt } from '../attempts/lose-attempt.ts';
import { openPostgresql } from '../database/postgresql.ts';
import { commitRecoveryPoint } from '../recovery-points/commit.ts';
import { cancelJob } from './cancel-job.ts';
import { isTerminal } from './job-status.ts';
import { startBackup } from './start-backup.ts';
import { sweeper } from './sweeper.ts';

/** Two api processes on one PostgreSQL: each has its own connections. */
describe.each(serverDatabases())('races on $name', ({ open }) => {
  const clock = new ManualClock();
  let database: TestDatabase;
  let one: TestControl;
  let two: TestControl;
  let scene: ControlScene;
  let close: () => Promise<void>;
  beforeAll(async () => {
    database = await open();
    const other = await openPostgresql({ url: database.url ?? '', logger: silentLogger });
    one = await createTestControl({ database, clock });
    two = await createTestControl({ database: other, clock });
    scene = await createScene(one);
    close = async () => {
      await one[Symbol.asyncDispose]();
      await two[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    };
  });
  afterAll(() => close());

  const principal = () => ({ gatewayId: scene.gateway.gatewayId });
  const newJob = async (virtualMachineId = scene.virtualMachineIds[0]) => {
    await clock.advance(1);
    return startBackup(one, scene.viewer, { virtualMachineId });
  };
  const finished = async (jobId: string) =>
    (await jobEvents(one, jobId)).filter((type) => type === 'JOB_FINISHED').length;

  it.each([false, true])(
    'ends a job exactly once under complete, cancel and sweep (committed: %s)',
    async (commits) => {
      for (let round = 0; round < 8; round += 1) {
        const jobId = await newJob();
        const work = await claimOne(one, scene.gateway);
        if (commits) await commitRecoveryPoint(one, principal(), work.attemptId, commitBody(work));
        const outcome = commits ? complete : { ...retry(), status: 'FAILED' as const };
        const body = { fence: work.fence, outcome };
        await Promise.allSettled([
          completeAttempt(one, principal(), work.attemptId, body),
          completeAttempt(two, principal(), work.attemptId, body),
          cancelJob(two, scene.viewer, { jobId }),
          loseAttempt(one, work.attemptId, 'GATEWAY_RESTARTED'),
          loseAttempt(two, work.attemptId, 'GATEWAY_RESTARTED'),
          sweeper(one).runOnce(),
          sweeper(two).runOnce(),
        ]);
        // What was queued again is canceled; what is being canceled has lost its attempt or ends now.
        await cancelJob(one, scene.viewer, { jobId }).catch(() => undefined);
        const job = await readJob(one, jobId);
        expect(isTerminal(job.status), job.status).toBe(true);
        expect(await finished(jobId)).toBe(1);
        expect(await permitsOf(work.attemptId)).toBe(0);
        await cancelCleanups();
      }
    },
  );

  it('loses an expired lease once, whoever sweeps', async () => {
    const jobId = await newJob();
    await claimOne(one, scene.gateway);
    await clock.advance(one.config.leaseMs);
    const reports = await Promise.all([one, two, one, two].map((control) => sweeper(control).runOnce()));
    expect(reports.reduce((sum, { lostAttempts }) => sum + lostAttempts, 0)).toBe(1);
    expect((await jobEvents(one, jobId)).filter((type) => type === 'JOB_REQUEUED')).toHaveLength(1);
    await cancelJob(one, scene.viewer, { jobId });
  });

  it('tells once that a gateway went offline, whoever sweeps', async () => {
    await clock.advance(one.config.heartbeatTimeoutMs + 1);
    const reports = await Promise.all([one, two, one, two].map((control) => sweeper(control).runOnce()));
    expect(reports.reduce((sum, { gatewayChanges }) => sum + gatewayChanges, 0)).toBe(1);
    await claim(one, scene.gateway);
  });

  it('gives each job to one claim, within the permits', async () => {
    const jobs = [];
    for (const id of scene.virtualMachineIds) jobs.push(await newJob(id));
    const narrow = await createTestControl({ database, clock, config: { jobsPerGateway: 2 } });
    const claims = await Promise.all([1, 2, 3, 4].map(() => claim(narrow, scene.gateway, [], 1)));
    await narrow[Symbol.asyncDispose]();
    const running = await one.db
      .selectFrom('job_attempt')
      .select(['id', 'job_id'])
      .where('gateway_id', '=', scene.gateway.gatewayId)
      .where('status', '=', 'RUNNING')
      .execute();
    expect(running.length).toBeLessThanOrEqual(2);
    expect(new Set(running.map((attempt) => attempt.job_id)).size).toBe(running.length);
    const given = claims.flatMap(({ work }) => work.map(({ attemptId }) => attemptId));
    expect(new Set(given).size).toBe(given.length);
    for (const jobId of jobs) await cancelJob(one, scene.viewer, { jobId });
    for (const { id } of running) await loseAttempt(one, id, 'GATEWAY_RESTARTED');
    for (const jobId of jobs) expect(await finished(jobId)).toBe(1);
    // Each lost attempt is cleaned up after.
    const cleanUps = one.db.selectFrom('job').select('id').where('kind', '=', 'CLEANUP').where('status', '=', 'QUEUED');
    for (const { id } of await cleanUps.execute()) await cancelJob(one, scene.viewer, { jobId: id });
  });

  it('opens one backup of a virtual machine, however many ask', async () => {
    const answers = await Promise.allSettled(
      [one, two, one, two, one, two].map((control) =>
        startBackup(control, scene.viewer, { virtualMachineId: scene.virtualMachineIds[0] }),
      ),
    );
    const started = answers.filter((answer) => answer.status === 'fulfilled');
    expect(started).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'BACKUP_ALREADY_OPEN' });
    }
    await cancelJob(one, scene.viewer, { jobId: started[0]?.value ?? '' });
  });

  it('makes one recovery point of a manifest that is committed twice at once', async () => {
    const jobId = await newJob();
    const work = await claimOne(one, scene.gateway);
    const answers = await Promise.all(
      [one, two, one, two].map((control) =>
        commitRecoveryPoint(control, principal(), work.attemptId, commitBody(work)),
      ),
    );
    expect(new Set(answers.map(({ recoveryPointId }) => recoveryPointId)).size).toBe(1);
    await completeAttempt(two, principal(), work.attemptId, { fence: work.fence, outcome: complete });
    expect((await readJob(one, jobId)).status).toBe('COMPLETE');
  });

  it('lets one of two processes that start at once be the gateway', async () => {
    const previousInstanceId = scene.gateway.instanceId;
    const starts = [one.ids.uuid(), one.ids.uuid()];
    const answers = await Promise.allSettled(
      starts.map((instanceId, index) =>
        hello(index === 0 ? one : two, principal(), { instanceId, previousInstanceId, agent }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  async function permitsOf(attemptId: string): Promise<number> {
    return (await one.db.selectFrom('permit').select('slot').where('attempt_id', '=', attemptId).execute()).length;
  }

  async function cancelCleanups(): Promise<void> {
    const open = await one.db
      .selectFrom('job')
      .select('id')
      .where('kind', '=', 'CLEANUP')
      .where('status', '=', 'QUEUED')
      .execute();
    for (const { id } of open) await cancelJob(one, scene.viewer, { jobId: id });
  }
});
