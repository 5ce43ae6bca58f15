import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DriverError } from '../base/errors.ts';
import { systemIds } from '../base/ids.ts';
import { silentLogger } from '../base/logger.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { retrying } from './retrying.ts';
import { retryingStorage, retryingStore } from './retrying-storage.ts';
import { storageConformance } from './storage/conformance.ts';
import type { ObjectStore } from './storage/contract.ts';
import { fileStorageDriver } from './storage/file.ts';

const transient = () =>
  new DriverError({ kind: 'transient', code: 'THROTTLED', message: 'Too fast.', remedy: 'Wait.' });

/** A clock whose sleeps end at once and are remembered. */
class HurriedClock extends ManualClock {
  readonly slept: number[] = [];
  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
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

/** Each operation of the store fails once before it is done, and once after, as if the answer was lost. */
function failingStore(store: ObjectStore): ObjectStore {
  const calls = new Map<string, number>();
  const troubled = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const call = (calls.get(what) ?? 0) + 1;
    calls.set(what, call);
    if (call % 3 === 1) throw transient();
    const result = await work();
    if (call % 3 === 2) throw transient();
    return result;
  };
  return {
    put: (key, body, inner) => troubled(`put ${key}`, () => store.put(key, body, inner)),
    putFile: (key, path, inner) => troubled(`put ${key}`, () => store.putFile(key, path, inner)),
    putIfAbsent: (key, body, inner) => troubled(`absent ${key}`, () => store.putIfAbsent(key, body, inner)),
    get: (key, range, inner) => troubled(`get ${key}`, () => store.get(key, range, inner)),
    head: (key, inner) => troubled(`head ${key}`, () => store.head(key, inner)),
    delete: (keys, inner) => troubled(`delete ${keys}`, () => store.delete(keys, inner)),
    async *list(range, inner) {
      let given = 0;
      for await (const info of store.list(range, inner)) {
        if (given === 1) await troubled(`list ${range.prefix} ${range.after}`, async () => undefined);
        given += 1;
        yield info;
      }
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

async function makeFixture() {
  const root = await mkdtemp(join(tmpdir(), 'retrying-storage-'));
  return {
    driver: retryingStorage(
      { ...fileStorageDriver, open: (options) => failingStore(fileStorageDriver.open(options)) },
      { ...makeOptions(), tries: 60 },
    ),
    settings: { root },
    location: { driver: 'file', region: 'local', bucket: root, prefix: 'vaults/one/', settings: {} },
    close: () => rm(root, { recursive: true, force: true }),
  };
}

describe('over a store that loses every other answer', () => {
  storageConformance('file, troubled', makeFixture);
});

it('knows its own object again when the answer of putIfAbsent was lost', async () => {
  const fixture = await makeFixture();
  const target = fixture.driver.parseTarget(fixture.settings);
  await fixture.driver.provision(target, fixture.location, signal);
  const credentials = () => fixture.driver.issueCredentials(target, fixture.location, 'write', signal);
  await using plain = fileStorageDriver.open({ location: fixture.location, credentials });
  const store = retryingStore(failingStore(plain), { ...makeOptions(), tries: 60 });
  expect(await store.putIfAbsent('mine', Buffer.from('x'), signal)).toBe('created');
  await plain.put('theirs', Buffer.from('y'), signal);
  expect(await store.putIfAbsent('theirs', Buffer.from('x'), signal)).toBe('exists');
  await fixture.close();
});
