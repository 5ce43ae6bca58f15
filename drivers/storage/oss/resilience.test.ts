import { createCipheriv } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../base/clock.ts';
import { FaultPlan } from '../../../base/fault-plan.ts';
import { openedStore } from './testing/opened-store.ts';
import { rawServer } from './testing/raw-server.ts';

const signal = new AbortController().signal;
const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(1 << 20));

/** This machine's clock, wrong by so many milliseconds. */
const wrongClock = (ms: number): Clock => ({
  now: () => systemClock.now() + ms,
  monotonic: () => systemClock.monotonic(),
  sleep: (duration, inner) => systemClock.sleep(duration, inner),
});

describe('with a clock that is wrong', () => {
  it.each([
    ['ahead', 3_600_000],
    ['behind', -3_600_000],
  ])('an hour %s, everything works', async (_direction, ms) => {
    await using opened = await openedStore({ clock: wrongClock(ms) });
    const { store, server, driver, target, location } = opened;
    await driver.provision(target, location, signal);
    await store.put('a', Buffer.from('a'), signal);
    await store.putFile('b', await opened.file(noise), signal);
    expect(Buffer.compare(await store.get('b', undefined, signal), noise)).toBe(0);
    // Refused once by each of the three that were opened: to look at the bucket, to try it, and this one.
    const skewed = server.log.recent().filter(({ code }) => code === 'RequestTimeTooSkewed');
    expect(skewed).toHaveLength(3);
    expect(opened.asked()).toBeLessThanOrEqual(2);
  });

  it('follows the server’s when that is put right', async () => {
    await using opened = await openedStore();
    await opened.store.put('a', Buffer.from('a'), signal);
    opened.server.time.offsetMs = -7_200_000;
    await opened.store.put('b', Buffer.from('b'), signal);
    expect(opened.requests('PutObject').map(({ code }) => code)).toEqual([
      undefined,
      'RequestTimeTooSkewed',
      undefined,
    ]);
  });
});

describe('credentials that end', () => {
  it('in the middle of an upload are replaced, and the upload goes on', async () => {
    await using opened = await openedStore({
      limits: { partsAtOnce: 1 },
      // The second part takes long enough for the session to be ended meanwhile.
      faults: new FaultPlan([{ operation: 'oss.UploadPart', after: 1, times: 1, effect: { kind: 'delay', ms: 100 } }]),
    });
    const { store, server } = opened;
    const upload = store.putFile('pack', await opened.file(noise), signal);
    while (opened.requests('UploadPart').length < 1) await new Promise(setImmediate);
    server.expireTokens();
    await upload;
    expect(opened.asked()).toBe(2);
    expect(opened.requests('InitiateMultipartUpload')).toHaveLength(1);
    expect(opened.requests('UploadPart').some(({ code }) => code === 'SecurityTokenExpired')).toBe(true);
    expect(Buffer.compare(await store.get('pack', undefined, signal), noise)).toBe(0);
  });

  it('are asked for once by all who found out', async () => {
    await using opened = await openedStore();
    await opened.store.put('a', Buffer.from('a'), signal);
    opened.server.expireTokens();
    await Promise.all(Array.from({ length: 8 }, (_, index) => opened.store.put(`b${index}`, Buffer.from('b'), signal)));
    expect(opened.asked()).toBe(2);
  });

  it('and come back the same are CREDENTIALS_EXPIRED', async () => {
    let first: Parameters<NonNullable<Parameters<typeof openedStore>[0]>['credentials'] & object>[0] | undefined;
    await using opened = await openedStore({
      credentials: (issued) => {
        first ??= issued;
        return first;
      },
    });
    await opened.store.put('a', Buffer.from('a'), signal);
    opened.server.expireTokens();
    await expect(opened.store.put('b', Buffer.from('b'), signal)).rejects.toMatchObject({
      code: 'CREDENTIALS_EXPIRED',
      kind: 'needsPerson',
    });
    expect(opened.asked()).toBe(2);
  });

  it('are fetched again before they end', async () => {
    await using opened = await openedStore({
      credentials: (issued) => ({ ...issued, expiresAt: new Date(systemClock.now() + 400).toISOString() }),
    });
    for (const until = systemClock.now() + 10_000; opened.asked() < 3 && systemClock.now() < until; ) {
      await opened.store.put('a', Buffer.from('a'), signal);
      await systemClock.sleep(20);
    }
    expect(opened.asked()).toBe(3);
    expect(opened.requests('PutObject').every(({ status }) => status === 200)).toBe(true);
  });
});

describe('an upload in parts', () => {
  it('repeats a part that failed, and not the file', async () => {
    await using opened = await openedStore({
      retrying: true,
      faults: new FaultPlan([
        { operation: 'oss.UploadPart', after: 2, times: 3, effect: { kind: 'error', code: '503 ServiceUnavailable' } },
        { operation: 'oss.CompleteMultipartUpload', times: 1, effect: { kind: 'close' } },
      ]),
    });
    await opened.store.putFile('pack', await opened.file(noise), signal);
    expect(opened.requests('InitiateMultipartUpload')).toHaveLength(1);
    expect(opened.requests('UploadPart')).toHaveLength(4 + 3);
    expect(Buffer.compare(await opened.store.get('pack', undefined, signal), noise)).toBe(0);
  });

  it('is done when only the answer to its end was lost', async () => {
    await using opened = await openedStore({
      retrying: true,
      faults: new FaultPlan([
        { operation: 'oss.CompleteMultipartUpload', times: 1, effect: { kind: 'close', afterwards: true } },
      ]),
    });
    await opened.store.putFile('pack', await opened.file(noise), signal);
    expect(opened.requests('InitiateMultipartUpload')).toHaveLength(1);
    expect(opened.requests('CompleteMultipartUpload').map(({ code }) => code)).toEqual([undefined, 'NoSuchUpload']);
  });

  it('begins again when the object storage forgot it', async () => {
    await using opened = await openedStore({
      retrying: true,
      faults: new FaultPlan([
        { operation: 'oss.UploadPart', times: 1, effect: { kind: 'error', code: 'NoSuchUpload' } },
      ]),
    });
    await opened.store.putFile('pack', await opened.file(noise), signal);
    expect(Buffer.compare(await opened.store.get('pack', undefined, signal), noise)).toBe(0);
  });

  it('leaves nothing in the bucket when it fails', async () => {
    await using opened = await openedStore({
      faults: new FaultPlan([
        { operation: 'oss.UploadPart', after: 1, times: 1, effect: { kind: 'error', code: 'AccessDenied' } },
      ]),
    });
    const store = opened.open();
    await expect(store.putFile('pack', await opened.file(noise), signal)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    });
    await store[Symbol.asyncDispose]();
    expect(opened.requests('AbortMultipartUpload').map(({ status }) => status)).toEqual([204]);
    expect(await opened.store.head('pack', signal)).toBeUndefined();
  });

  it('ends at once when cancelled, and leaves nothing in the bucket', async () => {
    await using opened = await openedStore({
      limits: { idleMs: 60_000 },
      faults: new FaultPlan([{ operation: 'oss.UploadPart', after: 1, effect: { kind: 'stall' } }]),
    });
    const store = opened.open();
    const cancelled = new AbortController();
    const upload = store.putFile('pack', await opened.file(noise), cancelled.signal);
    upload.catch(() => undefined);
    while (opened.requests('UploadPart').length < 1) await new Promise(setImmediate);
    cancelled.abort(new Error('stopped by the test'));
    await expect(upload).rejects.toThrow('stopped by the test');
    // Another request of the same store is none of its business.
    await store.put('other', Buffer.from('x'), signal);
    await store[Symbol.asyncDispose]();
    expect(opened.requests('AbortMultipartUpload').map(({ status }) => status)).toEqual([204]);
  });
});

describe('bytes damaged on the way', () => {
  /** The vault seen through a network that turns the word `intact` into `broken`, in the first `times` connections. */
  async function throughBadNetwork(times: number, retrying: boolean) {
    const opened = await openedStore({ retrying });
    const { httpPort = '0' } = opened.location.settings;
    const relay = await rawServer((socket, ordinal) => {
      const upstream = connect(Number(httpPort), '127.0.0.1');
      const damage = (data: Buffer) =>
        ordinal < times ? Buffer.from(data.toString('latin1').replaceAll('intact', 'broken'), 'latin1') : data;
      socket.on('data', (data) => upstream.write(damage(data)));
      upstream.on('data', (data) => socket.write(damage(data)));
      socket.on('close', () => upstream.destroy());
      upstream.on('error', () => undefined).on('close', () => socket.destroy());
    });
    const location = { ...opened.location, settings: { ...opened.location.settings, httpPort: String(relay.port) } };
    const store = opened.driver.open({
      location,
      endpoint: opened.endpoint,
      credentials: (inner) => opened.driver.issueCredentials(opened.target, location, 'write', inner),
    });
    const stack = new AsyncDisposableStack();
    stack.use(opened);
    stack.use(relay);
    stack.use(store);
    return { opened, store, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }

  it('are noticed in a put, a part and a get', async () => {
    await using through = await throughBadNetwork(Number.POSITIVE_INFINITY, false);
    const { store, opened } = through;
    const damaged = { code: 'CORRUPT', kind: 'transient' };
    await expect(store.put('a', Buffer.from('intact'), signal)).rejects.toMatchObject(damaged);
    await expect(store.putFile('b', await opened.file(Buffer.from('intact')), signal)).rejects.toMatchObject(damaged);
    const large = Buffer.concat([noise, Buffer.from('intact')]);
    await expect(store.putFile('c', await opened.file(large), signal)).rejects.toMatchObject(damaged);
    // And nobody ever sees them under that name.
    for (const key of ['a', 'b', 'c']) expect(await opened.store.head(key, signal), key).toBeUndefined();
    await opened.store.put('d', Buffer.from('intact'), signal);
    await expect(store.get('d', undefined, signal)).rejects.toMatchObject(damaged);
  });

  it('never become the object that putIfAbsent created', async () => {
    await using through = await throughBadNetwork(Number.POSITIVE_INFINITY, false);
    await expect(through.store.putIfAbsent('a', Buffer.from('intact'), signal)).rejects.toMatchObject({
      code: 'CORRUPT',
    });
    expect(await through.opened.store.head('a', signal)).toBeUndefined();
  });

  it('are sent and fetched again', async () => {
    await using through = await throughBadNetwork(1, true);
    const { store, opened } = through;
    // The network stays bad for as long as its first connection lives; a cut one is not the first.
    opened.server.faults.add({ operation: 'oss.PutObject', after: 1, times: 1, effect: { kind: 'close' } });
    await store.put('a', Buffer.from('intact'), signal);
    expect(Buffer.from(await store.get('a', undefined, signal)).toString()).toBe('intact');
    expect(opened.requests('PutObject').length).toBeGreaterThan(1);
  });
});
