import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { delayOnce } from '../../base/faults.ts';
import { systemIds } from '../../base/ids.ts';
import { followJob, mustBeComplete, startBackup, startRestore } from '../../bin/demo/journey.ts';
import type { Lab } from '../../bin/demo/lab.ts';
import { CancelJobDocument, EventsDocument, JobDocument } from '../../client/gen/documents.ts';
import { databases } from '../support/databases.ts';
import { openTestLab, type TestLab } from './test-lab.ts';

describe.each(databases())('the main job across processes, on $name', ({ kind, open }) => {
  let lab: TestLab;
  let api: Awaited<ReturnType<Lab['startApi']>>;
  const stack = new AsyncDisposableStack();

  beforeAll(async () => {
    const onServer = kind === 'postgresql' ? stack.use(await open()) : undefined;
    const key = { HOLDFAST_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64') };
    lab = stack.use(
      await openTestLab({
        ...(onServer?.url && { api: { DATABASE_URL: onServer.url, ...key } }),
        async startControlPlane(inLab) {
          api = await inLab.startApi();
          return api;
        },
      }),
    );
  }, 120_000);
  afterAll(() => stack.disposeAsync(), 60_000);

  const backUp = async (name: string) => {
    const job = mustBeComplete(
      await followJob(lab, await startBackup(lab, { virtualMachineId: lab.machine(name).id })),
    );
    const point = 'recoveryPoint' in job ? job.recoveryPoint : null;
    return { job, point: point ?? { id: '', kind: 'none' } };
  };

  it('backs up, changes, backs up incrementally and restores both points, to the byte', async () => {
    const firstSha = await lab.control.sha256({ vm: 'web-01' });
    const first = await backUp('web-01');
    expect(first.point.kind).toBe('FULL');
    await lab.control.write({ vm: 'web-01', offset: 5 * 1_048_576 + 4_096, data: systemIds.bytes(100_000) });
    await lab.control.write({ vm: 'web-01', offset: 39 * 1_048_576 + 900_000, data: Buffer.alloc(4_096) });
    const secondSha = await lab.control.sha256({ vm: 'web-01' });
    const second = await backUp('web-01');
    expect(second.point.kind).toBe('INCREMENTAL');
    expect(second.job.statistics?.bytesRead).toBeLessThan(4 * 1_048_576);

    for (const [point, sha, vmName] of [
      [first.point, firstSha, 'web-01-first'],
      [second.point, secondSha, 'web-01-second'],
    ] as const) {
      const restore = await startRestore(lab, { recoveryPointId: point.id, vmName });
      mustBeComplete(await followJob(lab, restore));
      expect(await lab.control.sha256({ vm: vmName })).toBe(sha);
      expect(await lab.countEvents(restore, 'JOB_FINISHED')).toBe(1);
    }
    expect(secondSha).not.toBe(firstSha);
    const state = await lab.control.state();
    expect(state.attached).toEqual([]);
    expect(state.violations).toEqual([]);
    expect(state.vms.flatMap((vm) => vm.snapshots)).toEqual([]);
    expect((await lab.verify()).problems).toEqual([]);
  }, 120_000);

  it('backs up a machine with two disks and restores both', async () => {
    const before = [
      await lab.control.sha256({ vm: 'db-01', disk: 0 }),
      await lab.control.sha256({ vm: 'db-01', disk: 1 }),
    ];
    const { point } = await backUp('db-01');
    mustBeComplete(await followJob(lab, await startRestore(lab, { recoveryPointId: point.id, vmName: 'db-01-copy' })));
    const copy = [
      await lab.control.sha256({ vm: 'db-01-copy', disk: 0 }),
      await lab.control.sha256({ vm: 'db-01-copy', disk: 1 }),
    ];
    expect(copy).toEqual(before);
  }, 60_000);

  it('cancels a running backup: its snapshot goes, and it says CANCELED once', async () => {
    await lab.control.injectFault(delayOnce('QueryChangedDiskAreas', 3_000));
    await lab.control.injectFault(delayOnce('CreateSnapshot_Task', 2_000));
    const jobId = await startBackup(lab, { virtualMachineId: lab.machine('web-01').id });
    await expect
      .poll(async () => (await lab.client.query(JobDocument, { id: jobId })).job?.status, { timeout: 15_000 })
      .toBe('RUNNING');
    await lab.client.mutate(CancelJobDocument, { input: { jobId } });
    const job = await followJob(lab, jobId);
    await lab.control.clearFaults();
    expect(job.status).toBe('CANCELED');
    expect(await lab.countEvents(jobId, 'JOB_FINISHED')).toBe(1);
    await expect.poll(async () => (await lab.control.vm('web-01')).snapshots, { timeout: 10_000 }).toEqual([]);
  }, 60_000);

  // With a server's database this is proved, and more, in several-control-planes.
  if (kind === 'pglite')
    it.each([
      ['as soon as a backup runs', 0],
      ['while it is moved and committed', 900],
    ])(
      'comes back with its database after a kill %s, and ends the job well',
      async (_when, waitMs) => {
        await lab.control.write({ vm: 'web-01', offset: 3 * 1_048_576, data: systemIds.bytes(300_000) });
        await lab.control.injectFault(delayOnce('CreateSnapshot_Task', 600));
        const jobId = await startBackup(lab, { virtualMachineId: lab.machine('web-01').id });
        const statusOf = async () => (await lab.client.query(JobDocument, { id: jobId })).job?.status;
        await expect.poll(statusOf, { timeout: 15_000, interval: 20 }).toBe('RUNNING');
        await lab.clock.sleep(waitMs);
        api.process.kill('SIGKILL');
        expect(await api.process.ended).toBe('SIGKILL');
        // Where the gateway looks for it.
        api = await lab.lab.startApi({ HOLDFAST_API_PORT: new URL(api.url).port });
        mustBeComplete(await followJob(lab, jobId));
        expect(await lab.countEvents(jobId, 'JOB_FINISHED')).toBe(1);
        const { events } = await lab.client.query(EventsDocument, { first: 100 });
        const positions = (events?.nodes ?? []).map(({ cursor }) =>
          Number(Buffer.from(cursor, 'base64url').toString().split(':')[1]),
        );
        expect(positions).toEqual(Array.from({ length: events?.totalCount ?? 0 }, (_, index) => index + 1));
        expect((await lab.control.state()).vms.flatMap((vm) => vm.snapshots)).toEqual([]);
        expect((await lab.verify()).problems).toEqual([]);
      },
      60_000,
    );
});
