import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningObjectServer } from './object-server.ts';
import { startObjectServer } from './start.ts';
import { aliOss } from './testing/ali-oss.ts';

let directory: string;
let server: RunningObjectServer;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'durable-'));
  server = await startObjectServer({ directory, minPartSize: 1 });
});
afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

const bucketFiles = async (folder: string) => {
  const entries = await readdir(join(directory, 'buckets', server.facts.bucket, folder), {
    recursive: true,
    withFileTypes: true,
  });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};

describe('a restart', () => {
  it('finds objects, uploads, the certificate and its port again, and clears away what nobody refers to', async () => {
    const client = aliOss(server);
    await client.put('kept', Buffer.from('content'), { headers: { 'Content-Type': 'text/plain; x="y"' } });
    const before = (await client.head('kept')).res.headers;
    const { uploadId } = await client.initMultipartUpload('later');
    const first = await client.uploadPart('later', uploadId, 1, Buffer.from('one'), 0, 3);
    const [content = ''] = await bucketFiles('content');
    await writeFile(join(content, '..', 'stray'), 'left by a crash');
    await writeFile(join(directory, 'buckets', server.facts.bucket, 'incoming', 'half'), 'ha');

    await server.close();
    const { facts } = server;
    const http = Number(new URL(facts.httpEndpoint).port);
    server = await startObjectServer({ directory, minPartSize: 1, ports: { http } });
    expect(server.facts).toMatchObject({ httpEndpoint: facts.httpEndpoint, caPem: facts.caPem });
    expect(server.facts.accessKeySecret).not.toBe(facts.accessKeySecret);

    const after = aliOss(server);
    expect((await after.get('kept')).content.toString()).toBe('content');
    const { date: _, 'x-oss-request-id': __, ...same } = before as Record<string, string>;
    expect((await after.head('kept')).res.headers).toMatchObject(same);
    expect([...(await bucketFiles('content')), ...(await bucketFiles('incoming'))]).toHaveLength(2);
    await after.completeMultipartUpload('later', uploadId, [{ number: 1, etag: first.etag }], {});
    expect((await after.get('later')).content.toString()).toBe('one');
  });
});

describe('the directory', () => {
  it('holds the bytes of what is there and nothing of what was replaced, deleted or refused', async () => {
    const client = aliOss(server);
    await client.put('x', Buffer.from('1'));
    await client.put('x', Buffer.from('22'));
    await client.put('y', Buffer.from('3'));
    await client.delete('y');
    await client.put('x', Buffer.from('4'), { headers: { 'x-oss-forbid-overwrite': 'true' } }).catch(() => undefined);
    await client
      .put('x', Buffer.from('5'), { headers: { 'Content-MD5': 'AAAAAAAAAAAAAAAAAAAAAA==' } })
      .catch(() => undefined);
    const files = await bucketFiles('content');
    expect(await Promise.all(files.map((file) => readFile(file, 'utf8')))).toEqual(['22']);
    expect(await bucketFiles('objects')).toHaveLength(1);
    expect(await bucketFiles('incoming')).toEqual([]);
  });

  it('is never left by a name, whatever it looks like', async () => {
    const client = aliOss(server);
    for (const key of ['c:\\windows', 'nul\u0001', 'a//b', 'x'.repeat(1023)]) await client.put(key, Buffer.from(key));
    expect((await client.get('a//b')).content.toString()).toBe('a//b');
    await expect(client.put('x'.repeat(1024), Buffer.from('x'))).rejects.toMatchObject({ code: 'InvalidObjectName' });
    const response = await fetch(`${server.facts.httpEndpoint}/..%2f..%2fetc/passwd`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('InvalidBucketName');
  });
});

describe('a body', () => {
  it('may come in chunks without a length, and a refused one leaves the connection usable', async () => {
    const client = aliOss(server);
    await client.putStream('stream', Readable.from([Buffer.alloc(70_000, 1), Buffer.alloc(70_000, 2)]));
    expect((await client.get('stream')).content.length).toBe(140_000);
    const stranger = aliOss(server, { accessKeySecret: 'wrong' });
    await expect(stranger.put('big', Buffer.alloc(8 * 2 ** 20))).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
    await expect(client.putBucket('INVALID')).rejects.toThrow();
  });

  it('keeps the version a reader began with', async () => {
    const client = aliOss(server);
    const large = Buffer.alloc(8 * 2 ** 20, 7);
    await client.put('read', large);
    const { stream } = await client.getStream('read');
    await client.put('read', Buffer.from('another'));
    await client.delete('read');
    let bytes = 0;
    for await (const chunk of stream) bytes += chunk.length;
    expect(bytes).toBe(large.length);
  });
});
