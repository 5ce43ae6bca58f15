import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultEffect } from '../../base/faults.ts';
import type { HoldfastProcess } from '../../bin/demo/child-process.ts';
import { followJob, mustBeComplete, startBackup, startRestore } from '../../bin/demo/journey.ts';
import type { Lab } from '../../bin/demo/lab.ts';
import { createClient } from '../../client/client.ts';
import { followEvents } from '../../client/follow-events.ts';
import {
  EventHeadDocument,
  type JobDetailsFragment,
  JobDocument,
  JobProgressDocument,
} from '../../client/gen/documents.ts';
import { Balancer } from '../support/balancer.ts';
import { serverDatabases } from '../support/databases.ts';
import { OwnCluster } from '../support/own-cluster.ts';
import { openTestLab, type TestLab } from './test-lab.ts';

const names = ['a', 'b', 'c'] as const;
type Name = (typeof names)[number];

describe.each(serverDatabases().map(({ name }) => name))('three control planes on one %s', () => {
  const stack = new AsyncDisposableStack();
  const running = new Map<Name, { readonly url: string; readonly process: HoldfastProcess }>();
  const keysPrinted: string[] = [];
  const followed: number[] = [];
  const stop = new AbortController();
  let cluster: OwnCluster;
  let balancer: Balancer;
  let lab: TestLab;
  let following: Promise<void>;

  beforeAll(async () => {
    cluster = stack.use(await OwnCluster.start());
    balancer = stack.use(await Balancer.start());
    lab = stack.use(
      await openTestLab({
        api: {
          DATABASE_URL: cluster.url(),
          HOLDFAST_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
          HOLDFAST_PUBLIC_URL_INTERNET: balancer.url,
        },
        startControlPlane: async (inLab) => {
          await Promise.all(names.map((name) => startOne(inLab, name)));
          return { url: balancer.url, accessKey: keysPrinted[0] ?? '' };
        },
      }),
    );
    const events = followEvents(lab.client, { after: await firstCursor(), signal: stop.signal, retryMs: 100 });
    following = (async () => {
      for await (const { cursor } of events) followed.push(positionOf(cursor));
    })();
  }, 120_000);
  afterAll(() => stack.disposeAsync(), 60_000);

  const startOne = async (inLab: Lab, name: Name) => {
    const { url, accessKey, process } = await inLab.startApi();
    if (accessKey) keysPrinted.push(accessKey);
    running.set(name, { url, process });
    balancer.use([...running.values()].map((api) => api.url));
  };
  const kill = async (name: Name) => {
    const { process } = running.get(name) ?? {};
    process?.kill('SIGKILL');
    await process?.ended;
    running.delete(name);
  };

  const firstCursor = async () => {
    const [head] = await cluster.ask('select stream from event_head');
    return Buffer.from(`${head?.stream}:0`).toString('base64url');
  };
  const positionOf = (cursor: string) => Number(Buffer.from(cursor, 'base64url').toString().split(':')[1]);
  const count = async (query: string) => Number((await cluster.ask(`select count(*) as n from ${query}`))[0]?.n);
  const slowDown = async (operation: string, ms: number) => {
    const effect: FaultEffect = { kind: 'delay', ms };
    await lab.control.injectFault({ operation, times: 1, effect });
  };
  const backUp = (name: string) => startBackup(lab, { virtualMachineId: lab.machine(name).id });
  const hasStatus = (jobId: string, status: string) =>
    expect
      .poll(async () => (await lab.client.query(JobDocument, { id: jobId })).job?.status, { timeout: 15_000 })
      .toBe(status);
  const ends = async (jobId: string) => {
    const job = mustBeComplete(await followJob(lab, jobId));
    expect(await lab.countEvents(jobId, 'JOB_FINISHED')).toBe(1);
    return job;
  };
  const pointOf = (job: JobDetailsFragment) => {
    const point = 'recoveryPoint' in job ? job.recoveryPoint : null;
    return (point ?? { id: '' }).id;
  };
  /** What a console at one process sees of a job, by its subscription. */
  const watchAt = async (name: Name, jobId: string) => {
    await using client = createClient({ url: running.get(name)?.url ?? '', accessKey: lab.accessKey });
    const seen: string[] = [];
    for await (const { jobProgress } of client.subscribe(JobProgressDocument, { jobId }, { signal: stop.signal })) {
      const { status, progress } = jobProgress.job;
      seen.push(progress && status === 'RUNNING' ? 'PROGRESS' : status);
    }
    return seen;
  };

  it('start at once on an empty database: one administrator, one key pair, one log', async () => {
    expect(keysPrinted).toHaveLength(1);
    expect(running.size).toBe(3);
    expect(await count('control_secret')).toBe(1);
    expect(await count('event_head')).toBe(1);
    expect(await count(`resource_group where name = 'default'`)).toBe(1);
    expect(await count('access_key')).toBe(1);
    for (const { url } of running.values()) {
      await using client = createClient({ url, accessKey: lab.accessKey });
      expect((await client.query(EventHeadDocument, {})).events?.headCursor).toBeTruthy();
    }
  });

  it('tell the consoles of each what any of them was told, progress included', async () => {
    await slowDown('CreateSnapshot_Task', 1_500);
    await slowDown('RemoveSnapshot_Task', 2_500);
    const jobId = await backUp('web-01');
    const [job, ...seen] = await Promise.all([ends(jobId), ...names.map((name) => watchAt(name, jobId))]);
    expect(job.status).toBe('COMPLETE');
    for (const statuses of seen) {
      expect(statuses).toContain('PROGRESS');
      expect(statuses.at(-1)).toBe('COMPLETE');
    }
    expect(balancer.served().every((connections) => connections > 0)).toBe(true);
  }, 60_000);

  it('finish backups and restores while one after the other is killed, and one comes back', async () => {
    await slowDown('CreateSnapshot_Task', 1_500);
    const first = await Promise.all([backUp('web-01'), backUp('db-01')]);
    for (const jobId of first) await hasStatus(jobId, 'RUNNING');
    await kill('a');
    const points = (await Promise.all(first.map(ends))).map(pointOf);

    await slowDown('ReconfigVM_Task', 1_500);
    const restores = await Promise.all(
      points.map((recoveryPointId, index) => startRestore(lab, { recoveryPointId, vmName: `restored-${index}` })),
    );
    for (const jobId of restores) await hasStatus(jobId, 'RUNNING');
    await kill('b');
    await startOne(lab.lab, 'a');
    await Promise.all(restores.map(ends));
    for (const [index, name] of ['web-01', 'db-01'].entries())
      expect(await lab.control.sha256({ vm: `restored-${index}` })).toBe(await lab.control.sha256({ vm: name }));
  }, 90_000);

  it('finish a backup although the database crashes in its middle and every connection is cut', async () => {
    await slowDown('CreateSnapshot_Task', 1_500);
    const jobId = await backUp('web-01');
    await hasStatus(jobId, 'RUNNING');
    await cluster.stop('immediate');
    balancer.cut();
    await lab.clock.sleep(1_500);
    await cluster.start();
    await ends(jobId);
    expect(await Promise.race([...running.values()].map(({ process }) => process.ended).concat(later()))).toBe('later');
  }, 60_000);

  it('give a job whose gateway died to it again, once, however many look for lost leases', async () => {
    await startOne(lab.lab, 'b');
    await slowDown('CreateSnapshot_Task', 2_000);
    const jobId = await backUp('db-01');
    await hasStatus(jobId, 'RUNNING');
    lab.agent.kill('SIGKILL');
    await hasStatus(jobId, 'QUEUED');
    await lab.restartAgent();
    const job = await ends(jobId);
    expect(await lab.countEvents(job.id, 'JOB_REQUEUED')).toBe(1);
    expect(await lab.countEvents(job.id, 'JOB_STARTED')).toBe(2);
  }, 60_000);

  it('have lost, doubled and disordered no event, and left nothing behind', async () => {
    const head = await count('event');
    await expect.poll(() => followed.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(head);
    stop.abort();
    await following;
    expect(followed).toEqual(followed.map((_, index) => index + 1));
    expect(await count(`job where status <> 'COMPLETE'`)).toBe(0);
    expect(await count(`event where type = 'JOB_FINISHED'`)).toBe(await count('job'));
    expect(await count('permit')).toBe(0);
    expect(await count('vault_session where ended_at is null')).toBe(0);
    const state = await lab.control.state();
    expect(state.attached).toEqual([]);
    expect(state.violations).toEqual([]);
    expect(state.vms.flatMap((vm) => vm.snapshots)).toEqual([]);
    expect((await lab.verify()).problems).toEqual([]);
  }, 30_000);

  const later = () => lab.clock.sleep(100).then(() => 'later');
});
