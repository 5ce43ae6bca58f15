import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { delayOnce, errorOnce } from '../base/faults.ts';
import { type JobPlant, startJobPlant } from './support/job-plant.ts';
import { sampleBytes, seededRandom } from './vault-fixture.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const mib = 2 ** 20;
const kib = 2 ** 10;

let plant: JobPlant;
beforeAll(async () => {
  plant = await startJobPlant([
    // The last block is a part of one, and so is the last piece.
    { name: 'random-01', disks: [{ capacityBytes: 9 * mib + 300 * kib + 512, dataBytes: 7 * mib }] },
    {
      name: 'grown-01',
      disks: [
        { capacityBytes: 4 * mib, dataBytes: mib },
        { capacityBytes: 4 * mib, dataBytes: mib },
      ],
    },
    {
      name: 'reset-01',
      disks: [
        { capacityBytes: 4 * mib, dataBytes: mib },
        { capacityBytes: 4 * mib, dataBytes: mib },
      ],
    },
    { name: 'busy-01', disks: [{ capacityBytes: 8 * mib, dataBytes: 2 * mib }] },
    { name: 'failing-01', disks: [{ capacityBytes: 6 * mib, dataBytes: 2 * mib }] },
    { name: 'off-01', powerState: 'poweredOff', disks: [{ capacityBytes: 4 * mib, dataBytes: mib }] },
  ]);
});
afterAll(() => plant?.[Symbol.asyncDispose]());

describe('recovery points of several increments in a row', () => {
  it('hold every byte of odd writes at the edges of blocks and pieces', async () => {
    const vm = 'random-01';
    const capacity = 9 * mib + 300 * kib + 512;
    const random = seededRandom(20261123);
    const points: { jobId: string; hashes: string[] }[] = [];
    const backUp = async (mode: string) => {
      const hashes = await plant.hashes(vm);
      const { jobId, point } = await plant.backup(vm);
      expect(point.disks.map((disk) => disk.mode)).toEqual([mode]);
      points.push({ jobId, hashes });
    };
    await backUp('FULL');
    for (let round = 0; round < 4; round++) {
      for (let write = 0; write < 5; write++) {
        // Around a boundary of a piece, or at the very end.
        const edge = Math.min(random(38) * 256 * kib, capacity);
        const offset = Math.max(0, Math.min(edge - random(5_000), capacity - 1));
        const length = Math.min(1 + random(write === 0 ? 700 * kib : 9_000), capacity - offset);
        const data = random(4) === 0 ? Buffer.alloc(length) : sampleBytes(length, random(1_000));
        await plant.guest.write({ vm, offset, data });
      }
      await plant.guest.write({ vm, offset: capacity - 700, data: sampleBytes(700, round) });
      await backUp('CHANGED_AREAS');
    }
    // A guest that frees a whole region.
    await plant.guest.write({ vm, offset: 2 * mib - 100, data: Buffer.alloc(2 * mib + 200) });
    await backUp('CHANGED_AREAS');
    for (const { jobId, hashes } of points) await plant.expectRestores(jobId, hashes);
    await plant.nothingLeft();
  });

  it('leave out what the guest writes during a backup, and have it in the next point', async () => {
    const vm = 'busy-01';
    const first = await plant.hashes(vm);
    await plant.guest.injectFault(delayOnce('ReconfigVM_Task', 1_000, await gatewayRef()));
    const jobId = await plant.startBackup(vm);
    await plant.phase(jobId, 'TRANSFER');
    expect((await plant.guest.vm(vm)).snapshots).toHaveLength(1);
    for (const block of [0, 1, 5]) {
      await plant.guest.write({ vm, offset: block * mib + 100, data: sampleBytes(300 * kib, block + 50) });
    }
    const second = await plant.hashes(vm);
    expect((await plant.ended(jobId)).status).toBe('COMPLETE');
    const { jobId: next, point } = await plant.backup(vm);
    expect(point.disks.map((disk) => disk.mode)).toEqual(['CHANGED_AREAS']);
    await plant.expectRestores(jobId, first);
    await plant.expectRestores(next, second);
  });
});

describe('a disk that cannot be read by its changes', () => {
  it('is read whole when it grew, was replaced or was added, and only that one', async () => {
    const vm = 'grown-01';
    await plant.backup(vm);
    const [first, second] = (await plant.guest.vm(vm)).disks;
    if (!first || !second) throw new Error('no disks');

    const device = {
      $type: 'VirtualDisk' as const,
      key: first.key,
      controllerKey: 1000,
      unitNumber: 0,
      capacityInKB: (6 * mib) / 1024,
      capacityInBytes: 6 * mib,
      backing: { $type: 'VirtualDiskFlatVer2BackingInfo' as const, fileName: first.fileName, diskMode: 'persistent' },
    };
    await plant.reconfigure(vm, { deviceChange: [{ operation: 'edit', device }] });
    await plant.guest.write({ vm, disk: 0, offset: 5 * mib, data: sampleBytes(4_096, 3) });
    const grown = await plant.backup(vm);
    expect(grown.point.disks).toMatchObject([
      { mode: 'FULL', fullReason: expect.stringContaining('size changed'), capacityBytes: 6 * mib },
      { mode: 'CHANGED_AREAS', fullReason: null },
    ]);
    const grownHashes = await plant.hashes(vm);

    const image = join(plant.plant.directory, 'replacement.img');
    await writeFile(image, sampleBytes(4 * mib, 77));
    await plant.guest.replace({ vm, disk: 1, path: image });
    const replaced = await plant.backup(vm);
    expect(replaced.point.disks).toMatchObject([
      { mode: 'CHANGED_AREAS' },
      { mode: 'FULL', fullReason: expect.stringContaining('not part of the earlier') },
    ]);
    const replacedHashes = await plant.hashes(vm);

    const added = {
      $type: 'VirtualDisk' as const,
      key: -1,
      controllerKey: 1000,
      unitNumber: 5,
      capacityInKB: 3 * 1024,
      capacityInBytes: 3 * mib,
      backing: { $type: 'VirtualDiskFlatVer2BackingInfo' as const, fileName: '[datastore1]', diskMode: 'persistent' },
    };
    await plant.reconfigure(vm, { deviceChange: [{ operation: 'add', fileOperation: 'create', device: added }] });
    await plant.guest.write({ vm, disk: 2, offset: mib, data: sampleBytes(50_000, 4) });
    const more = await plant.backup(vm);
    expect(more.point.disks).toMatchObject([
      { mode: 'CHANGED_AREAS' },
      { mode: 'CHANGED_AREAS' },
      { mode: 'FULL', capacityBytes: 3 * mib },
    ]);
    expect(more.point.kind).toBe('INCREMENTAL');
    await plant.expectRestores(more.jobId, await plant.hashes(vm));
    await plant.expectRestores(replaced.jobId, replacedHashes);
    await plant.expectRestores(grown.jobId, grownHashes);
  });

  it('is read whole when the query fails for it, while the other disk is read by its changes', async () => {
    const vm = 'reset-01';
    await plant.backup(vm);
    for (const disk of [0, 1]) await plant.guest.write({ vm, disk, offset: 1_000, data: sampleBytes(99, disk) });
    await plant.guest.injectFault(errorOnce('QueryChangedDiskAreas', 'FileFault'));
    const failed = await plant.backup(vm);
    expect(failed.point.disks).toMatchObject([
      { mode: 'FULL', fullReason: expect.stringContaining('CHANGE_TRACKING_LOST') },
      { mode: 'CHANGED_AREAS' },
    ]);
    expect(failed.point.kind).toBe('INCREMENTAL');
    await plant.expectRestores(failed.jobId, await plant.hashes(vm));

    await plant.guest.resetChangeTracking(vm);
    await plant.guest.write({ vm, disk: 1, offset: 3 * mib, data: sampleBytes(5_000, 8) });
    const reset = await plant.backup(vm);
    expect(reset.point.disks).toMatchObject([{ mode: 'FULL' }, { mode: 'FULL' }]);
    expect(reset.point.disks[1]?.fullReason).toContain('CHANGE_TRACKING_LOST');
    await plant.guest.write({ vm, disk: 0, offset: 7, data: sampleBytes(5_000, 9) });
    const after = await plant.backup(vm);
    expect(after.point.disks.map((disk) => disk.mode)).toEqual(['CHANGED_AREAS', 'CHANGED_AREAS']);
    await plant.expectRestores(after.jobId, await plant.hashes(vm));
  });
});

describe('the base of an increment', () => {
  it('is the last point that committed, not a backup that failed after its snapshot', async () => {
    const vm = 'failing-01';
    await plant.backup(vm);
    await plant.guest.write({ vm, offset: mib, data: sampleBytes(40_000, 1) });
    // Nothing can be attached: the backup has its snapshot and then fails for good.
    await plant.guest.injectFault(errorOnce('ReconfigVM_Task', 'NoPermission', await gatewayRef()));
    const failed = await plant.ended(await plant.startBackup(vm));
    expect(failed).toMatchObject({ status: 'FAILED', error: { code: 'NO_PERMISSION' } });
    await plant.nothingLeft();
    await plant.guest.write({ vm, offset: 3 * mib, data: sampleBytes(40_000, 2) });
    const { point, jobId } = await plant.backup(vm);
    expect(point.disks.map((disk) => disk.mode)).toEqual(['CHANGED_AREAS']);
    await plant.expectRestores(jobId, await plant.hashes(vm));
  });

  it('may be of a machine that was off, and a restored machine begins a chain of its own', async () => {
    const vm = 'off-01';
    await plant.backup(vm);
    await plant.guest.write({ vm, offset: 2 * mib + 5, data: sampleBytes(777, 1) });
    const { jobId, point } = await plant.backup(vm);
    expect(point).toMatchObject({ kind: 'INCREMENTAL' });
    const restored = await plant.expectRestores(jobId, await plant.hashes(vm));
    await plant.refresh();
    const first = await plant.backup(restored);
    expect(first.point).toMatchObject({ kind: 'FULL' });
    expect(first.point.statistics.bytesStored).toBeLessThan(64 * kib);
    await plant.guest.write({ vm: restored, offset: mib - 1, data: sampleBytes(2, 5) });
    const second = await plant.backup(restored);
    expect(second.point.kind).toBe('INCREMENTAL');
    await plant.expectRestores(second.jobId, await plant.hashes(restored));
    await plant.nothingLeft();
    await plant.expectOneEndEach();
  });
});

const gatewayRef = async () => (await plant.guest.vm('holdfast-gateway')).ref;
