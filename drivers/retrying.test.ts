import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { DriverError } from '../base/errors.ts';
import { FaultPlan } from '../base/fault-plan.ts';
import { answerLostOnce, errorOnce, errorTimes, type PlannedFault } from '../base/faults.ts';
import { systemIds } from '../base/ids.ts';
import { silentLogger } from '../base/logger.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { faultyStorage } from './faulty-storage.ts';
import { type RetryOptions, retrying } from './retrying.ts';
import { retryingStorage } from './retrying-storage.ts';
import { storageConformance } from './storage/conformance.ts';
import type { StorageDriver } from './storage/contract.ts';
import { fileStorageDriver } from './storage/file.ts';

const transient = () =>
  new DriverError({ kind: 'transient', code: 'THROTTLED', message: 'Too fast.', remedy: 'Wait.' });

/** A clock whose sleeps end at once and are remembered. */
class HurriedClock extends ManualClock {
  readonly slept: number[] = [];
  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    // What a try may take, not a pause.
    if (ms > 60_000) return super.sleep(ms, signal);
    this.slept.push(ms);
  }
}
const makeOptions = () => ({ clock: new HurriedClock(), ids: systemIds, logger: silentLogger });
const signal = new AbortController().signal;

describe('retrying', () => {
  it('goes on after transient errors, waiting longer each time', async () => {
    const options = makeOptions();
    const result = await retrying('x', options, signal, async (attempt) => {
      if (attempt < 4) throw transient();
      return attempt;
    });
    expect(result).toBe(4);
    const limits = [250, 500, 1000];
    expect(
      options.clock.slept.map((ms, index) => ms >= (limits[index] ?? 0) / 2 && ms <= (limits[index] ?? 0)),
    ).toEqual([true, true, true]);
  });

  it('gives up after the last try, and at once for what will not pass', async () => {
    const options = makeOptions();
    let calls = 0;
    const failing = (error: Error) =>
      retrying('x', { ...options, tries: 3 }, signal, async () => {
        calls += 1;
        throw error;
      });
    await expect(failing(transient())).rejects.toThrow('Too fast.');
    expect(calls).toBe(3);
    calls = 0;
    const denied = new DriverError({ kind: 'needsPerson', code: 'ACCESS_DENIED', message: 'No.', remedy: 'Ask.' });
    await expect(failing(denied)).rejects.toBe(denied);
    await expect(failing(new Error('a bug'))).rejects.toThrow('a bug');
    expect(calls).toBe(2);
  });

  it('stops waiting when aborted', async () => {
    const controller = new AbortController();
    const promise = retrying('x', { ...makeOptions(), clock: new ManualClock() }, controller.signal, async () => {
      throw transient();
    });
    controller.abort(new Error('stopped by the test'));
    await expect(promise).rejects.toThrow('stopped by the test');
  });
});

/** Two thirds of all operations fail: half of those before they are done, half after, as their answer is lost. */
const troubles: readonly PlannedFault[] = [
  { operation: 'storage.*', share: 0.2, effect: { kind: 'error', code: 'THROTTLED' } },
  { operation: 'storage.*', share: 0.2, effect: { kind: 'close' } },
  { operation: 'storage.*', share: 0.5, effect: { kind: 'close', afterwards: true } },
];

const troubled = (faults: readonly PlannedFault[], more: Partial<RetryOptions> = {}) => {
  const plan = new FaultPlan(faults);
  const options = { ...makeOptions(), ...more };
  return { plan, driver: retryingStorage(faultyStorage(fileStorageDriver, { faults: plan, ...options }), options) };
};

async function makeFixture() {
  const root = await mkdtemp(join(tmpdir(), 'retrying-storage-'));
  return {
    driver: troubled(troubles, { tries: 60 }).driver,
    settings: { root },
    location: { driver: 'file', region: 'local', bucket: root, prefix: 'vaults/one/', settings: {} },
    close: () => rm(root, { recursive: true, force: true }),
  };
}

describe('over a store that fails two times out of three', () => {
  storageConformance('file, troubled', makeFixture);
});

describe('over a store in trouble', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'retrying-storage-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const openStore = async (driver: StorageDriver) => {
    const location = { driver: 'file', region: 'local', bucket: directory, prefix: 'vaults/one/', settings: {} };
    const target = driver.parseTarget({ root: directory });
    await driver.provision(target, location, signal);
    return driver.open({
      location,
      credentials: () => driver.issueCredentials(target, location, 'write', signal),
    });
  };

  it('knows its own object again when the answer of putIfAbsent was lost', async () => {
    const { driver, plan } = troubled([answerLostOnce('storage.putIfAbsent', 'mine')]);
    await using store = await openStore(driver);
    expect(await store.putIfAbsent('mine', Buffer.from('x'), signal)).toBe('created');
    expect(plan.happened()).toHaveLength(1);
    await store.put('theirs', Buffer.from('y'), signal);
    plan.add(errorOnce('storage.putIfAbsent', 'THROTTLED', 'theirs'));
    expect(await store.putIfAbsent('theirs', Buffer.from('x'), signal)).toBe('exists');
  });

  it('asks again when nothing comes, and says TIMEOUT when nothing ever does', async () => {
    const short = { clock: systemClock, tryWithinMs: 40, firstDelayMs: 1 };
    const { driver, plan } = troubled([{ operation: 'storage.get', times: 2, effect: { kind: 'stall' } }], short);
    await using store = await openStore(driver);
    await store.put('a', Buffer.from('content'), signal);
    expect(Buffer.from(await store.get('a', undefined, signal)).toString()).toBe('content');
    expect(plan.happened()).toHaveLength(2);
    plan.add({ operation: 'storage.*', effect: { kind: 'stall' } });
    await expect(store.get('a', undefined, signal)).rejects.toMatchObject({ code: 'TIMEOUT', kind: 'transient' });
    await expect(Array.fromAsync(store.list({ prefix: '' }, signal))).rejects.toMatchObject({ code: 'TIMEOUT' });
    const enough = AbortSignal.timeout(20);
    await expect(store.head('a', enough)).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('takes too few bytes of a range for trouble and not for content', async () => {
    const { driver, plan } = troubled([{ operation: 'storage.get', times: 1, effect: { kind: 'truncate' } }]);
    await using store = await openStore(driver);
    await store.put('a', Buffer.from('content'), signal);
    expect(Buffer.from(await store.get('a', { start: 1, end: 5 }, signal)).toString()).toBe('onte');
    expect(plan.happened()).toMatchObject([{ operation: 'storage.get', subject: 'a' }]);
  });

  it('passes on what a person has to see to, at once', async () => {
    const { driver, plan } = troubled([errorTimes('storage.put', 9, 'NO_SPACE')]);
    await using store = await openStore(driver);
    await expect(store.put('a', Buffer.from('x'), signal)).rejects.toMatchObject({
      code: 'NO_SPACE',
      kind: 'needsPerson',
    });
    expect(plan.happened()).toHaveLength(1);
  });
});
