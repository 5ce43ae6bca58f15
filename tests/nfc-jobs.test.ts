import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { restoreMarker } from '../agent/jobs/restore/half-made-vms.ts';
import { markSnapshot } from '../agent/jobs/snapshot-marker.ts';
import { systemClock } from '../base/clock.ts';
import { delayOnce, type FaultEffect } from '../base/faults.ts';
import { systemIds } from '../base/ids.ts';
import { cancelJob } from '../control/jobs/cancel-job.ts';
import type { NewVmSpec } from '../drivers/platform/contract.ts';
import { LeaseKeeper } from '../drivers/transport/nfc/lease-keeper.ts';
import { type JobPlant, startJobPlant } from './support/job-plant.ts';
import { sampleBytes } from './vault-fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const mib = 2 ** 20;
const leaseTimeoutMs = 3_000;
const never = new AbortController().signal;
const run = promisify(execFile);

let directory: string;
let plant: JobPlant;
/** A backup of plain-01, which nobody writes to. */
let plain: { readonly jobId: string; readonly hashes: readonly string[] };
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nfc-jobs-'));
  const disks = [{ capacityBytes: 4 * mib, dataBytes: mib }];
  plant = await startJobPlant(
    [
      {
        name: 'two-01',
        changeTracking: true,
        disks: [
          { capacityBytes: 40 * mib, dataBytes: 9 * mib },
          { capacityBytes: 3 * mib + 1024, dataBytes: mib },
        ],
      },
      { name: 'plain-01', disks },
    ],
    {},
    { transport: 'NFC', sandbox: { nfc: { leaseTimeoutMs, keepUploads: join(directory, 'uploads') } } },
  );
  // Most of the time would go into starting threads; tests/e2e/agent-killed.test.ts has as many as cores.
  await plant.db.updateTable('gateway').set({ max_workers: 1 }).execute();
  const { jobId } = await plant.backup('plain-01');
  plain = { jobId, hashes: await plant.hashes('plain-01') };
});
afterEach(async () => {
  // A fault that did not occur shows nothing.
  expect((await plant.guest.state()).faults).toEqual([]);
  await plant.guest.clearFaults();
});
afterAll(async () => {
  await plant?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

/** What every NFC transfer does next, `times` times. */
const fault = (operation: 'nfc.get' | 'nfc.put', effect: FaultEffect, times = 1) =>
  plant.guest.injectFault({ operation, times, effect });

const failedAttempts = async (jobId: string) => (await plant.job(jobId)).failed_attempts;

const leases = async () => (await plant.guest.state()).leases;

/** qemu-img finds the same bytes in the VMDK as the sandbox has on the disk. */
async function expectSameDisk(vmdk: string, target: { vm: string; disk: number; snapshot?: string }): Promise<void> {
  const raw = join(directory, 'disk.raw');
  await plant.guest.export({ ...target, path: raw });
  await run('qemu-img', ['compare', '-f', 'vmdk', '-F', 'raw', vmdk, raw]);
}

/** The uploads of a restored VM, as the hosts got them. */
async function expectUploads(vmName: string): Promise<void> {
  const { ref, disks } = await plant.guest.vm(vmName);
  const lease = (await leases()).find((each) => each.vm === ref && each.end === 'completed');
  expect(lease?.disks.map((disk) => disk.kept.length)).toEqual(disks.map(() => 1));
  for (const [disk, { kept }] of (lease?.disks ?? []).entries())
    await expectSameDisk(kept[0] ?? '', { vm: vmName, disk });
}

describe('jobs over NFC', () => {
  it('back a running VM with several disks up, read whole disks again, store only what changed, and restore it', async () => {
    expect((await plant.backup('two-01')).point.kind).toBe('FULL');
    await plant.nothingLeft();
    await plant.guest.write({ vm: 'two-01', disk: 0, offset: 5 * mib + 4096, data: sampleBytes(100_000, 7) });
    const { jobId, point } = await plant.backup('two-01');
    expect(point.kind).toBe('FULL');
    expect(point.disks.map((disk) => disk.fullReason)).toEqual([
      'The transport nfc reads whole disks only.',
      'The transport nfc reads whole disks only.',
    ]);
    expect(point.statistics.bytesRead).toBe(43 * mib + 1024);
    expect(point.statistics.bytesStored).toBeLessThan(mib + mib / 2);
    const vmName = await plant.expectRestores(jobId, await plant.hashes('two-01'));
    await expectUploads(vmName);
    await plant.nothingLeft();
    expect((await leases()).slice(-5).map(({ end }) => end)).toEqual(Array(5).fill('completed'));
  });

  it('give hosts and qemu-img the same disks', async () => {
    await using session = await plant.platform();
    const { ref } = await plant.guest.vm('two-01');
    const snapshot = await session.createSnapshot(ref, { name: 'tee', description: '', quiesce: false }, never);
    const lease = await session.exportSnapshot?.(ref, snapshot.ref, never);
    if (!lease) throw new Error('There are no exports.');
    using _keeper = new LeaseKeeper(systemClock, lease);
    for (const [disk, leased] of lease.disks.entries()) {
      const file = join(directory, `tee-${disk}.vmdk`);
      await pipeline(Readable.from(lease.download(leased, never)), createWriteStream(file));
      await expectSameDisk(file, { vm: 'two-01', disk, snapshot: 'tee' });
    }
    await lease.complete(never);
    await session.removeSnapshot(snapshot.ref, never);
  });

  it('move a powered-off VM with disks behind IDE, SCSI and SATA', async () => {
    await using session = await plant.platform();
    const place = (controllerKey: number, unitNumber: number, capacityBytes: number) => ({
      label: '',
      capacityBytes,
      thin: true,
      controllerKey,
      unitNumber,
    });
    const spec: NewVmSpec = {
      name: 'mixed-01',
      folder: null,
      datastore: (await session.vmConfiguration((await plant.guest.vm('plain-01')).ref, never)).datastore,
      cpuCount: 1,
      memoryBytes: 2 ** 28,
      guestId: 'otherGuest64',
      firmware: 'BIOS',
      network: null,
      disks: [place(201, 0, 3 * mib), place(1000, 0, 2 * mib), place(15_000, 2, 2 * mib + 512)],
      marker: 'made by a test',
    };
    const made = await session.createVm(spec, never);
    for (const disk of made.disks.keys())
      await plant.guest.write({ vm: 'mixed-01', disk, offset: disk * 4096, data: sampleBytes(50_000, disk + 1) });
    await plant.refresh();
    const { jobId } = await plant.backup('mixed-01');
    await expectUploads(await plant.expectRestores(jobId, await plant.hashes('mixed-01')));
    await plant.nothingLeft();
  });
});

describe('trouble with transfers', () => {
  it('a download that ends early, is cut or comes changed costs an attempt and never makes a wrong point', async () => {
    await fault('nfc.get', { kind: 'truncate', afterBytes: 90_000 });
    await fault('nfc.get', { kind: 'close' });
    await fault('nfc.get', { kind: 'error', code: 'corrupt' });
    const { jobId } = await plant.backup('plain-01');
    expect(await failedAttempts(jobId)).toBe(3);
    await plant.expectRestores(jobId, plain.hashes);
    await plant.nothingLeft();
  });

  it('an upload that ends early, is cut or is not answered costs an attempt and leaves one whole VM', async () => {
    await fault('nfc.put', { kind: 'truncate', afterBytes: 90_000 });
    await fault('nfc.put', { kind: 'close' });
    await fault('nfc.put', { kind: 'close', afterwards: true });
    const { jobId, vmName } = await plant.startRestore(plain.jobId);
    expect(await plant.ended(jobId)).toMatchObject({ status: 'COMPLETE', failed_attempts: 3 });
    expect(await plant.hashes(vmName)).toEqual(plain.hashes);
    const { vms } = await plant.guest.state();
    expect(vms.filter((vm) => vm.name.startsWith(vmName)).map((vm) => vm.name)).toEqual([vmName]);
    await plant.nothingLeft();
  });

  it('no connection to be had is waited for within the attempt', async () => {
    await fault('nfc.get', { kind: 'error', code: '503' }, 2);
    await plant.guest.injectFault({
      operation: 'ExportSnapshot',
      times: 1,
      effect: { kind: 'error', code: 'LimitExceeded' },
    });
    const { jobId } = await plant.backup('plain-01');
    expect(await failedAttempts(jobId)).toBe(0);
    await fault('nfc.put', { kind: 'error', code: '503' }, 2);
    await plant.expectRestores(jobId, plain.hashes);
    await plant.nothingLeft();
  });

  it('a transfer slower than the lease allows is kept alive', async () => {
    await fault('nfc.get', { kind: 'delay', ms: 2 * leaseTimeoutMs });
    const { jobId } = await plant.backup('plain-01');
    expect(await failedAttempts(jobId)).toBe(0);
    expect((await leases()).at(-1)?.progressCalls).toBeGreaterThan(2);
  });

  it('a lease that vCenter takes back costs an attempt', async () => {
    await fault('nfc.get', { kind: 'stall', afterBytes: 70_000 });
    const jobId = await plant.startBackup('plain-01');
    await plant.phase(jobId, 'TRANSFER');
    await vi.waitUntil(async () => (await leases()).some((lease) => lease.transfers > 0), { timeout: 10_000 });
    await plant.guest.expireSessions();
    expect(await plant.ended(jobId)).toMatchObject({ status: 'COMPLETE', failed_attempts: 1 });
    await plant.nothingLeft();
  });
});

describe('a cancel in the middle', () => {
  it('of a backup ends the lease and removes the snapshot', async () => {
    await fault('nfc.get', { kind: 'stall', afterBytes: 70_000 });
    const jobId = await plant.startBackup('plain-01');
    await vi.waitUntil(async () => (await leases()).some((lease) => lease.transfers > 0), { timeout: 20_000 });
    await cancelJob(plant.plant.control, plant.plant.viewer, { jobId });
    expect((await plant.ended(jobId)).status).toBe('CANCELED');
    expect((await leases()).at(-1)?.end).toBe('aborted');
    await plant.nothingLeft();
  });

  it('of a restore ends the lease and leaves no VM, nor one that a dead attempt still holds', async () => {
    await fault('nfc.put', { kind: 'stall', afterBytes: 70_000 });
    const { jobId, vmName } = await plant.startRestore(plain.jobId);
    await vi.waitUntil(async () => (await leases()).some((lease) => lease.transfers > 0), { timeout: 20_000 });
    // Nobody keeps its lease alive, and until it has run out its VM cannot be destroyed.
    await using session = await plant.platform();
    const { datastore } = await plant.configuration('plain-01');
    const dead = await session.importVm?.(
      {
        name: 'dead-attempt',
        folder: null,
        datastore,
        cpuCount: 1,
        memoryBytes: 2 ** 28,
        guestId: 'otherGuest64',
        firmware: 'BIOS',
        network: null,
        disks: [{ label: '', capacityBytes: mib, thin: true, controllerKey: 1000, unitNumber: 0 }],
        marker: restoreMarker(jobId),
      },
      never,
    );
    expect(dead).toBeDefined();
    await cancelJob(plant.plant.control, plant.plant.viewer, { jobId });
    const job = await plant.ended(jobId);
    expect({ status: job.status, findings: job.findings }).toEqual({ status: 'CANCELED', findings: [] });
    const { vms } = await plant.guest.state();
    expect(vms.filter(({ name }) => name === vmName || name === 'dead-attempt')).toEqual([]);
    expect((await leases()).map(({ end }) => end).slice(-2)).toEqual(['aborted', 'timedOut']);
    await plant.nothingLeft();
  });

  it('of a backup that waits for a dead attempt ends the wait', async () => {
    await using session = await plant.platform();
    const { ref } = await plant.guest.vm('plain-01');
    const dead = { job: systemIds.uuid(), attempt: systemIds.uuid(), gateway: plant.gatewayId };
    const snapshot = await session.createSnapshot(ref, { ...markSnapshot(dead), quiesce: false }, never);
    const lease = await session.exportSnapshot?.(ref, snapshot.ref, never);
    if (!lease) throw new Error('There are no exports.');
    {
      await using _ = lease;
      // As long as it lives the snapshot cannot be removed.
      using _keeper = new LeaseKeeper(systemClock, lease);
      await plant.guest.injectFault(delayOnce('RemoveSnapshot_Task', 1));
      const jobId = await plant.startBackup('plain-01');
      await vi.waitUntil(async () => (await plant.guest.state()).faults.length === 0, { timeout: 20_000 });
      await cancelJob(plant.plant.control, plant.plant.viewer, { jobId });
      expect((await plant.ended(jobId)).status).toBe('CANCELED');
      expect((await leases()).at(-1)?.end).toBeNull();
    }
    await plant.backup('plain-01');
    await plant.nothingLeft();
  });

  it('waits for the lease of a dead attempt before it removes the snapshot', async () => {
    await fault('nfc.get', { kind: 'delay', ms: 300 });
    const jobId = await plant.startBackup('plain-01');
    await vi.waitUntil(async () => (await leases()).some((lease) => lease.transfers > 0), { timeout: 20_000 });
    await using session = await plant.platform();
    const { ref, snapshots } = await plant.guest.vm('plain-01');
    expect(await session.exportSnapshot?.(ref, snapshots[0]?.ref ?? '', never)).toBeDefined();
    const job = await plant.ended(jobId);
    expect({ status: job.status, findings: job.findings }).toEqual({ status: 'COMPLETE', findings: [] });
    await plant.nothingLeft();
  });
});
