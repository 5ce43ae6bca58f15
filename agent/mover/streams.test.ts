import { createCipheriv } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { DriverError } from '../../base/errors.ts';
import { systemIds } from '../../base/ids.ts';
import type { DiskArea, ReadStream } from '../../drivers/transport/contract.ts';
import type { Vault } from '../../repository/vault.ts';
import { fileReadStream, fileWriteStream } from '../../tests/support/file-streams.ts';
import { sampleBytes, sha256, type VaultFixture, vaultFixture } from '../../tests/vault-fixture.ts';
import { backupDisk } from './backup-disk.ts';
import { restoreDisk } from './restore-disk.ts';

const MiB = 1 << 20;
const KiB = 1 << 10;
const never = new AbortController().signal;

vi.setConfig({ testTimeout: 60_000 });

let fixture: VaultFixture;
let vault: Vault;
beforeEach(async () => {
  fixture = await vaultFixture();
  vault = await fixture.open();
});
afterEach(async () => {
  await vault[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

const common = { workers: 1, signal: never, clock: systemClock, ids: systemIds };

function backup(source: ReadStream) {
  return backupDisk({ vault, source, spoolDirectory: join(fixture.directory, 'spool'), ...common });
}

/** `ended` is called when the stream was let go of. */
function streamOf(areas: readonly (DiskArea | Error)[], capacityBytes = 4 * MiB, ended = () => undefined): ReadStream {
  return {
    kind: 'readStream',
    capacityBytes,
    async *areas() {
      try {
        for (const area of areas) {
          if (area instanceof Error) throw area;
          yield area;
        }
      } finally {
        ended();
      }
    },
  };
}

const area = (start: number, length: number): DiskArea => ({
  start,
  data: sampleBytes(length + 4, start + 1).subarray(0, length),
});

it('puts areas of any size together, wherever they begin and end', async () => {
  const image = Buffer.alloc(5 * MiB + 512);
  const areas = [
    area(1, 3),
    area(700 * KiB, 600 * KiB),
    area(1300 * KiB, 0),
    area(1300 * KiB, MiB),
    area(3 * MiB, MiB),
    area(5 * MiB + 511, 1),
  ];
  for (const { start, data } of areas) image.set(data, start);
  const source = await fixture.image('source', image);
  const { mapRef, statistics } = await backup(streamOf(areas, image.length));
  expect(statistics).toMatchObject({ bytesRead: image.length, bytesZero: MiB });
  const target = await fixture.emptyImage('target', image.length);
  await restoreDisk({ vault, mapRef, target: fileWriteStream(target), targetIsZeroed: true, ...common });
  expect(await sha256(target.path)).toBe(await sha256(source.path));
});

it.each([
  ['areas out of order', [area(MiB, KiB), area(0, KiB)]],
  ['areas that overlap', [area(0, 64 * KiB), area(63 * KiB, 64 * KiB)]],
  ['an area beyond the end', [area(4 * MiB - KiB, 2 * KiB)]],
  ['an area behind the end', [area(0, KiB), area(8 * MiB, KiB)]],
  ['an area nowhere', [{ start: Number.NaN, data: sampleBytes(KiB, 1) }]],
])('makes no point of %s', async (_name, areas) => {
  const ended = vi.fn(() => undefined);
  await expect(backup(streamOf(areas, 4 * MiB, ended))).rejects.toMatchObject({
    code: 'CORRUPT_STREAM',
    retryable: true,
  });
  expect(ended).toHaveBeenCalledOnce();
});

it('makes no point of a stream that fails, not even after its last area', async () => {
  const cut = new DriverError({ kind: 'transient', code: 'CORRUPT_STREAM', message: 'It ends early.', remedy: '.' });
  await expect(backup(streamOf([area(0, MiB), cut]))).rejects.toBe(cut);
  await expect(backup(streamOf([area(3 * MiB, MiB), cut]))).rejects.toBe(cut);
});

it('lets go of a stream that stands still when the job is cancelled', async () => {
  const cancel = new AbortController();
  const ended = vi.fn();
  const source: ReadStream = {
    kind: 'readStream',
    capacityBytes: 4 * MiB,
    async *areas(signal) {
      try {
        yield area(0, MiB);
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          setImmediate(() => cancel.abort(new Error('cancelled by the test')));
        });
      } finally {
        ended();
      }
    },
  };
  const spoolDirectory = join(fixture.directory, 'spool');
  const run = backupDisk({ vault, source, spoolDirectory, ...common, signal: cancel.signal });
  await expect(run).rejects.toThrow('cancelled by the test');
  expect(ended).toHaveBeenCalledOnce();
});

it('reads no further ahead of what is stored than its ring holds', async () => {
  const capacityBytes = 192 * MiB;
  let given = 0;
  const source: ReadStream = {
    kind: 'readStream',
    capacityBytes,
    async *areas() {
      // Incompressible: nothing fills packs sooner.
      const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
      for (; given < capacityBytes; given += MiB) yield { start: given, data: noise.update(Buffer.alloc(MiB)) };
    },
  };
  const cancel = new AbortController();
  const stalled = Promise.withResolvers<void>();
  const run = backupDisk({
    vault,
    source,
    spoolDirectory: join(fixture.directory, 'spool'),
    ...common,
    signal: cancel.signal,
    // No pack is ever uploaded, so soon nothing more can be stored.
    onStep: (step) => (step === 'pack-sealed' ? stalled.promise : undefined),
  });
  await vi.waitFor(
    async () => {
      const before = given;
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(given).toBe(before);
      expect(given).toBeGreaterThan(0);
    },
    { timeout: 30_000 },
  );
  expect(given).toBeLessThan(capacityBytes);
  cancel.abort(new Error('cancelled by the test'));
  stalled.resolve();
  await expect(run).rejects.toThrow('cancelled by the test');
});

it('tells why a write failed, and calls nothing finished', async () => {
  const source = await fixture.image('source', sampleBytes(24 * MiB, 5));
  const { mapRef } = await backup(fileReadStream(source));
  const inner = fileWriteStream(await fixture.emptyImage('target', source.capacityBytes));
  const full = new DriverError({ kind: 'transient', code: 'LEASE_LOST', message: 'Gone.', remedy: 'Try again.' });
  const target = {
    ...inner,
    write: (start: number, data: Uint8Array, signal: AbortSignal) =>
      start >= 9 * MiB ? Promise.reject(full) : inner.write(start, data, signal),
  };
  await expect(restoreDisk({ vault, mapRef, target, targetIsZeroed: true, ...common })).rejects.toBe(full);
  expect(inner.finished()).toBe(false);
});

it('writes nothing for zeros, inside blocks too', async () => {
  const image = Buffer.alloc(3 * MiB + 512);
  image.fill(1, MiB + 130 * KiB, MiB + 131 * KiB);
  image.fill(1, 3 * MiB + 511);
  const { mapRef } = await backup(fileReadStream(await fixture.image('source', image)));
  const inner = fileWriteStream(await fixture.emptyImage('target', image.length));
  const writes: [number, number][] = [];
  const target = {
    ...inner,
    write: (start: number, data: Uint8Array, signal: AbortSignal) => {
      writes.push([start, data.length]);
      return inner.write(start, data, signal);
    },
  };
  await restoreDisk({ vault, mapRef, target, targetIsZeroed: false, ...common });
  expect(writes).toEqual([
    [MiB + 128 * KiB, 64 * KiB],
    [3 * MiB, 512],
  ]);
});
