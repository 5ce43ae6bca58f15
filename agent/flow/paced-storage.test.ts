import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { retryingStorage } from '../../drivers/retrying-storage.ts';
import type { ObjectStore, StorageDriver } from '../../drivers/storage/contract.ts';
import { fileStorageDriver } from '../../drivers/storage/file.ts';
import { createOssStorageDriver } from '../../drivers/storage/oss/driver.ts';
import { sandboxFixture } from '../../drivers/storage/oss/testing/sandbox-target.ts';
import { openVault } from '../../repository/vault.ts';
import { sampleBytes, vaultFixture } from '../../tests/vault-fixture.ts';
import { backupDisk } from '../mover/backup-disk.ts';
import { restoreDisk } from '../mover/restore-disk.ts';
import { FlowControl } from './flow-control.ts';
import { pacedStorage, type TrafficPace } from './paced-storage.ts';

const never = new AbortController().signal;
const KiB = 1024;

/** Lets bytes go when the test says so. */
class HandPace implements TrafficPace {
  isLimited = true;
  pieceBytes = 128 * KiB;
  readonly asked: number[] = [];
  charged = 0;
  #allowed = 0;
  #waiting: (() => void)[] = [];
  #rank = 0;

  nextRank(): number {
    this.#rank += 1;
    return this.#rank;
  }

  allow(bytes: number): void {
    this.#allowed += bytes;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  take(bytes: number, _rank: number, signal: AbortSignal): Promise<void> | undefined {
    if (!this.isLimited) return undefined;
    this.asked.push(bytes);
    return this.#take(bytes, signal);
  }

  charge(bytes: number): void {
    this.charged += bytes;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  get total(): number {
    return this.asked.reduce((sum, bytes) => sum + bytes, 0);
  }

  async #take(bytes: number, signal: AbortSignal): Promise<void> {
    while (this.#allowed < bytes) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      signal.throwIfAborted();
      await promise;
    }
    this.#allowed -= bytes;
  }
}

/** A third party's driver that knows nothing of a pace. */
const unpaced = (driver: StorageDriver): StorageDriver => ({ ...driver, pacesUploads: false });
/** Of drivers and their retries; it passes only while an upload is held back. */
const clock = new ManualClock(new Date(systemClock.now()).toISOString());
const shortTries = { clock, ids: systemIds, logger: silentLogger, tries: 1, tryWithinMs: 20_000 };

interface Case {
  readonly name: string;
  /** Whether bytes of one object leave one by one. */
  readonly isEven: boolean;
  open(pace: TrafficPace): Promise<{ readonly store: ObjectStore; close(): Promise<void> }>;
}

const ofDriver = async (driver: StorageDriver, pace: TrafficPace) => {
  const root = await mkdtemp(join(tmpdir(), 'paced-'));
  const location = { driver: 'file', region: 'here', bucket: root, prefix: 'vault/', settings: {} };
  const credentials = async () => ({ access: 'maintain' as const, expiresAt: null, values: {} });
  const store = pacedStorage(retryingStorage(driver, shortTries), pace).open({ location, credentials });
  return { store, close: () => rm(root, { recursive: true }) };
};
const cases: readonly Case[] = [
  { name: 'file', isEven: true, open: (pace) => ofDriver(fileStorageDriver, pace) },
  { name: 'a driver without a pace', isEven: false, open: (pace) => ofDriver(unpaced(fileStorageDriver), pace) },
  {
    name: 'oss',
    isEven: true,
    async open(pace) {
      // One at a time: while it is held back no other waits for an answer.
      const limits = { partSize: 256 * KiB, partsAtOnce: 1, idleMs: 10_000 };
      const driver = retryingStorage(createOssStorageDriver({ clock, limits }), shortTries);
      const fixture = await sandboxFixture(driver, 'http');
      const target = driver.parseTarget(fixture.settings);
      const store = pacedStorage(driver, pace).open({
        location: fixture.location,
        endpoint: fixture.endpoint,
        credentials: (signal) => driver.issueCredentials(target, fixture.location, 'maintain', signal),
      });
      return { store, close: fixture.close };
    },
  },
];

describe.each(cases)('a paced store of $name', ({ open, isEven }) => {
  let pace: HandPace;
  let opened: Awaited<ReturnType<Case['open']>>;
  let directory: string;
  let path: string;
  const body = sampleBytes(600 * KiB, 1);
  beforeAll(async () => {
    pace = new HandPace();
    opened = await open(pace);
    directory = await mkdtemp(join(tmpdir(), 'paced-file-'));
    path = join(directory, 'file');
    await writeFile(path, body);
  });
  afterAll(async () => {
    await opened.store[Symbol.asyncDispose]();
    await opened.close();
    await rm(directory, { recursive: true });
  });

  it('holds uploads back for longer than the storage may be silent or a try may take, and then lets them go', async () => {
    const { store } = opened;
    const writes: [string, () => Promise<unknown>][] = [
      ['put', () => store.put('put', body, never)],
      ['file', () => store.putFile('file', path, never)],
      ['once', () => store.putIfAbsent('once', body, never)],
    ];
    for (const [key, write] of writes) {
      const asked = pace.total;
      let isDone = false;
      const writing = write().then(() => {
        isDone = true;
      });
      writing.catch(() => undefined);
      pace.allow(body.length / 2);
      const isHeld = () => pace.asked.length > 0 && pace.isWaiting;
      await expect.poll(isHeld, { interval: 5 }).toBe(true);
      // Longer than the idle limit and the limit of a try: neither may end it.
      for (let minute = 0; minute < 3; minute += 1) {
        await clock.advance(15_000);
        await systemClock.sleep(10);
      }
      expect(isDone).toBe(false);
      expect(await store.head(key, never)).toBeUndefined();
      // Some bytes more for what an upload in parts says besides.
      pace.allow(body.length / 2 + 4 * KiB);
      await writing;
      expect(pace.total - asked).toBeGreaterThanOrEqual(body.length);
      expect(pace.total - asked).toBeLessThan(body.length + 4 * KiB);
      pace.isLimited = false;
      expect(Buffer.compare(await store.get(key, undefined, never), body)).toBe(0);
      pace.isLimited = true;
    }
    expect(Math.max(...pace.asked)).toBeLessThanOrEqual(isEven ? 256 * KiB : pace.pieceBytes);
  });

  it('asks for a range in pieces, and pays afterwards for what has no length yet', async () => {
    const { store } = opened;
    const asked = pace.asked.length;
    pace.allow(400 * KiB);
    const range = await store.get('put', { start: 1_000, end: 1_000 + 400 * KiB }, never);
    expect(Buffer.compare(range, body.subarray(1_000, 1_000 + 400 * KiB))).toBe(0);
    expect(pace.asked.slice(asked)).toEqual([128 * KiB, 128 * KiB, 128 * KiB, 16 * KiB]);
    const whole = await store.get('put', undefined, never);
    const end = await store.get('put', { start: -10 }, never);
    expect([whole.length, end.length, pace.charged]).toEqual([body.length, 10, body.length + 10]);
  });

  it('ends at once when it is cancelled while it is held back', async () => {
    const { store } = opened;
    const stop = new AbortController();
    const reason = new Error('cancelled');
    const waiting = [
      store.put('never', body, stop.signal),
      store.putFile('never', path, stop.signal),
      store.get('put', { start: 0, end: 600 * KiB }, stop.signal),
    ].map((work) => work.catch((error: unknown) => error));
    await systemClock.sleep(20);
    stop.abort(reason);
    expect(await Promise.all(waiting)).toEqual([reason, reason, reason]);
    expect(await store.head('never', never)).toBeUndefined();
  });
});

/** Time passes only while somebody waits for a turn, so what the work itself takes counts for nothing. */
class WaitingClock extends ManualClock {
  #waiting = 0;

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    // Not the long sleep until a window ends.
    const isTurn = ms < 10_000;
    if (isTurn) this.#waiting += 1;
    try {
      await super.sleep(ms, signal);
    } finally {
      if (isTurn) this.#waiting -= 1;
    }
  }

  async passWhile(work: Promise<unknown>): Promise<number> {
    const start = this.monotonic();
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    done.catch(() => undefined);
    while (!isDone) {
      if (this.#waiting > 0) await this.advance(1);
      await new Promise(setImmediate);
    }
    await done;
    return this.monotonic() - start;
  }
}

it('makes the mover wait for both ways, all of its workers together', async () => {
  await using fixture = await vaultFixture();
  const clock = new WaitingClock('2026-01-01T12:00:00Z');
  const flow = new FlowControl({ clock, logger: silentLogger });
  const rate = 2_000_000;
  const day = { start: '00:00', end: '24:00', timeZone: 'UTC', bytesPerSecond: rate };
  const location = {
    driver: 'file',
    region: 'local',
    bucket: join(fixture.directory, 'store'),
    prefix: 'vault/',
    settings: {},
  };
  const credentials = async () => ({ access: 'write' as const, expiresAt: null, values: {} });
  const tools: { clock: Clock; ids: typeof systemIds } = { clock: systemClock, ids: systemIds };
  const openPaced = (direction: 'BACKUP' | 'RESTORE') =>
    openVault({
      ...tools,
      store: pacedStorage(fileStorageDriver, flow.pace(direction)).open({ location, credentials }),
      keys: fixture.keys,
      cacheDirectory: join(fixture.directory, 'cache'),
      logger: silentLogger,
    });
  const source = await fixture.image('disk', sampleBytes(24 << 20, 5));
  await using vault = await openPaced('BACKUP');
  flow.update([{ days: ['THURSDAY'], ...day, appliesTo: 'BACKUP' }], clock.now());
  const backup = backupDisk({
    ...tools,
    vault,
    source,
    workers: 2,
    spoolDirectory: join(fixture.directory, 'spool'),
    signal: never,
  });
  const backupMs = await clock.passWhile(backup);
  const { mapRef, statistics } = await backup;
  const seconds = (bytes: number) => (bytes * 1_000) / rate;
  // What was stored, an index and what pages say besides.
  expect(backupMs).toBeGreaterThan(seconds(statistics.bytesStored) - 510);
  expect(backupMs).toBeLessThan(seconds(statistics.bytesStored) * 1.05 + 500);

  flow.update([{ days: ['THURSDAY'], ...day, appliesTo: 'RESTORE' }], clock.now());
  await using reading = await openPaced('RESTORE');
  const target = await fixture.emptyImage('restored', mapRef.capacityBytes);
  const restore = restoreDisk({
    vault: reading,
    mapRef,
    target,
    targetIsZeroed: true,
    workers: 2,
    signal: never,
    clock: systemClock,
  });
  const restoreMs = await clock.passWhile(restore);
  const { bytesFetched } = (await restore).statistics;
  expect(restoreMs).toBeGreaterThan(seconds(bytesFetched) - 1_500);
  expect(restoreMs).toBeLessThan(seconds(bytesFetched) * 1.1 + 500);
  expect(restoreMs).toBeGreaterThan(2_000);
});

it('holds back whole objects too, such as those of an index', async () => {
  const clock = new WaitingClock('2026-01-01T12:00:00Z');
  using flow = new FlowControl({ clock, logger: silentLogger });
  const { store, close } = await ofDriver(fileStorageDriver, flow.pace('BACKUP'));
  const [count, bytes] = [8, 500_000];
  const keys = Array.from({ length: count }, (_, index) => `index/${index}`);
  for (const key of keys) await store.put(key, new Uint8Array(bytes), never);
  flow.update(
    [
      {
        days: ['THURSDAY'],
        start: '00:00',
        end: '24:00',
        timeZone: 'UTC',
        bytesPerSecond: 1_000_000,
        appliesTo: 'BACKUP',
      },
    ],
    clock.now(),
  );
  const oneByOne = async () => {
    for (const key of keys) await store.get(key, undefined, never);
  };
  // The last one's price is for whoever comes next.
  expect(await clock.passWhile(oneByOne())).toBeGreaterThanOrEqual(3_500);
  await store[Symbol.asyncDispose]();
  await close();
});
