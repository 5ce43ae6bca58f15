import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { markSnapshot } from '../agent/jobs/snapshot-marker.ts';
import type { RunningAgent } from '../agent/start.ts';
import { systemClock } from '../base/clock.ts';
import { errorOnce } from '../base/faults.ts';
import { systemIds } from '../base/ids.ts';
import { cancelJob } from '../control/jobs/cancel-job.ts';
import { startBackup } from '../control/jobs/start-backup.ts';
import { startRestore } from '../control/jobs/start-restore.ts';
import { addVCenter } from '../control/vcenters/add-vcenter.ts';
import { refreshInventory } from '../control/vcenters/refresh-inventory.ts';
import { createVsphereDriver } from '../drivers/platform/vsphere/driver.ts';
import { SandboxControl } from '../sandbox/control-client.ts';
import { type RunningSandbox, startSandbox } from '../sandbox/start.ts';
import { databases } from './support/databases.ts';
import { type GatewayPlant, spooled, startGatewayPlant } from './support/gateway-plant.ts';
import { sampleBytes } from './vault-fixture.ts';

const [embedded] = databases();
if (!embedded) throw new Error('no database');

const mib = 2 ** 20;
let plant: GatewayPlant;
let sandbox: RunningSandbox;
let guest: SandboxControl;
let agent: RunningAgent;
let gatewayId: string;

beforeAll(async () => {
  plant = await startGatewayPlant(embedded, { pollIntervalMs: 1_000, retryDelayMs: 200, leaseMs: 6_000 });
  sandbox = await startSandbox({
    directory: join(plant.directory, 'sandbox'),
    taskDelayMs: 5,
    vms: [
      {
        name: 'web-01',
        disks: [
          { capacityBytes: 48 * mib, dataBytes: 12 * mib },
          { capacityBytes: 16 * mib, dataBytes: 3 * mib },
        ],
      },
      { name: 'big-01', disks: [{ capacityBytes: 512 * mib, dataBytes: 300 * mib }] },
      { name: 'snap-01', disks: [{ capacityBytes: 8 * mib, dataBytes: mib }] },
      {
        name: 'mixed-01',
        disks: [
          { capacityBytes: 8 * mib, dataBytes: mib },
          { capacityBytes: 8 * mib, mode: 'independent_persistent' },
        ],
      },
    ],
  });
  guest = new SandboxControl(sandbox.controlUrl);
  agent = await startAgent();
  gatewayId = await plant.createGateway();
  await plant.activate(agent, gatewayId);
  const { vcenter } = await addVCenter(plant.control, plant.viewer, {
    gatewayId,
    address: sandbox.vcenterAddress,
    username: sandbox.username,
    password: sandbox.password,
    certificateFingerprint: sandbox.fingerprint,
  });
  await refreshInventory(plant.control, plant.viewer, { vcenterId: vcenter.id });
  await vi.waitUntil(
    async () => {
      const rows = plant.control.db.selectFrom('vcenter').select('inventory_state').where('id', '=', vcenter.id);
      return (await rows.executeTakeFirst())?.inventory_state === 'CURRENT';
    },
    { timeout: 20_000 },
  );
});
afterAll(async () => {
  await plant?.[Symbol.asyncDispose]();
  await sandbox?.close();
});

const startAgent = () =>
  plant.startAgent('gateway', { deviceDirectory: sandbox.deviceDirectory, vmUuid: sandbox.gatewayVm.biosUuid });

const vmId = async (name: string) =>
  (await plant.control.db.selectFrom('virtual_machine').select('id').where('name', '=', name).executeTakeFirstOrThrow())
    .id;

const jobRow = (jobId: string) =>
  plant.control.db.selectFrom('job').selectAll().where('id', '=', jobId).executeTakeFirstOrThrow();

const ended = async (jobId: string) => {
  await expect.poll(async () => (await jobRow(jobId)).finished_at, { timeout: 25_000, interval: 50 }).not.toBeNull();
  return jobRow(jobId);
};

const backup = async (name: string, input: object = {}) =>
  startBackup(plant.control, plant.viewer, { virtualMachineId: await vmId(name), ...input });

const pointOf = (jobId: string) =>
  plant.control.db.selectFrom('recovery_point').selectAll().where('job_id', '=', jobId).executeTakeFirstOrThrow();

const nothingLeft = async () => {
  const state = await guest.state();
  expect(state.attached).toEqual([]);
  expect(state.violations).toEqual([]);
  expect(state.vms.flatMap((vm) => vm.snapshots)).toEqual([]);
};

describe('jobs on a gateway', () => {
  let firstJob: string;
  let firstHashes: string[];

  const hashes = async (vm: string, disks: number) =>
    Promise.all(Array.from({ length: disks }, (_, disk) => guest.sha256({ vm, disk })));

  it('backs a VM up in full, and turns change tracking on', async () => {
    firstHashes = await hashes('web-01', 2);
    firstJob = await backup('web-01');
    const job = await ended(firstJob);
    expect({ status: job.status, error: job.error, findings: job.findings }).toEqual({
      status: 'COMPLETE',
      error: null,
      findings: [],
    });
    const point = await pointOf(firstJob);
    expect(point).toMatchObject({ kind: 'FULL' });
    expect(point.disks.map((disk) => disk.mode)).toEqual(['FULL', 'FULL']);
    expect(point.disks[0]?.fullReason).toContain('no earlier recovery point');
    expect(point.statistics.bytesTotal).toBe(64 * mib);
    expect(point.statistics.bytesZero).toBeGreaterThan(40 * mib);
    const lines = await plant.control.db
      .selectFrom('job_log')
      .select('code')
      .where('job_id', '=', firstJob)
      .orderBy('position')
      .execute();
    expect(lines.flatMap(({ code }) => code ?? [])).toEqual([
      ...['QUEUED', 'RUNNING', 'ATTEMPT_STARTED', 'CONNECTED', 'VM_FOUND', 'SNAPSHOT_TAKEN'],
      ...['DISK_READING', 'DISK_READ', 'DISK_READING', 'DISK_READ', 'COMMITTED', 'SNAPSHOT_REMOVED'],
      ...['COMPLETE', 'COMPLETE'],
    ]);
    await nothingLeft();
    await expect.poll(() => spooled(plant.directory, 'gateway')).toEqual([]);
  });

  it('backs up only what changed, and restores both points', async () => {
    await guest.write({ vm: 'web-01', disk: 0, offset: 5 * mib + 12_288, data: sampleBytes(100_000, 7) });
    const secondHashes = await hashes('web-01', 2);
    expect(secondHashes).not.toEqual(firstHashes);
    const secondJob = await backup('web-01');
    expect((await ended(secondJob)).status).toBe('COMPLETE');
    const second = await pointOf(secondJob);
    expect(second.kind).toBe('INCREMENTAL');
    expect(second.disks.map((disk) => [disk.mode, disk.fullReason])).toEqual([
      ['CHANGED_AREAS', null],
      ['CHANGED_AREAS', null],
    ]);
    expect(second.statistics.bytesRead).toBeLessThan(4 * mib);

    for (const [jobId, expected, vmName] of [
      [firstJob, firstHashes, 'restored-1'],
      [secondJob, secondHashes, 'restored-2'],
    ] as const) {
      const { id: recoveryPointId } = await pointOf(jobId);
      const restoreId = await startRestore(plant.control, plant.viewer, { recoveryPointId, vmName });
      const restored = await ended(restoreId);
      expect({ status: restored.status, error: restored.error }).toEqual({ status: 'COMPLETE', error: null });
      expect(restored.result?.restoredVm?.name).toBe(vmName);
      expect(await hashes(vmName, 2)).toEqual(expected);
    }
    await nothingLeft();
  });

  it('says which disk is not part of the point', async () => {
    const job = await ended(await backup('mixed-01'));
    expect(job.status).toBe('PARTIAL_COMPLETE');
    expect(job.findings).toMatchObject([{ code: 'DISK_SKIPPED', severity: 'WARNING' }]);
  });

  it('removes what its own dead attempts left, and never touches other snapshots', async () => {
    const connection = {
      address: sandbox.vcenterAddress,
      username: sandbox.username,
      password: sandbox.password,
      trustedFingerprint: sandbox.fingerprint,
    };
    const never = new AbortController().signal;
    await using session = await createVsphereDriver({ clock: systemClock, ids: systemIds }).connect(connection, never);
    const { instanceUuid, biosUuid } = await plant.control.db
      .selectFrom('virtual_machine')
      .select(['instance_uuid as instanceUuid', 'bios_uuid as biosUuid'])
      .where('name', '=', 'snap-01')
      .executeTakeFirstOrThrow();
    const vm = await session.findVm({ instanceUuid, biosUuid }, never);
    if (!vm) throw new Error('no snap-01');
    const [dead, elsewhere] = [systemIds.uuid(), systemIds.uuid()];
    const attempt = systemIds.uuid();
    for (const marked of [
      { name: 'before the update', description: 'taken by hand' },
      { name: `holdfast-${dead}`, description: 'only the name is ours' },
      markSnapshot({ job: elsewhere, attempt, gateway: systemIds.uuid() }),
      markSnapshot({ job: dead, attempt, gateway: gatewayId }),
    ])
      await session.createSnapshot(vm.ref, { ...marked, quiesce: false }, never);

    const job = await ended(await backup('snap-01'));
    expect(job.status).toBe('COMPLETE');
    expect(job.findings).toMatchObject([{ code: 'CBT_NEEDS_NO_SNAPSHOT' }]);
    const left = await session.snapshots(vm.ref, never);
    expect(left.map((snapshot) => snapshot.name).toSorted()).toEqual(
      ['before the update', `holdfast-${dead}`, `holdfast-${elsewhere}`].toSorted(),
    );
    for (const snapshot of left) await session.removeSnapshot(snapshot.ref, never);
  });

  it('reads everything when change tracking was reset, and says why', async () => {
    await guest.resetChangeTracking('web-01');
    const jobId = await backup('web-01');
    expect((await ended(jobId)).status).toBe('COMPLETE');
    const point = await pointOf(jobId);
    expect(point.kind).toBe('FULL');
    expect(point.disks[0]?.fullReason).toBeTruthy();
    await nothingLeft();
  });

  it('tells a progress that grows, and stops when it is canceled', async () => {
    const jobId = await backup('big-01');
    await expect
      .poll(() => agent.status().jobs.find((job) => job.jobId === jobId)?.progress?.phase, {
        timeout: 15_000,
        interval: 20,
      })
      .toBe('TRANSFER');
    await cancelJob(plant.control, plant.viewer, { jobId });
    const job = await ended(jobId);
    expect(job.status).toBe('CANCELED');
    await nothingLeft();
    expect(
      await plant.control.db.selectFrom('recovery_point').selectAll().where('job_id', '=', jobId).execute(),
    ).toEqual([]);
  });

  it('goes on with another attempt after trouble that passes', async () => {
    await guest.injectFault(errorOnce('QueryChangedDiskAreas', 'HostNotConnected'));
    await guest.injectFault(errorOnce('CreateSnapshot_Task', 'HostNotConnected'));
    const jobId = await backup('web-01');
    const job = await ended(jobId);
    await guest.clearFaults();
    expect({ status: job.status, error: job.error }).toEqual({ status: 'COMPLETE', error: null });
    await nothingLeft();
  });

  it('gives a job back when the agent stops, and finishes it after the next start', async () => {
    const jobId = await backup('big-01');
    await expect
      .poll(() => agent.status().jobs.find((job) => job.jobId === jobId)?.progress?.phase, {
        timeout: 15_000,
        interval: 20,
      })
      .toBe('TRANSFER');
    await agent.close();
    await nothingLeft();
    expect((await jobRow(jobId)).status).toBe('QUEUED');
    agent = await startAgent();
    const job = await ended(jobId);
    expect({ status: job.status, error: job.error }).toEqual({ status: 'COMPLETE', error: null });
    await nothingLeft();
  });

  it('touches nothing more of an attempt it lost, and tidies up with the next one', async () => {
    await guest.write({ vm: 'big-01', offset: mib, data: sampleBytes(4_096, 9) });
    const jobId = await backup('big-01', { forceFull: true });
    await expect
      .poll(() => agent.status().jobs.find((job) => job.jobId === jobId)?.progress?.phase, {
        timeout: 15_000,
        interval: 20,
      })
      .toBe('TRANSFER');
    await plant.control.db
      .updateTable('job_attempt')
      .set({ lease_until: new Date(0) })
      .where('job_id', '=', jobId)
      .execute();
    const job = await ended(jobId);
    expect({ status: job.status, error: job.error }).toEqual({ status: 'COMPLETE', error: null });
    const attempts = await plant.control.db
      .selectFrom('job_attempt')
      .select('status')
      .where('job_id', '=', jobId)
      .orderBy('number')
      .execute();
    expect(attempts.map(({ status }) => status)).toEqual(['LOST', 'COMPLETE']);
    await nothingLeft();
  });

  it('leaves one terminal event for each job', async () => {
    const events = await plant.control.db
      .selectFrom('event')
      .select('subject_id')
      .where('type', '=', 'JOB_FINISHED')
      .execute();
    const jobs = await plant.control.db.selectFrom('job').select('id').execute();
    expect(events.map((event) => event.subject_id).toSorted()).toEqual(jobs.map((job) => job.id).toSorted());
  });
});
