import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { markSnapshot } from '../agent/jobs/snapshot-marker.ts';
import { delayOnce, errorTimes } from '../base/faults.ts';
import { systemIds } from '../base/ids.ts';
import { type JobPlant, startJobPlant } from './support/job-plant.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const mib = 2 ** 20;
const never = new AbortController().signal;

let plant: JobPlant;
beforeAll(async () => {
  const disks = [{ capacityBytes: 4 * mib, dataBytes: mib }];
  plant = await startJobPlant([
    { name: 'one-01', changeTracking: true, disks },
    { name: 'other-01', changeTracking: true, disks },
  ]);
});
afterEach(() => plant?.guest.clearFaults());
afterAll(() => plant?.[Symbol.asyncDispose]());

const attemptOf = (jobId: string) =>
  plant.db.selectFrom('job_attempt').select('id').where('job_id', '=', jobId).executeTakeFirstOrThrow();

const gatewayRef = async () => (await plant.guest.vm('holdfast-gateway')).ref;

describe('what another process left behind', () => {
  it("of snapshots is removed when its attempt has ended, whoever's it was, and stays when nobody knows it or it runs", async () => {
    const { jobId: endedJob } = await plant.backup('one-01');
    const ended = await attemptOf(endedJob);
    await plant.guest.injectFault(delayOnce('ReconfigVM_Task', 2_500, await gatewayRef()));
    const runningJob = await plant.startBackup('one-01');
    await plant.phase(runningJob, 'TRANSFER');
    const running = await attemptOf(runningJob);

    await using session = await plant.platform();
    const { ref } = await plant.guest.vm('other-01');
    const gone = systemIds.uuid();
    const marks = {
      ended: markSnapshot({ job: endedJob, attempt: ended.id, gateway: gone }),
      running: markSnapshot({ job: runningJob, attempt: running.id, gateway: gone }),
      unknown: markSnapshot({ job: systemIds.uuid(), attempt: systemIds.uuid(), gateway: gone }),
      unknownOfOurs: markSnapshot({ job: systemIds.uuid(), attempt: systemIds.uuid(), gateway: plant.gatewayId }),
      lookalike: { name: `holdfast-${endedJob}`, description: JSON.stringify({ holdfast: 1, job: endedJob }) },
    };
    for (const mark of Object.values(marks)) await session.createSnapshot(ref, { ...mark, quiesce: false }, never);
    // The gateway's own machine is busy with the other job; the snapshots are reaped before a disk is attached.
    await plant.backup('other-01');
    const left = await session.snapshots(ref, never);
    expect(left.map(({ description }) => description).toSorted()).toEqual(
      [marks.running, marks.unknown, marks.lookalike].map(({ description }) => description).toSorted(),
    );
    for (const snapshot of left) await session.removeSnapshot(snapshot.ref, never);
    expect((await plant.ended(runningJob)).status).toBe('COMPLETE');
    await plant.nothingLeft();
  });

  it('of disks on the gateway is detached before the job begins, and its own disks stay', async () => {
    await using session = await plant.platform();
    const { ref } = await plant.guest.vm('one-01');
    const taken = await session.createSnapshot(ref, { name: 'by hand', description: '', quiesce: false }, never);
    const [disk] = await session.snapshotDisks(taken.ref, never);
    if (!disk) throw new Error('no disk');
    await session.attachDisk(await gatewayRef(), { ...disk, mode: 'READ' }, never);
    expect((await plant.guest.state()).attached).toHaveLength(1);
    const own = (await plant.guest.vm('holdfast-gateway')).disks.filter(({ foreign }) => !foreign);
    await plant.backup('one-01');
    const after = await plant.guest.vm('holdfast-gateway');
    expect(after.disks).toEqual(own);
    await session.removeSnapshot(taken.ref, never);
    await plant.nothingLeft();
  });

  it('an attach that was given up is taken back', async () => {
    await using session = await plant.platform();
    const { ref } = await plant.guest.vm('one-01');
    const taken = await session.createSnapshot(ref, { name: 'by hand', description: '', quiesce: false }, never);
    const [disk] = await session.snapshotDisks(taken.ref, never);
    if (!disk) throw new Error('no disk');
    await plant.guest.injectFault(delayOnce('ReconfigVM_Task', 300, await gatewayRef()));
    const enough = new AbortController();
    const attaching = session.attachDisk(await gatewayRef(), { ...disk, mode: 'READ' }, enough.signal);
    setTimeout(() => enough.abort(new Error('enough')), 150);
    await expect(attaching).rejects.toThrow('enough');
    // Waits its turn behind what is taken back.
    await session.detachDisk(await gatewayRef(), { uuid: disk.uuid, deviceKey: 0 }, never);
    expect((await plant.guest.state()).attached).toEqual([]);
    await session.removeSnapshot(taken.ref, never);
    await plant.nothingLeft();
  });
});

describe('a password that is refused later on', () => {
  it('makes its jobs wait with the reason, and is tried once and never again', async () => {
    const tries = 50;
    await plant.guest.injectFault(delayOnce('ReconfigVM_Task', 600, await gatewayRef()));
    const jobId = await plant.startBackup('one-01', { forceFull: true });
    await plant.phase(jobId, 'TRANSFER');
    await plant.guest.injectFault(errorTimes('Login', tries, 'InvalidLogin'));
    await plant.guest.expireSessions();
    const waits = { status: 'QUEUED', wait_reason: 'VCENTER_CREDENTIALS', failed_attempts: 0 };
    await vi.waitUntil(async () => (await plant.job(jobId)).status === 'QUEUED', { timeout: 20_000, interval: 30 });
    expect(await plant.job(jobId)).toMatchObject(waits);
    const other = await plant.startBackup('other-01');
    expect(await plant.job(other)).toMatchObject(waits);
    const [left] = (await plant.guest.state()).faults.filter(({ operation }) => operation === 'Login');
    expect(left?.times).toBe(tries - 1);
    await plant.expectOneEndEach();
  });
});
