import type OSS from 'ali-oss';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../base/clock.ts';
import { FaultPlan } from '../../../base/fault-plan.ts';
import { aliOss } from '../../../sandbox/objects/testing/ali-oss.ts';
import { faultyStore } from '../../faulty-storage.ts';
import { createOssStorageDriver } from './driver.ts';
import { probe } from './probe.ts';
import { openedStore } from './testing/opened-store.ts';
import { answering, rawServer } from './testing/raw-server.ts';

const signal = new AbortController().signal;

/** What a failed promise was rejected with; its message and remedy hold no secret. */
async function failureOf(promise: Promise<unknown>, ...secrets: readonly string[]) {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  for (const secret of secrets) expect(JSON.stringify([String(error), error])).not.toContain(secret);
  return error;
}

describe('what OSS refuses', () => {
  it.each([
    ['403 AccessDenied', 'ACCESS_DENIED', 'needsPerson'],
    ['403 SignatureDoesNotMatch', 'ACCESS_DENIED', 'needsPerson'],
    ['404 NoSuchBucket', 'BAD_CONFIGURATION', 'needsPerson'],
    ['404 NoSuchKey', 'NOT_FOUND', 'permanent'],
    ['503 ServiceUnavailable', 'THROTTLED', 'transient'],
    ['503 SlowDown', 'THROTTLED', 'transient'],
    ['429 QpsLimitExceeded', 'THROTTLED', 'transient'],
    ['500 InternalError', 'UNREACHABLE', 'transient'],
    ['502 Whatever', 'UNREACHABLE', 'transient'],
    ['400 RequestTimeout', 'TIMEOUT', 'transient'],
    ['400 BadDigest', 'CORRUPT', 'transient'],
    ['403 UserDisable', 'NO_SPACE', 'needsPerson'],
    ['400 InvalidPart', 'UNREACHABLE', 'transient'],
    ['403 InvalidObjectState', 'ACCESS_DENIED', 'needsPerson'],
    ['409 FileImmutable', 'ACCESS_DENIED', 'needsPerson'],
    ['400 Whatever', 'BAD_CONFIGURATION', 'permanent'],
  ])('%s is %s (%s)', async (code, driverCode, kind) => {
    const faults = new FaultPlan([
      { operation: 'oss.*', effect: { kind: 'error', code, message: 'Look here: hunter2' } },
    ]);
    await using opened = await openedStore({ faults });
    for (const operation of [
      () => opened.store.get('a', undefined, signal),
      () => opened.store.put('a', Buffer.from('a'), signal),
      ...(driverCode === 'NOT_FOUND' ? [] : [() => opened.store.head('a', signal)]),
    ])
      expect(await failureOf(operation(), 'hunter2')).toMatchObject({ name: 'DriverError', code: driverCode, kind });
  });

  it('names the request, for whoever asks the support', async () => {
    await using opened = await openedStore();
    const error = await failureOf(opened.store.get('missing', undefined, signal));
    expect(String(error)).toMatch(/The object missing .*\(404, NoSuchKey, .*request [0-9A-F]{24}\)/);
  });

  it('is a range of an object that is shorter, and is not asked for again', async () => {
    await using opened = await openedStore({ retrying: true });
    await opened.store.put('short', Buffer.alloc(10), signal);
    const ranges = [{ start: 5, end: 11 }, { start: -11 }, { start: 20, end: 30 }, { start: 11, end: 11 }];
    for (const range of ranges)
      expect(await failureOf(opened.store.get('short', range, signal))).toMatchObject({
        code: 'SHORT_BODY',
        kind: 'permanent',
      });
    expect(opened.requests('GetObject').length + opened.requests('HeadObject').length).toBeLessThan(10);
  });

  it('is another vault’s prefix, even for whoever holds credentials', async () => {
    await using opened = await openedStore();
    const elsewhere = { ...opened.location, prefix: 'vaults/two/' };
    const credentials = (inner: AbortSignal) =>
      opened.driver.issueCredentials(opened.target, opened.location, 'maintain', inner);
    await using store = opened.driver.open({ location: elsewhere, credentials, endpoint: opened.endpoint });
    for (const operation of [
      () => store.get('a', undefined, signal),
      () => store.put('a', Buffer.from('a'), signal),
      () => store.delete(['a'], signal),
      () => Array.fromAsync(store.list({ prefix: '' }, signal)),
    ])
      expect(await failureOf(operation())).toMatchObject({ code: 'ACCESS_DENIED' });
  });
});

describe('lists', () => {
  it('go on from page to page', async () => {
    await using opened = await openedStore({ limits: { listPage: 3 } });
    const keys = ['a', 'b/1', 'b/2', 'b/3', 'b/4', 'b/5', 'b/6', 'c'];
    for (const key of keys) await opened.store.put(key, Buffer.from(key), signal);
    const list = async (options: { prefix: string; after?: string }) =>
      (await Array.fromAsync(opened.store.list(options, signal))).map(({ key }) => key);
    expect(await list({ prefix: '' })).toEqual(keys);
    expect(await list({ prefix: 'b/', after: 'b/1' })).toEqual(keys.slice(2, 7));
    expect(opened.requests('ListObjectsV2')).toHaveLength(3 + 2);
  });

  it('leave out what is no object of a vault', async () => {
    await using opened = await openedStore();
    const { server, location, store } = opened;
    for (const name of ['folder/', 'with space', 'ünïcode&<x>', ''])
      await aliOss(server).put(location.prefix + name, Buffer.from('x'));
    await store.put('a', Buffer.from('a'), signal);
    expect((await Array.fromAsync(store.list({ prefix: '' }, signal))).map(({ key }) => key)).toEqual(['a']);
  });
});

describe('HTTPS', () => {
  it('is not believed without the authority', async () => {
    await using opened = await openedStore({ scheme: 'https' });
    const { ca: _left, ...settings } = opened.location.settings;
    const location = { ...opened.location, settings };
    const credentials = (inner: AbortSignal) => opened.driver.issueCredentials(opened.target, location, 'read', inner);
    await using store = opened.driver.open({ location, credentials, endpoint: opened.endpoint });
    expect(await failureOf(store.head('a', signal))).toMatchObject({
      code: 'BAD_CONFIGURATION',
      kind: 'needsPerson',
      remedy: expect.stringContaining('HOLDFAST_STORAGE_CA_FILE'),
    });
  });

  it('on a port for HTTP is told as what it is', async () => {
    await using opened = await openedStore();
    const { httpPort = '' } = opened.location.settings;
    const location = { ...opened.location, settings: { ...opened.location.settings, httpsPort: httpPort } };
    const credentials = (inner: AbortSignal) => opened.driver.issueCredentials(opened.target, location, 'read', inner);
    const endpoint = { scheme: 'https', network: 'INTERNET' } as const;
    await using store = opened.driver.open({ location, credentials, endpoint });
    expect(await failureOf(store.head('a', signal))).toMatchObject({ code: 'BAD_CONFIGURATION', kind: 'needsPerson' });
  });

  it('to nobody is UNREACHABLE', async () => {
    await using opened = await openedStore();
    for (const host of ['localhost', 'no-such-host.invalid']) {
      const settings = { ...opened.location.settings, endpointInternet: host, httpsPort: '1' };
      await using store = opened.driver.open({
        location: { ...opened.location, settings },
        credentials: (inner) => opened.driver.issueCredentials(opened.target, opened.location, 'read', inner),
        endpoint: { scheme: 'https', network: 'INTERNET' },
      });
      expect(await failureOf(store.head('a', signal))).toMatchObject({ code: 'UNREACHABLE', kind: 'transient' });
    }
  });
});

describe('credentials', () => {
  it.each([
    [{ kind: 'error', code: '400 Throttling.User' }, 'THROTTLED', 'transient'],
    [{ kind: 'error', code: '500 InternalError' }, 'UNREACHABLE', 'transient'],
    [{ kind: 'error', code: '503 ServiceUnavailable' }, 'UNREACHABLE', 'transient'],
    [{ kind: 'error', code: '403 NoPermission' }, 'ACCESS_DENIED', 'needsPerson'],
    [{ kind: 'error', code: '404 EntityNotExist.Role' }, 'BAD_CONFIGURATION', 'needsPerson'],
    [{ kind: 'error', code: '404 InvalidAccessKeyId.NotFound' }, 'ACCESS_DENIED', 'needsPerson'],
    [{ kind: 'error', code: '400 SignatureDoesNotMatch' }, 'ACCESS_DENIED', 'needsPerson'],
    [{ kind: 'stall' }, 'TIMEOUT', 'transient'],
    [{ kind: 'stall', afterBytes: 20 }, 'TIMEOUT', 'transient'],
    [{ kind: 'truncate' }, 'SHORT_BODY', 'transient'],
    [{ kind: 'close' }, 'UNREACHABLE', 'transient'],
  ] as const)('when STS does %j: %s (%s)', async (effect, code, kind) => {
    const faults = new FaultPlan([{ operation: 'sts.AssumeRole', effect }]);
    // Only what stalls may come to the end of its time, however busy the machine is.
    await using opened = await openedStore({ faults, limits: { idleMs: effect.kind === 'stall' ? 100 : 20_000 } });
    const { driver, target, location, server } = opened;
    const error = await failureOf(
      driver.issueCredentials(target, location, 'write', signal),
      server.facts.accessKeySecret,
    );
    expect(error).toMatchObject({ name: 'DriverError', code, kind });
  });

  it.each([
    ['a page', 'HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n<html>hi</html>'],
    ['other JSON', 'HTTP/1.1 200 OK\r\ncontent-length: 18\r\n\r\n{"Credentials":{}}'],
  ])('are not taken from %s', async (_what, answer) => {
    await using sts = await rawServer(answering(answer));
    await using opened = await openedStore();
    const { driver, settings, location } = opened;
    const target = driver.parseTarget({ ...settings, stsEndpoint: `http://127.0.0.1:${sts.port}` });
    expect(await failureOf(driver.issueCredentials(target, location, 'read', signal), '<html>')).toMatchObject({
      code: 'SHORT_BODY',
      kind: 'transient',
    });
  });

  it('are for the target’s own bucket only, and never its key', async () => {
    await using opened = await openedStore();
    const { driver, target, location, server } = opened;
    const elsewhere = { ...location, bucket: 'somebody-elses' };
    expect(await failureOf(driver.issueCredentials(target, elsewhere, 'read', signal))).toMatchObject({
      code: 'BAD_CONFIGURATION',
    });
    const issued = JSON.stringify(await driver.issueCredentials(target, location, 'maintain', signal));
    expect(issued).not.toContain(server.facts.accessKeyId);
    expect(issued).not.toContain(server.facts.accessKeySecret);
  });

  it('end when aborted', async () => {
    const faults = new FaultPlan([{ operation: 'sts.AssumeRole', effect: { kind: 'stall' } }]);
    await using opened = await openedStore({ faults, limits: { idleMs: 60_000 } });
    const stopped = new AbortController();
    const asking = opened.store.head('a', stopped.signal);
    asking.catch(() => undefined);
    while (faults.happened().length === 0) await new Promise(setImmediate);
    stopped.abort(new Error('stopped by the test'));
    await expect(asking).rejects.toThrow('stopped by the test');
  });
});

describe('the bucket', () => {
  const placed = async (opened: Awaited<ReturnType<typeof openedStore>>, more: Readonly<Record<string, string>>) => {
    const target = opened.driver.parseTarget({ ...opened.settings, ...more });
    const vault = { region: opened.server.facts.region, prefix: 'vaults/one/', redundancy: 'ZRS' as const };
    const location = opened.driver.locate?.(target, vault);
    if (!location) throw new Error('The driver gives no location.');
    return { target, location };
  };

  it('is made where it is missing, zone-redundant where the region has it', async () => {
    await using opened = await openedStore();
    const { target, location } = await placed(opened, { bucket: 'new-bucket-<region>' });
    await opened.driver.provision(target, location, signal);
    const { bucket } = await aliOss(opened.server).getBucketInfo('new-bucket-cn-hangzhou');
    expect(bucket).toMatchObject({ DataRedundancyType: 'ZRS' });
    await opened.driver.provision(target, location, signal);
    expect(opened.requests('PutBucket')).toHaveLength(1);
  });

  it('is what it is, and not what was wished for', async () => {
    await using opened = await openedStore();
    const { target, location } = await placed(opened, {});
    expect(await opened.driver.provision(target, location, signal)).toEqual({
      redundancy: 'LRS',
      storageClass: 'STANDARD',
    });
    const another = await placed(opened, { bucket: 'new-bucket' });
    expect(await opened.driver.provision(another.target, another.location, signal)).toEqual({
      redundancy: 'ZRS',
      storageClass: 'STANDARD',
    });
  });

  it('keeps its storage class, and may not archive what is put there', async () => {
    await using opened = await openedStore();
    const make = (name: string, storageClass: OSS.StorageType) =>
      aliOss(opened.server).putBucket(name, { acl: 'private', storageClass, dataRedundancyType: 'ZRS', timeout: 5000 });
    await make('seldom-read', 'IA');
    await make('archived', 'Archive');
    const seldom = await placed(opened, { bucket: 'seldom-read' });
    expect(await opened.driver.provision(seldom.target, seldom.location, signal)).toEqual({
      redundancy: 'ZRS',
      storageClass: 'IA',
    });
    const archived = await placed(opened, { bucket: 'archived' });
    expect(await failureOf(opened.driver.provision(archived.target, archived.location, signal))).toMatchObject({
      code: 'BAD_CONFIGURATION',
      message: expect.stringContaining('archives'),
    });
  });

  it('is one that somebody else made at the same moment', async () => {
    // Each finds it missing, one makes it, and the other is told so.
    const faults = new FaultPlan([
      { operation: 'oss.GetBucketInfo', times: 2, effect: { kind: 'error', code: '404 NoSuchBucket' } },
    ]);
    await using opened = await openedStore({ faults });
    const { target, location } = await placed(opened, {});
    expect(await opened.driver.provision(target, location, signal)).toEqual({
      redundancy: 'UNKNOWN',
      storageClass: 'UNKNOWN',
    });
    opened.server.faults.clear();
    opened.server.faults.add({
      operation: 'oss.GetBucketInfo',
      times: 1,
      effect: { kind: 'error', code: '404 NoSuchBucket' },
    });
    expect(await opened.driver.provision(target, location, signal)).toEqual({
      redundancy: 'LRS',
      storageClass: 'STANDARD',
    });
  });

  it('is refused when it lets an object be created twice, as with versioning nobody may see', async () => {
    await using opened = await openedStore();
    await using maintained = opened.open('maintain');
    const store = faultyStore(maintained, { faults: new FaultPlan(), clock: systemClock });
    const versioned = {
      ...store,
      async putIfAbsent(key: string, body: Uint8Array, inner: AbortSignal) {
        await store.put(key, body, inner);
        return 'created' as const;
      },
    };
    expect(await failureOf(probe(versioned, opened.location, signal))).toMatchObject({ code: 'BAD_CONFIGURATION' });
  });

  it('is not made against the operator’s will', async () => {
    await using opened = await openedStore();
    const { target, location } = await placed(opened, { bucket: 'new-bucket', createBucket: 'false' });
    expect(await failureOf(opened.driver.provision(target, location, signal))).toMatchObject({
      code: 'BAD_CONFIGURATION',
      kind: 'needsPerson',
      remedy: expect.stringContaining('HOLDFAST_STORAGE_CREATE_BUCKET'),
    });
    expect(opened.requests('PutBucket')).toHaveLength(0);
  });

  it.each([
    [
      'has versioning, with which putIfAbsent has no single winner',
      'HTTP/1.1 200 OK',
      '<BucketInfo><Bucket><Versioning>Enabled</Versioning></Bucket></BucketInfo>',
      'versioning',
    ],
    [
      'is in another region',
      'HTTP/1.1 403 Forbidden',
      '<Error><Code>AccessDenied</Code><Endpoint>oss-cn-beijing.aliyuncs.com</Endpoint></Error>',
      'oss-cn-beijing.aliyuncs.com',
    ],
  ])('is refused when it %s', async (_why, status, body, word) => {
    const head = `${status}\r\nx-oss-request-id: 1`;
    await using server = await rawServer(answering(`${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`));
    const driver = createOssStorageDriver();
    const target = driver.parseTarget({
      bucket: 'vaults',
      region: 'cn-hangzhou',
      accessKeyId: 'id',
      accessKeySecret: 'secret',
      roleArn: 'acs:ram::1:role/vaults',
      endpointInternet: `127.0.0.1:${server.port}`,
      addressing: 'path',
      scheme: 'http',
    });
    const location = driver.locate?.(target, { region: 'cn-hangzhou', prefix: 'vaults/one/' });
    if (!location) throw new Error('The driver gives no location.');
    const error = await failureOf(driver.provision(target, location, signal));
    expect(error).toMatchObject({ code: 'BAD_CONFIGURATION', kind: 'needsPerson' });
    expect(String(error)).toContain(word);
  });
});
