import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Crc64 } from './crc64.ts';
import type { RunningObjectServer } from './object-server.ts';
import { aliOss, temporaryObjectServer } from './testing/ali-oss.ts';

let server: RunningObjectServer;
let directory: string;

beforeAll(async () => {
  server = await temporaryObjectServer();
  directory = await mkdtemp(join(tmpdir(), 'multipart-'));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const KIB = 1024;
const allParts = { 'max-parts': 100, 'part-number-marker': 0, 'encoding-type': 'url' } as const;
const part = (fill: number, size = 100 * KIB) => Buffer.alloc(size, fill);

describe('a multipart upload', () => {
  it('of a file becomes one object, whose checksum is that of the whole', async () => {
    const content = Buffer.from(Array.from({ length: 450 * KIB }, (_, index) => (index * 31 + (index >> 9)) & 0xff));
    const file = join(directory, 'content');
    await writeFile(file, content);
    const client = aliOss(server, { authorizationV4: true });
    await client.multipartUpload('whole', file, { partSize: 100 * KIB, parallel: 3 });
    const got = await client.get('whole');
    expect(got.content.equals(content)).toBe(true);
    expect(got.res.headers).toMatchObject({
      etag: expect.stringMatching(/^"[0-9A-F]{32}-5"$/),
      'x-oss-object-type': 'Multipart',
      'x-oss-hash-crc64ecma': String(new Crc64().update(content).digest()),
    });
    const range = await client.get('whole', { headers: { Range: `bytes=${100 * KIB - 5}-${300 * KIB + 4}` } });
    expect(range.content.equals(content.subarray(100 * KIB - 5, 300 * KIB + 5))).toBe(true);
  });

  it('is listed with its parts until it is aborted, and its parts can be sent again', async () => {
    const client = aliOss(server);
    const { uploadId } = await client.initMultipartUpload('listed');
    await client.uploadPart('listed', uploadId, 2, part(2), 0, 100 * KIB);
    await client.uploadPart('listed', uploadId, 1, part(9), 0, 100 * KIB);
    const again = await client.uploadPart('listed', uploadId, 1, part(1), 0, 100 * KIB);
    const { parts } = await client.listParts('listed', uploadId, allParts, {});
    expect(parts).toMatchObject([
      { PartNumber: '1', ETag: again.etag, Size: String(100 * KIB) },
      { PartNumber: '2', Size: String(100 * KIB) },
    ]);
    const listed = await client.listUploads({ prefix: 'list' }, {});
    expect(listed.uploads).toMatchObject([{ name: 'listed', uploadId }]);
    await client.abortMultipartUpload('listed', uploadId, {});
    await expect(client.listParts('listed', uploadId, allParts, {})).rejects.toMatchObject({
      code: 'NoSuchUpload',
      status: 404,
    });
    expect((await client.listUploads({ prefix: 'list' }, {})).uploads).toEqual([]);
  });

  it('completes only with the parts as they were sent, in order, and large enough', async () => {
    const client = aliOss(server);
    const { uploadId } = await client.initMultipartUpload('strict');
    const first = await client.uploadPart('strict', uploadId, 1, part(1, 10), 0, 10);
    const second = await client.uploadPart('strict', uploadId, 2, part(2, 10), 0, 10);
    const complete = (parts: readonly [number, string][]) =>
      client.completeMultipartUpload(
        'strict',
        uploadId,
        parts.map(([number, etag]) => ({ number, etag })),
        {},
      );
    await expect(
      complete([
        [1, first.etag],
        [2, first.etag],
      ]),
    ).rejects.toMatchObject({ code: 'InvalidPart', status: 400 });
    await expect(
      complete([
        [1, first.etag],
        [3, second.etag],
      ]),
    ).rejects.toMatchObject({ code: 'InvalidPart' });
    await expect(
      complete([
        [1, first.etag],
        [2, second.etag],
      ]),
    ).rejects.toMatchObject({ code: 'EntityTooSmall' });
    await complete([[2, second.etag]]);
    expect((await client.get('strict')).content).toEqual(part(2, 10));
    await expect(complete([[2, second.etag]])).rejects.toMatchObject({ code: 'NoSuchUpload' });
  });

  it('that forbids overwriting loses to an object that came first', async () => {
    const client = aliOss(server);
    const { uploadId } = await client.initMultipartUpload('first');
    const sent = await client.uploadPart('first', uploadId, 1, part(1), 0, 100 * KIB);
    await client.put('first', Buffer.from('I was here'));
    const complete = client.completeMultipartUpload('first', uploadId, [{ number: 1, etag: sent.etag }], {
      headers: { 'x-oss-forbid-overwrite': 'true' },
    });
    await expect(complete).rejects.toMatchObject({ code: 'FileAlreadyExists', status: 409 });
    expect((await client.get('first')).content.toString()).toBe('I was here');
    await client.abortMultipartUpload('first', uploadId, {});
  });
});
