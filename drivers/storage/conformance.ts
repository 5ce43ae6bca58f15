import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDriverError } from '../../base/errors.ts';
import type { ObjectStore, StorageAccess, StorageDriver, StoreEndpoint, VaultLocation } from './contract.ts';

/** One configured place that a driver's conformance run may fill; it is not emptied by the suite. */
export interface StorageFixture {
  readonly driver: StorageDriver;
  readonly settings: Readonly<Record<string, string>>;
  /** A location nobody else uses, not yet provisioned. */
  readonly location: VaultLocation;
  /** How the suite reaches it; HTTP and INTERNET unless given. */
  readonly endpoint?: StoreEndpoint;
}

/** Declares the suite that every storage driver passes. Call it at the top level of a vitest file. */
export function storageConformance(
  name: string,
  makeFixture: () => Promise<StorageFixture & { readonly close: () => Promise<void> }>,
): void {
  describe(`storage driver ${name}`, () => {
    const signal = AbortSignal.timeout(60_000);
    let fixture: Awaited<ReturnType<typeof makeFixture>>;
    let store: ObjectStore;

    const openWith = (access: StorageAccess, location = fixture.location) => {
      const target = fixture.driver.parseTarget(fixture.settings);
      return fixture.driver.open({
        location,
        credentials: (inner) => fixture.driver.issueCredentials(target, location, access, inner),
        endpoint: fixture.endpoint ?? { scheme: 'http', network: 'INTERNET' },
      });
    };
    const keysOf = async (options: { prefix: string; after?: string }) =>
      (await Array.fromAsync(store.list(options, signal))).map((info) => info.key);

    beforeAll(async () => {
      fixture = await makeFixture();
      await fixture.driver.provision(fixture.driver.parseTarget(fixture.settings), fixture.location, signal);
      store = openWith('maintain');
    });
    afterAll(async () => {
      await store[Symbol.asyncDispose]();
      await fixture.close();
    });

    it('provisions again without harm and leaves nothing behind', async () => {
      await store.put('kept/a', Buffer.from('a'), signal);
      await fixture.driver.provision(fixture.driver.parseTarget(fixture.settings), fixture.location, signal);
      expect(await keysOf({ prefix: '' })).toEqual(['kept/a']);
    });

    it('gives back what was put, whole and by range', async () => {
      const body = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
      await store.put('get/body', body, signal);
      expect(Buffer.from(await store.get('get/body', undefined, signal))).toEqual(body);
      expect(Buffer.from(await store.get('get/body', { start: 10, end: 20 }, signal))).toEqual(body.subarray(10, 20));
      expect(Buffer.from(await store.get('get/body', { start: 990 }, signal))).toEqual(body.subarray(990));
      expect(Buffer.from(await store.get('get/body', { start: -32 }, signal))).toEqual(body.subarray(-32));
    });

    it('refuses a range beyond the end instead of giving fewer bytes', async () => {
      await store.put('get/short', Buffer.alloc(10), signal);
      await expectCode(store.get('get/short', { start: 5, end: 11 }, signal), 'SHORT_BODY');
      await expectCode(store.get('get/short', { start: -11 }, signal), 'SHORT_BODY');
    });

    it('gives an empty range where it starts within the object or at its end', async () => {
      await store.put('get/ten', Buffer.alloc(10), signal);
      for (const range of [{ start: 5, end: 5 }, { start: 10, end: 10 }, { start: 10 }])
        expect(await store.get('get/ten', range, signal)).toHaveLength(0);
      expect(await store.get('get/ten', { start: 0 }, signal)).toHaveLength(10);
      await expectCode(store.get('get/ten', { start: 11, end: 11 }, signal), 'SHORT_BODY');
      await expectCode(store.get('get/missing', { start: 5, end: 5 }, signal), 'NOT_FOUND');
    });

    it('keeps empty objects', async () => {
      await store.put('empty', new Uint8Array(0), signal);
      expect(await store.get('empty', undefined, signal)).toHaveLength(0);
      expect(await store.head('empty', signal)).toMatchObject({ key: 'empty', size: 0 });
    });

    it('replaces with put and tells size and time', async () => {
      await store.put('replaced', Buffer.from('one'), signal);
      await store.put('replaced', Buffer.from('three'), signal);
      const info = await store.head('replaced', signal);
      expect(info?.size).toBe(5);
      expect(new Date(info?.modifiedAt ?? '').toISOString()).toBe(info?.modifiedAt);
    });

    it('uploads a file, twice, and lets go of it', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'storage-conformance-'));
      const path = join(directory, 'body');
      await writeFile(path, Buffer.alloc(3 << 20, 7));
      await store.putFile('file/body', path, signal);
      await store.putFile('file/body', path, signal);
      await rm(directory, { recursive: true });
      // Not toEqual, which takes seconds for so many bytes.
      expect(Buffer.compare(await store.get('file/body', undefined, signal), Buffer.alloc(3 << 20, 7))).toBe(0);
      expect(await keysOf({ prefix: 'file/' })).toEqual(['file/body']);
    });

    it('lets exactly one of many writers create an object', async () => {
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, index) => store.putIfAbsent('once', Buffer.from([index]), signal)),
      );
      expect(results.filter((result) => result === 'created')).toHaveLength(1);
      expect((await store.get('once', undefined, signal))[0]).toBe(results.indexOf('created'));
    });

    it('says NOT_FOUND for get and undefined for head', async () => {
      await expectCode(store.get('missing/object', undefined, signal), 'NOT_FOUND');
      expect(await store.head('missing/object', signal)).toBeUndefined();
      expect(await store.head('kept', signal)).toBeUndefined();
    });

    it('lists bytewise, by prefix and after a key', async () => {
      const keys = ['list/a-b', 'list/a.c', 'list/a/1', 'list/a/B', 'list/a/b', 'list/a0', 'list/b', 'list2'];
      for (const key of [...keys].reverse()) await store.put(key, Buffer.from(key), signal);
      expect(await keysOf({ prefix: 'list' })).toEqual(keys);
      expect(await keysOf({ prefix: 'list/a/' })).toEqual(['list/a/1', 'list/a/B', 'list/a/b']);
      expect(await keysOf({ prefix: 'list/a' })).toEqual(keys.slice(0, 6));
      expect(await keysOf({ prefix: 'list', after: 'list/a/B' })).toEqual(keys.slice(4));
      expect(await keysOf({ prefix: 'list', after: 'list/a.d' })).toEqual(keys.slice(2));
      expect(await keysOf({ prefix: 'nothing/' })).toEqual([]);
    });

    it('deletes, also what is not there', async () => {
      await store.put('gone/a', Buffer.from('a'), signal);
      await store.delete(['gone/a', 'gone/never'], signal);
      expect(await store.head('gone/a', signal)).toBeUndefined();
      await store.delete([], signal);
    });

    it('deletes more than fits into one request', async () => {
      const kept = 'many/kept';
      for (const key of [kept, 'many/1000']) await store.put(key, Buffer.from(key), signal);
      await store.delete(
        Array.from({ length: 1_100 }, (_, index) => `many/${index}`),
        signal,
      );
      expect(await keysOf({ prefix: 'many/' })).toEqual([kept]);
    });

    it('keeps objects apart that are moved at the same time', async () => {
      const names = Array.from({ length: 40 }, (_, index) => `parallel/${index}`);
      await Promise.all(names.map((name) => store.put(name, Buffer.from(name.repeat(500)), signal)));
      const found = await Promise.all(names.map((name) => store.get(name, undefined, signal)));
      expect(found.map((bytes) => Buffer.from(bytes).toString())).toEqual(names.map((name) => name.repeat(500)));
    });

    it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', './a', 'a b', 'a\u0000b', 'ä', 'a~b', 'x'.repeat(513)])(
      'refuses the key %j',
      async (key) => {
        await expectCode(store.put(key, Buffer.from('x'), signal), 'BAD_CONFIGURATION');
        await expectCode(store.get(key, undefined, signal), 'BAD_CONFIGURATION');
      },
    );

    it('confines credentials to what was asked for', async () => {
      await using reader = openWith('read');
      await using writer = openWith('write');
      await expectCode(reader.put('denied', Buffer.from('x'), signal), 'ACCESS_DENIED');
      await writer.put('allowed', Buffer.from('x'), signal);
      await expectCode(writer.delete(['allowed'], signal), 'ACCESS_DENIED');
      expect(await reader.get('allowed', undefined, signal)).toHaveLength(1);
    });

    it('keeps prefixes apart', async () => {
      const other = { ...fixture.location, prefix: `${fixture.location.prefix.slice(0, -1)}-other/` };
      await fixture.driver.provision(fixture.driver.parseTarget(fixture.settings), other, signal);
      await using neighbour = openWith('maintain', other);
      await neighbour.put('mine', Buffer.from('x'), signal);
      expect(await store.head('mine', signal)).toBeUndefined();
      expect((await Array.fromAsync(neighbour.list({ prefix: '' }, signal))).map((info) => info.key)).toEqual(['mine']);
    });

    it('stops when aborted', async () => {
      const aborted = AbortSignal.abort(new Error('stopped by the test'));
      await expect(store.put('never', Buffer.from('x'), aborted)).rejects.toThrow('stopped by the test');
      await expect(store.get('kept/a', undefined, aborted)).rejects.toThrow('stopped by the test');
      await expect(store.delete(['kept/a'], aborted)).rejects.toThrow('stopped by the test');
      await expect(Array.fromAsync(store.list({ prefix: '' }, aborted))).rejects.toThrow('stopped by the test');
    });

    it('stops when aborted in the middle, and works on', async () => {
      const stopped = new AbortController();
      const puts = Array.from({ length: 10 }, (_, index) =>
        store.put(`stopped/${index}`, Buffer.alloc(1 << 20), stopped.signal),
      );
      stopped.abort(new Error('stopped by the test'));
      const outcomes = await Promise.allSettled(puts);
      // What was done before is done; the rest ended with the signal's reason.
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(String(outcome.reason)).toContain('stopped by the test');
      await store.put('stopped/after', Buffer.from('x'), signal);
      for await (const { key, size } of store.list({ prefix: 'stopped/' }, signal))
        expect(size, key).toBe(key === 'stopped/after' ? 1 : 1 << 20);
    });

    it('refuses settings it does not know', () => {
      expect(() => fixture.driver.parseTarget({ ...fixture.settings, 'no-such-setting': 'x' })).toThrow(
        'no-such-setting',
      );
    });
  });
}

async function expectCode(promise: Promise<unknown>, code: string): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(isDriverError(error) ? error.code : error).toBe(code);
}
