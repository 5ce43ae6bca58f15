import OSS from 'ali-oss';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Crc64 } from './crc64.ts';
import type { RunningObjectServer } from './object-server.ts';
import { aliOss, temporaryObjectServer } from './testing/ali-oss.ts';

let server: RunningObjectServer;

beforeAll(async () => {
  server = await temporaryObjectServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const signatures = [
  { name: 'V1', options: {} },
  { name: 'V4', options: { authorizationV4: true } },
  { name: 'V4 over HTTPS', options: { authorizationV4: true, secure: true } },
  { name: 'V1, path style', options: { sldEnable: true } },
  { name: 'V4, path style', options: { authorizationV4: true, sldEnable: true } },
];

describe.each(signatures)('ali-oss with $name', ({ name, options }) => {
  const key = (text: string) => `${name.replaceAll(/\W+/g, '-')}/${text}`;

  it('puts, gets, heads, lists and deletes', async () => {
    const client = aliOss(server, options);
    const body = Buffer.from('some bytes, or: ein paar Bytes');
    const crc = String(new Crc64().update(body).digest());
    const put = await client.put(key('a b+c/ü&=?#%.bin'), body, { meta: { uid: 7, pid: 8 } });
    expect(put.res.headers).toMatchObject({
      'x-oss-hash-crc64ecma': crc,
      etag: expect.stringMatching(/^"[0-9A-F]{32}"$/),
    });
    const got = await client.get(key('a b+c/ü&=?#%.bin'));
    expect(got.content).toEqual(body);
    expect(got.res.headers).toMatchObject({ 'x-oss-hash-crc64ecma': crc, 'x-oss-meta-uid': '7' });
    const part = await client.get(key('a b+c/ü&=?#%.bin'), { headers: { Range: 'bytes=5-9' } });
    expect(part.content.toString()).toBe('bytes');
    expect(part.res.status).toBe(206);
    const head = await client.head(key('a b+c/ü&=?#%.bin'));
    expect(head.res.headers).toMatchObject({ 'content-length': String(body.length), 'x-oss-object-type': 'Normal' });
    const listed = await client.listV2({ prefix: key(''), 'max-keys': '10' }, {});
    expect(listed.objects?.map((object) => object.name)).toEqual([key('a b+c/ü&=?#%.bin')]);
    await client.delete(key('a b+c/ü&=?#%.bin'));
    await expect(client.head(key('a b+c/ü&=?#%.bin'))).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' });
  });

  it('deletes many at once', async () => {
    const client = aliOss(server, options);
    for (const letter of ['x', 'y', 'z']) await client.put(key(letter), Buffer.from(letter));
    const { deleted } = await client.deleteMulti([key('x'), key('y'), key('none')]);
    expect(deleted).toHaveLength(3);
    const listed = await client.listV2({ prefix: key(''), 'max-keys': '10' }, {});
    expect(listed.objects?.map((object) => object.name)).toEqual([key('z')]);
  });
});

describe('a bucket', () => {
  it('is made, described, listed and deleted, and has an end when it is empty', async () => {
    const client = aliOss(server, { authorizationV4: true });
    const zoneRedundant: OSS.PutBucketOptions = {
      acl: 'private',
      storageClass: 'Standard',
      dataRedundancyType: 'ZRS',
      timeout: 5000,
    };
    await client.putBucket('another-bucket', zoneRedundant);
    await client.putBucket('another-bucket', zoneRedundant);
    await expect(client.putBucket('another-bucket')).rejects.toMatchObject({
      code: 'BucketAlreadyExists',
      status: 409,
    });
    const { bucket } = await client.getBucketInfo('another-bucket');
    expect(bucket).toMatchObject({ Name: 'another-bucket', Location: 'oss-cn-hangzhou', DataRedundancyType: 'ZRS' });
    expect(await client.listBuckets({}, {})).toMatchObject({
      buckets: [{ name: 'another-bucket' }, { name: server.facts.bucket }],
    });
    const inside = aliOss(server, { bucket: 'another-bucket' });
    await inside.put('x', Buffer.from('x'), { headers: { 'x-oss-storage-class': 'IA' } });
    expect((await inside.head('x')).res.headers).toMatchObject({ 'x-oss-storage-class': 'IA' });
    await expect(client.deleteBucket('another-bucket')).rejects.toMatchObject({ code: 'BucketNotEmpty' });
    await inside.delete('x');
    await client.deleteBucket('another-bucket');
    await expect(inside.get('x')).rejects.toMatchObject({ code: 'NoSuchBucket', status: 404 });
    await expect(client.getBucketInfo('another-bucket')).rejects.toMatchObject({ code: 'NoSuchBucket' });
  });
});

describe('what the sandbox does not have', () => {
  it('is refused, and never taken for something else', async () => {
    const client = aliOss(server);
    await client.put('plain', Buffer.from('plain'));
    await expect(client.putACL('plain', 'public-read')).rejects.toMatchObject({ code: 'NotImplemented', status: 501 });
    await expect(client.getACL('plain')).rejects.toMatchObject({ code: 'NotImplemented' });
    await expect(client.copy('copy', 'plain')).rejects.toMatchObject({ code: 'NotImplemented' });
    await expect(client.putBucketACL(server.facts.bucket, 'private')).rejects.toMatchObject({ code: 'NotImplemented' });
    expect((await client.get('plain')).content.toString()).toBe('plain');
  });
});

describe('x-oss-forbid-overwrite', () => {
  it('lets exactly one of several writers through', async () => {
    const client = aliOss(server);
    const headers = { 'x-oss-forbid-overwrite': 'true' };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => client.put('once', Buffer.alloc(1000 + index, index), { headers })),
    );
    const won = outcomes.findIndex((outcome) => outcome.status === 'fulfilled');
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused).toHaveLength(19);
    for (const error of refused) expect(error).toMatchObject({ status: 409, code: 'FileAlreadyExists' });
    expect((await client.get('once')).content).toEqual(Buffer.alloc(1000 + won, won));
  });
});

describe('STS', () => {
  it('gives out keys that the session policy confines', async () => {
    const { facts } = server;
    const settings = {
      accessKeyId: facts.accessKeyId,
      accessKeySecret: facts.accessKeySecret,
      endpoint: facts.stsHttpEndpoint,
    };
    const sts = new OSS.STS(settings);
    const policy = {
      Version: '1',
      Statement: [
        { Effect: 'Allow', Action: ['oss:PutObject'], Resource: [`acs:oss:*:*:${facts.bucket}/vault/*`] },
        {
          Effect: 'Allow',
          Action: ['oss:ListObjects'],
          Resource: [`acs:oss:*:*:${facts.bucket}`],
          Condition: { StringLike: { 'oss:Prefix': ['vault/*'] } },
        },
      ],
    };
    const { credentials } = await sts.assumeRole(facts.roleArn, policy, 900, 'gateway-1');
    const client = aliOss(server, {
      accessKeyId: credentials.AccessKeyId,
      accessKeySecret: credentials.AccessKeySecret,
      stsToken: credentials.SecurityToken,
      refreshSTSToken: async () => ({ accessKeyId: '', accessKeySecret: '', stsToken: '' }),
      refreshSTSTokenInterval: 1e9,
      authorizationV4: true,
    });
    await client.put('vault/1', Buffer.from('mine'));
    await expect(client.put('other/1', Buffer.from('not mine'))).rejects.toMatchObject({
      status: 403,
      code: 'AccessDenied',
    });
    await expect(client.get('vault/1')).rejects.toMatchObject({ status: 403, code: 'AccessDenied' });
    await expect(client.delete('vault/1')).rejects.toMatchObject({ status: 403, code: 'AccessDenied' });
    expect((await client.listV2({ prefix: 'vault/', 'max-keys': '5' }, {})).objects).toHaveLength(1);
    await expect(client.listV2({ prefix: 'other/', 'max-keys': '5' }, {})).rejects.toMatchObject({
      code: 'AccessDenied',
    });
    await aliOss(server).delete('vault/1');
    server.expireTokens();
    await expect(client.put('vault/1', Buffer.from('x'))).rejects.toMatchObject({ code: 'SecurityTokenExpired' });
  });
});
