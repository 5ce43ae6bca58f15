import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { DriverError } from '../../base/errors.ts';
import { systemIds } from '../../base/ids.ts';
import type { Extent } from '../../drivers/platform/contract.ts';
import type { DeviceAccess, ReadAccess } from '../../drivers/transport/contract.ts';
import type { BlockMapRef } from '../../repository/block-map.ts';
import type { Vault } from '../../repository/vault.ts';
import { fileReadStream, fileWriteStream } from '../../tests/support/file-streams.ts';
import {
  sampleBytes,
  sampleDisk,
  sampleManifest,
  seededRandom,
  sha256,
  type VaultFixture,
  vaultFixture,
} from '../../tests/vault-fixture.ts';
import { backupDisk } from './backup-disk.ts';
import type { MoveProgress } from './progress.ts';
import { restoreDisk } from './restore-disk.ts';

const MiB = 1 << 20;
const KiB = 1 << 10;
const never = new AbortController().signal;

// Real threads and real disks: slow where other work has the processors.
vi.setConfig({ testTimeout: 120_000 });

/** Every test but those of increments is held by both ways to a disk. */
const kinds = [
  { name: 'a device', read: (disk: DeviceAccess) => disk, write: (disk: DeviceAccess) => disk },
  { name: 'a stream', read: (disk: DeviceAccess) => fileReadStream(disk), write: fileWriteStream },
];
type Kind = (typeof kinds)[number];

let fixture: VaultFixture;
beforeEach(async () => {
  fixture = await vaultFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

function backup(
  vault: Vault,
  source: ReadAccess,
  more: { changedAreas?: readonly Extent[]; parentMap?: BlockMapRef; spool?: string; workers?: number } = {},
) {
  const { spool = 'spool', workers = 1, ...rest } = more;
  return backupDisk({
    vault,
    source,
    workers,
    spoolDirectory: join(fixture.directory, spool),
    signal: never,
    clock: systemClock,
    ids: systemIds,
    ...rest,
  });
}

async function expectRestores(
  vault: Vault,
  mapRef: BlockMapRef,
  source: DeviceAccess,
  write: Kind['write'] = (disk) => disk,
  onDirtyToo = false,
): Promise<void> {
  const zeroed = await fixture.emptyImage('restored', mapRef.capacityBytes);
  const target = write(zeroed);
  await restoreDisk({
    vault,
    mapRef,
    target,
    targetIsZeroed: true,
    workers: 1,
    signal: never,
    clock: systemClock,
  });
  expect(await sha256(zeroed.path)).toBe(await sha256(source.path));
  if (target.kind === 'writeStream') expect(target.finished()).toBe(true);
  if (!onDirtyToo || target.kind === 'writeStream') return;
  const dirty = await fixture.image('dirty', Buffer.alloc(mapRef.capacityBytes, 0xaa));
  await restoreDisk({
    vault,
    mapRef,
    target: dirty,
    targetIsZeroed: false,
    workers: 1,
    signal: never,
    clock: systemClock,
  });
  expect(await sha256(dirty.path)).toBe(await sha256(source.path));
}

async function commit(vault: Vault, jobId: string, result: Awaited<ReturnType<typeof backupDisk>>): Promise<void> {
  const disk = sampleDisk({ map: result.mapRef, statistics: result.statistics });
  const { hash } = await vault.putManifest(sampleManifest(vault.vaultId, jobId, [disk]), never);
  await vault.putCommit('vm-1', jobId, hash, never);
}

describe.each(kinds)('backup and restore of $name', ({ read, write }) => {
  it('gives back a disk with data, zeros and repetitions, and accounts for every byte', async () => {
    await using vault = await fixture.open();
    const image = Buffer.alloc(40 * MiB);
    sampleBytes(8 * MiB, 1).copy(image, 3 * MiB);
    sampleBytes(8 * MiB, 1).copy(image, 20 * MiB);
    sampleBytes(300 * KiB, 2).copy(image, 33 * MiB + 5);
    const source = await fixture.image('source', image);
    const reports: MoveProgress[] = [];
    const result = await backupDisk({
      vault,
      source: read(source),
      workers: 2,
      spoolDirectory: join(fixture.directory, 'spool'),
      signal: never,
      clock: systemClock,
      ids: systemIds,
      onProgress: (progress) => reports.push(progress),
    });
    expect(result.statistics).toMatchObject({
      bytesTotal: 40 * MiB,
      bytesRead: 40 * MiB,
      bytesZero: 23 * MiB,
      bytesUnchanged: 0,
      bytesDeduplicated: 8 * MiB,
      bytesNew: 9 * MiB,
    });
    expect(result.statistics.bytesStored).toBeLessThan(7 * MiB);
    expect(reports.at(-1)).toMatchObject({ bytesDone: 40 * MiB, bytesTotal: 40 * MiB });
    await expectRestores(vault, result.mapRef, source, write, true);
    expect(await readdir(join(fixture.directory, 'spool'))).toEqual([]);
  });

  it.each([0, 1, 256 * KiB + 512, MiB - 1, 17 * MiB + 300 * KiB + 4096])(
    'handles a disk of %i bytes',
    async (capacity) => {
      await using vault = await fixture.open();
      const source = await fixture.image('source', sampleBytes(capacity, capacity));
      const { mapRef } = await backup(vault, read(source));
      await expectRestores(vault, mapRef, source, write, capacity % 4096 !== 0);
    },
  );

  it('stores an empty disk as nothing at all', async () => {
    await using vault = await fixture.open();
    const source = await fixture.emptyImage('source', 60 * MiB);
    const { mapRef, statistics } = await backup(vault, read(source));
    await expectRestores(vault, mapRef, source, write);
    expect(mapRef).toEqual({ root: null, capacityBytes: 60 * MiB });
    expect(statistics.bytesStored).toBe(0);
    expect(await Array.fromAsync(fixture.store.list({ prefix: '' }, never))).toEqual([]);
  });

  it('maps disks of more than one leaf page', async () => {
    await using vault = await fixture.open();
    const source = await fixture.emptyImage('source', 258 * MiB);
    const bytes = sampleBytes(2 * MiB, 5);
    await patch(source.path, 255 * MiB, bytes);
    await patch(source.path, 257 * MiB, bytes.subarray(0, MiB));
    const { mapRef } = await backup(vault, read(source));
    await expectRestores(vault, mapRef, source, write);
  });

  it('gives equal blocks of two disks one place, also for an agent with an empty cache', async () => {
    const bytes = sampleBytes(10 * MiB, 3);
    const one = await fixture.image('one', bytes);
    const two = await fixture.image('two', Buffer.concat([Buffer.alloc(2 * MiB), bytes, sampleBytes(MiB, 4)]));
    await using vault = await fixture.open();
    await backup(vault, read(one));
    await using other = await fixture.open('another-agent');
    const { statistics, mapRef } = await backup(other, read(two));
    expect(statistics).toMatchObject({ bytesDeduplicated: 10 * MiB, bytesNew: MiB });
    await expectRestores(other, mapRef, two, write);
  });

  it('moves nothing again when nothing changed, and only what changed otherwise', async () => {
    await using vault = await fixture.open();
    const source = await fixture.image('source', sampleBytes(5 * MiB, 3));
    const first = await backup(vault, read(source));
    const again = await backup(vault, read(source), { parentMap: first.mapRef });
    expect(again.mapRef).toEqual(first.mapRef);
    expect(again.statistics).toMatchObject({ bytesNew: 0, bytesStored: 0, bytesDeduplicated: 5 * MiB });
    await patch(source.path, 2 * MiB, Buffer.alloc(MiB));
    await patch(source.path, 4 * MiB + 70 * KiB, sampleBytes(KiB, 8));
    const third = await backup(vault, read(source), { parentMap: again.mapRef });
    expect(third.statistics).toMatchObject({ bytesNew: MiB, bytesZero: MiB, bytesDeduplicated: 3 * MiB });
    await expectRestores(vault, third.mapRef, source, write);
  });

  it('stops promptly when cancelled, and what arrived is used by the next run', async () => {
    await using vault = await fixture.open();
    const source = await fixture.image('source', sampleBytes(64 * MiB, 11));
    const cancel = new AbortController();
    const options = { vault, source: read(source), workers: 2, spoolDirectory: join(fixture.directory, 'spool') };
    const common = { ...options, clock: systemClock, ids: systemIds };
    const onStep = (step: string) => {
      if (step === 'pack-uploaded') cancel.abort(new Error('cancelled by the test'));
    };
    await expect(backupDisk({ ...common, signal: cancel.signal, onStep })).rejects.toThrow('cancelled by the test');
    const again = await backupDisk({ ...common, signal: never });
    expect(again.statistics.bytesDeduplicated).toBeGreaterThanOrEqual(20 * MiB);
    expect(again.statistics.bytesDeduplicated + again.statistics.bytesNew).toBe(64 * MiB);
    await expectRestores(vault, again.mapRef, source, write);
    await commit(vault, 'job', again);
    expect((await vault.verify({ readData: true, signal: never })).problems).toEqual([]);
  });

  it('stops a restore when cancelled', async () => {
    await using vault = await fixture.open();
    const source = await fixture.image('source', sampleBytes(40 * MiB, 12));
    const { mapRef } = await backup(vault, read(source));
    const target = write(await fixture.emptyImage('target', source.capacityBytes));
    const options = { vault, mapRef, target, targetIsZeroed: true, workers: 2, clock: systemClock };
    await expect(restoreDisk({ ...options, signal: AbortSignal.timeout(30) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  it('finds damaged data on restore', async () => {
    await using vault = await fixture.open();
    const source = await fixture.image('source', sampleBytes(2 * MiB, 13));
    const { mapRef } = await backup(vault, read(source));
    const packs = await Array.fromAsync(fixture.store.list({ prefix: 'packs/' }, never));
    const largest = packs.toSorted((a, b) => b.size - a.size)[0];
    const path = join(fixture.storeDirectory, largest?.key ?? '');
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000);
    await writeFile(path, bytes);
    const target = write(await fixture.emptyImage('target', source.capacityBytes));
    await expect(
      restoreDisk({ vault, mapRef, target, targetIsZeroed: true, workers: 2, signal: never, clock: systemClock }),
    ).rejects.toMatchObject({ code: 'VAULT_CORRUPT' });
    if (target.kind === 'writeStream') expect(target.finished()).toBe(false);
  });
});

describe('increments', () => {
  it('leave the leaf pages alone in which nothing changed', async () => {
    await using vault = await fixture.open();
    const source = await fixture.emptyImage('source', 258 * MiB);
    await patch(source.path, 257 * MiB, sampleBytes(MiB, 5));
    const first = await backup(vault, source);
    await patch(source.path, 100 * MiB, sampleBytes(70 * KiB, 6));
    const areas = [{ start: 100 * MiB, length: 128 * KiB }];
    const second = await backup(vault, source, { parentMap: first.mapRef, changedAreas: areas });
    expect(second.statistics).toMatchObject({ bytesRead: MiB, bytesUnchanged: 257 * MiB });
    await expectRestores(vault, second.mapRef, source);
  });

  it('store isolated changes in pieces of 256 KiB', async () => {
    await using vault = await fixture.open();
    const source = await fixture.image('source', sampleBytes(8 * MiB, 1));
    const first = await backup(vault, source);
    await patch(source.path, 3 * MiB + 300 * KiB, sampleBytes(4 * KiB, 2));
    const changedAreas = [{ start: 3 * MiB + 256 * KiB, length: 64 * KiB }];
    const second = await backup(vault, source, { changedAreas, parentMap: first.mapRef });
    expect(second.statistics).toMatchObject({ bytesRead: MiB, bytesNew: 256 * KiB, bytesDeduplicated: 768 * KiB });
    await expectRestores(vault, second.mapRef, source);
    const third = await backup(vault, source, { changedAreas, parentMap: second.mapRef });
    expect(third.mapRef).toEqual(second.mapRef);
    expect(third.statistics.bytesStored).toBe(0);
  });

  it('equal a full backup for any changes (seeded)', async () => {
    await using vault = await fixture.open();
    const random = seededRandom(20260101);
    const capacity = 11 * MiB + 260 * KiB + 512;
    const image = sampleBytes(capacity, 9);
    image.fill(0, 6 * MiB, 8 * MiB);
    let source = await fixture.image('source', image);
    let parent = (await backup(vault, source)).mapRef;
    for (let round = 0; round < 5; round++) {
      const changedAreas: Extent[] = [];
      for (let at = random(2 * MiB); at < capacity; at += 64 * KiB + random(4 * MiB)) {
        const length = Math.min(1 + random(round % 3 === 0 ? 900 * KiB : 70 * KiB), capacity - at);
        if (random(4) === 0) image.fill(0, at, at + length);
        else if (random(5) > 0) sampleBytes(length, random(1000)).copy(image, at);
        changedAreas.push({ start: at, length });
        at += length;
      }
      source = await fixture.image('source', image);
      const result = await backup(vault, source, { changedAreas, parentMap: parent });
      parent = result.mapRef;
      await expectRestores(vault, parent, source);
    }
    await using fresh = await fixture.open('fresh');
    const full = await backup(fresh, source);
    await commit(vault, 'job', { mapRef: parent, statistics: full.statistics });
    expect((await vault.verify({ readData: true, signal: never })).problems).toEqual([]);
  });

  it('refuse a parent of another size, and areas out of order', async () => {
    await using vault = await fixture.open();
    const source = await fixture.image('source', sampleBytes(2 * MiB, 1));
    const { mapRef } = await backup(vault, source);
    const larger = await fixture.image('larger', sampleBytes(3 * MiB, 1));
    const changedAreas = [{ start: 0, length: MiB }];
    await expect(backup(vault, larger, { changedAreas, parentMap: mapRef })).rejects.toMatchObject({
      code: 'PARENT_MAP_MISMATCH',
    });
    await expect(backup(vault, source, { changedAreas })).rejects.toMatchObject({ code: 'PARENT_MAP_MISMATCH' });
    const unordered = [
      { start: MiB, length: 10 },
      { start: 0, length: 10 },
    ];
    await expect(backup(vault, source, { changedAreas: unordered, parentMap: mapRef })).rejects.toMatchObject({
      code: 'CHANGED_AREAS_INVALID',
    });
  });
});

describe('trouble', () => {
  it('names the disk that cannot be read, and one that is shorter than it should be', async () => {
    await using vault = await fixture.open();
    const missing: DeviceAccess = { kind: 'device', path: join(fixture.directory, 'missing'), capacityBytes: MiB };
    await expect(backup(vault, missing)).rejects.toMatchObject({ code: 'DISK_IO_FAILED', retryable: true });
    const short = await fixture.image('short', sampleBytes(MiB, 1));
    await expect(backup(vault, { ...short, capacityBytes: 3 * MiB })).rejects.toMatchObject({ code: 'DISK_IO_FAILED' });
  });

  it('refuses a target that is too small', async () => {
    await using vault = await fixture.open();
    const source = await fixture.image('source', sampleBytes(2 * MiB, 1));
    const { mapRef } = await backup(vault, source);
    const target = await fixture.emptyImage('target', MiB);
    await expect(
      restoreDisk({ vault, mapRef, target, targetIsZeroed: true, workers: 1, signal: never, clock: systemClock }),
    ).rejects.toMatchObject({ code: 'TARGET_TOO_SMALL' });
  });

  it('reports why the vault took nothing more, and goes on from there when it does again', async () => {
    await using vault = await fixture.open();
    const source = await fixture.image('source', sampleBytes(4 * MiB, 14));
    const full = new DriverError({ kind: 'needsPerson', code: 'NO_SPACE', message: 'Full.', remedy: 'Free space.' });
    const broken: Vault = {
      ...vault,
      vaultId: vault.vaultId,
      store: {
        put: (key, body, signal) => vault.store.put(key, body, signal),
        putFile: () => Promise.reject(full),
        putIfAbsent: (key, body, signal) => vault.store.putIfAbsent(key, body, signal),
        get: (key, range, signal) => vault.store.get(key, range, signal),
        head: (key, signal) => vault.store.head(key, signal),
        list: (options, signal) => vault.store.list(options, signal),
        delete: (keys, signal) => vault.store.delete(keys, signal),
        [Symbol.asyncDispose]: async () => undefined,
      },
    };
    await expect(backup(broken, source)).rejects.toBe(full);
    const again = await backup(vault, source);
    expect(again.statistics).toMatchObject({ bytesDeduplicated: 4 * MiB, bytesNew: 0 });
    await expectRestores(vault, again.mapRef, source);
  });
});

async function patch(path: string, offset: number, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.write(bytes, 0, bytes.length, offset);
  await handle.close();
}
