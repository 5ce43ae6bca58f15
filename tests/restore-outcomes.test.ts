import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { removeVmsWithinMs } from '../agent/jobs/restore/half-made-vms.ts';
import type { Clock } from '../base/clock.ts';
import { FaultPlan } from '../base/fault-plan.ts';
import { delayOnce, errorOnce } from '../base/faults.ts';
import { cancelJob } from '../control/jobs/cancel-job.ts';
import type { VirtualController, VirtualSCSIController } from '../drivers/platform/vsphere/gen/types.ts';
import { hurriedClock } from './support/hurried-clock.ts';
import { type JobPlant, startJobPlant } from './support/job-plant.ts';
import { sampleBytes } from './vault-fixture.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const mib = 2 ** 20;
const faults = new FaultPlan();
/** The patience with a vCenter that does not remove a machine is over in seconds. */
const clock: Clock = {
  ...hurriedClock,
  sleep: (ms, signal) => hurriedClock.sleep(ms === removeVmsWithinMs ? 5_500 : ms, signal),
};
let plant: JobPlant;
let simple: string;
beforeAll(async () => {
  plant = await startJobPlant(
    [
      { name: 'web-01', powerState: 'poweredOff', disks: [{ capacityBytes: 8 * mib, dataBytes: 4 * mib }] },
      { name: 'mixed-01', powerState: 'poweredOff', disks: [{ capacityBytes: 4 * mib, dataBytes: mib }] },
      { name: 'large-01', powerState: 'poweredOff', disks: [{ capacityBytes: 256 * mib, dataBytes: 200 * mib }] },
    ],
    {},
    { agent: { faults, clock } },
  );
  simple = (await plant.backup('web-01')).jobId;
});
afterEach(() => plant?.guest.clearFaults());
afterAll(() => plant?.[Symbol.asyncDispose]());

const names = async () => (await plant.guest.state()).vms.map(({ name }) => name).toSorted();

describe('a restore that cannot be done says why and makes no machine', () => {
  it.each([
    ['a name that is taken', { vmName: 'large-01' }, 'NAME_TAKEN'],
    ['an unknown datastore', { datastore: 'no such datastore' }, 'NOT_FOUND'],
    ['an unknown folder', { folder: 'Hangzhou/no such folder' }, 'NOT_FOUND'],
  ])('%s', async (_what, input, code) => {
    const before = await names();
    const { jobId } = await plant.startRestore(simple, input);
    const { status, error } = await plant.ended(jobId);
    expect({ status, error }).toMatchObject({ status: 'FAILED', error: { code, retryable: false } });
    expect(error?.remedy.length).toBeGreaterThan(10);
    expect(await names()).toEqual(before);
    await plant.nothingLeft();
  });

  it('a full datastore', async () => {
    const before = await names();
    await plant.guest.injectFault(errorOnce('CreateVM_Task', 'NoDiskSpace'));
    const { jobId } = await plant.startRestore(simple);
    expect(await plant.ended(jobId)).toMatchObject({ status: 'FAILED', error: { code: 'DATASTORE_FULL' } });
    expect(await names()).toEqual(before);
  });
});

describe('a restore', () => {
  it('of a machine whose network is not there makes one without a network card, and says so', async () => {
    await plant.guest.injectFault(errorOnce('property:network', 'NoPermission'));
    const { jobId, vmName } = await plant.startRestore(simple);
    const job = await plant.ended(jobId);
    expect({ status: job.status, error: job.error }).toEqual({ status: 'COMPLETE', error: null });
    expect(job.findings).toMatchObject([{ code: 'NETWORK_MISSING', severity: 'WARNING' }]);
    expect(await plant.hashes(vmName)).toEqual(await plant.hashes('web-01'));
  });

  it('puts disks of equal size behind the controllers and units they were on', async () => {
    const vm = 'mixed-01';
    const sas: VirtualSCSIController = {
      $type: 'VirtualLsiLogicSASController',
      key: -10,
      busNumber: 2,
      sharedBus: 'noSharing',
    };
    const sata: VirtualController = { $type: 'VirtualAHCIController', key: -11, busNumber: 0 };
    const [first] = (await plant.guest.vm(vm)).disks;
    const backing = {
      $type: 'VirtualDiskFlatVer2BackingInfo' as const,
      fileName: '[datastore1]',
      diskMode: 'persistent',
    };
    const disk = (key: number, controllerKey: number, unitNumber: number) => ({
      operation: 'add' as const,
      fileOperation: 'create' as const,
      device: {
        $type: 'VirtualDisk' as const,
        key,
        controllerKey,
        unitNumber,
        capacityInKB: 4 * 1024,
        capacityInBytes: 4 * mib,
        backing,
      },
    });
    expect(first?.capacityBytes).toBe(4 * mib);
    // IDE, a second SCSI controller, and SATA beside the first SCSI one: keys and controllers are not in one order.
    await plant.reconfigure(vm, {
      firmware: 'bios',
      deviceChange: [
        {
          operation: 'add',
          device: sas,
        },
        { operation: 'add', device: sata },
        disk(-20, 200, 1),
        disk(-21, -10, 4),
        disk(-22, -11, 2),
      ],
    });
    const { disks } = await plant.guest.vm(vm);
    for (const [index] of disks.entries())
      await plant.guest.write({ vm, disk: index, offset: index * mib, data: sampleBytes(10_000, index + 40) });
    const { jobId } = await plant.backup(vm);
    const byKey = async (name: string) => {
      const found = await plant.guest.vm(name);
      const pairs = found.disks.map(async ({ key }) => [key, await plant.guest.sha256({ vm: name, disk: key })]);
      return Object.fromEntries(await Promise.all(pairs));
    };
    const { jobId: restoreId, vmName } = await plant.startRestore(jobId);
    expect(await plant.ended(restoreId)).toMatchObject({ status: 'COMPLETE' });
    expect(await byKey(vmName)).toEqual(await byKey(vm));
    const { name: _name, path: _path, ...restored } = await plant.configuration(vmName);
    expect(restored).toMatchObject({ firmware: 'BIOS' });
    expect(await plant.configuration(vm)).toMatchObject(restored);
  });

  it('that is canceled half-way leaves no machine and no disk', async () => {
    const { jobId: backupId } = await plant.backup('large-01');
    const before = await names();
    const { jobId, vmName } = await plant.startRestore(backupId);
    await plant.phase(jobId, 'TRANSFER');
    await plant.guest.vm(vmName);
    await cancelJob(plant.plant.control, plant.plant.viewer, { jobId });
    expect((await plant.ended(jobId)).status).toBe('CANCELED');
    expect(await names()).toEqual(before);
    await plant.nothingLeft();
  });

  it('that is canceled ends also when the vCenter does not come to remove its machine, which the clean-up sees to', async () => {
    const before = await names();
    await plant.guest.injectFault(delayOnce('Destroy_Task', 7_000));
    faults.add({ operation: 'step.vm-created', times: 1, effect: { kind: 'delay', ms: 300 } });
    const { jobId, vmName } = await plant.startRestore(simple);
    await vi.waitUntil(async () => (await names()).includes(vmName), { timeout: 20_000 });
    await cancelJob(plant.plant.control, plant.plant.viewer, { jobId });
    expect(await plant.ended(jobId)).toMatchObject({ status: 'CANCELED', findings: [{ code: 'VM_LEFT' }] });
    const cleanUps = await plant.cleanUps(jobId);
    expect(cleanUps).toHaveLength(1);
    for (const { id } of cleanUps) expect((await plant.ended(id)).status).toBe('COMPLETE');
    expect(await names()).toEqual(before);
    await plant.nothingLeft();
  });

  const loseAttempt = (jobId: string) =>
    plant.db
      .updateTable('job_attempt')
      .set({ lease_until: new Date(0) })
      .where('job_id', '=', jobId)
      .where('status', '=', 'RUNNING')
      .execute();

  it.each(['taken over', 'left, and told of, when the job is canceled'])(
    'that was lost when its machine was whole has made it for good: it is %s',
    async (what) => {
      const earlier = faults.happened().length;
      faults.add({ operation: 'step.restore-completing', times: 1, effect: { kind: 'delay', ms: 6_000 } });
      const { jobId, vmName } = await plant.startRestore(simple);
      await vi.waitUntil(() => faults.happened().length > earlier, { timeout: 20_000 });
      const { ref } = await plant.guest.vm(vmName);
      // Somebody saw it in the vCenter and works with it, while nobody there knows of the job.
      await plant.guest.write({ vm: vmName, offset: mib, data: sampleBytes(10_000, 99) });
      const hashes = await plant.hashes(vmName);
      if (what !== 'taken over') await cancelJob(plant.plant.control, plant.plant.viewer, { jobId });
      await loseAttempt(jobId);
      const job = await plant.ended(jobId);
      const cleanUps = await Promise.all((await plant.cleanUps(jobId)).map(({ id }) => plant.ended(id)));
      if (what === 'taken over') expect(job).toMatchObject({ status: 'COMPLETE', fence: 2 });
      else {
        expect(job.status).toBe('CANCELED');
        expect(cleanUps).toMatchObject([{ status: 'COMPLETE', findings: [{ code: 'VM_RESTORED' }] }]);
      }
      expect((await plant.guest.vm(vmName)).ref).toBe(ref);
      expect(await plant.hashes(vmName)).toEqual(hashes);
      await plant.nothingLeft();
    },
  );

  it('that was lost half-way and canceled meanwhile is cleaned up', async () => {
    const before = await names();
    const large = await plant.db
      .selectFrom('recovery_point')
      .innerJoin('virtual_machine', 'virtual_machine.id', 'recovery_point.virtual_machine_id')
      .select('job_id')
      .where('virtual_machine.name', '=', 'large-01')
      .executeTakeFirstOrThrow();
    const { jobId } = await plant.startRestore(large.job_id);
    await plant.phase(jobId, 'TRANSFER');
    await cancelJob(plant.plant.control, plant.plant.viewer, { jobId });
    await loseAttempt(jobId);
    expect((await plant.ended(jobId)).status).toBe('CANCELED');
    for (const { id } of await plant.cleanUps(jobId)) expect((await plant.ended(id)).status).toBe('COMPLETE');
    expect(await names()).toEqual(before);
    await plant.nothingLeft();
  });
});

describe('progress', () => {
  const watched = async (jobId: string) => {
    const seen: { phase: string; bytesDone: number; bytesTotal: number }[] = [];
    const look = async () => {
      const row = await plant.db.selectFrom('job_progress').selectAll().where('job_id', '=', jobId).executeTakeFirst();
      if (row) seen.push(row.progress);
      return (await plant.job(jobId)).finished_at !== null;
    };
    await vi.waitUntil(look, { timeout: 40_000, interval: 10 });
    await look();
    return seen;
  };
  const order = ['PREPARING', 'SNAPSHOT', 'TRANSFER', 'COMMIT', 'CLEANUP'];

  it.each(['full', 'incremental', 'restore'])('of a %s job only grows, and ends with everything done', async (kind) => {
    if (kind === 'incremental')
      await plant.guest.write({ vm: 'large-01', offset: 100 * mib, data: sampleBytes(mib, 3) });
    const jobId =
      kind === 'restore'
        ? (await plant.startRestore((await plant.backup('large-01')).jobId)).jobId
        : await plant.startBackup('large-01', { forceFull: kind === 'full' });
    const seen = await watched(jobId);
    const job = await plant.job(jobId);
    expect({ status: job.status, error: job.error }).toEqual({ status: 'COMPLETE', error: null });
    for (const [index, now] of seen.entries()) {
      const before = seen[index - 1] ?? now;
      expect(now.bytesDone).toBeLessThanOrEqual(now.bytesTotal);
      expect(now.bytesDone).toBeGreaterThanOrEqual(before.bytesDone);
      expect(order.indexOf(now.phase)).toBeGreaterThanOrEqual(order.indexOf(before.phase));
    }
    const last = seen.at(-1);
    expect(last).toMatchObject({ bytesDone: 256 * mib, bytesTotal: 256 * mib });
    const statistics = job.statistics;
    expect(statistics?.bytesTotal).toBe(256 * mib);
    if (kind === 'full') expect(statistics?.bytesRead).toBe(256 * mib);
    if (kind === 'incremental') expect(statistics?.bytesRead).toBeLessThanOrEqual(2 * mib);
  });

  it('ends each job once', () => plant.expectOneEndEach());
});
