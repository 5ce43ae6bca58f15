import { requireKey } from '../addressing.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Received, StoredObject } from '../store/stored-object.ts';
import { checkMd5, promisedMd5, requireLength } from './digests.ts';
import { type Answer, type Call, quoted } from './operation.ts';

export async function putObject(call: Call): Promise<Answer> {
  const { headers } = call.request;
  const key = requireKey(call.request.key);
  call.authorize('PutObject', { key });
  const { bucket } = call;
  requireLength(headers);
  const promised = promisedMd5(headers);
  const received = await bucket.files.receive(call.body, (md5) => checkMd5(promised, md5));
  const piece = await bucket.files.keep(received);
  let before: StoredObject | undefined;
  try {
    before = bucket.publish(
      {
        key,
        pieces: [piece],
        size: received.size,
        etag: received.md5,
        crc64: String(received.crc64),
        type: 'Normal',
        modifiedAt: call.region.time.now(),
        headers: keptHeaders(bucket, headers),
      },
      { forbidOverwrite: forbidsOverwrite(headers) },
    );
  } catch (error) {
    await bucket.files.remove([piece]);
    throw error;
  }
  await bucket.files.remove(before?.pieces ?? []);
  return { status: 200, headers: describeReceived(received) };
}

/** What OSS says about bytes it took. */
export const describeReceived = ({ md5, crc64 }: Received): Readonly<Record<string, string>> => ({
  ETag: quoted(md5),
  'x-oss-hash-crc64ecma': String(crc64),
  'Content-MD5': Buffer.from(md5, 'hex').toString('base64'),
});

export const forbidsOverwrite = (headers: ReadonlyMap<string, string>): boolean =>
  headers.get('x-oss-forbid-overwrite')?.toLowerCase() === 'true';

const kept = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires'];

/** Headers of an upload that come back with the object. */
export function keptHeaders(bucket: Bucket, headers: ReadonlyMap<string, string>): Record<string, string> {
  const own = [...headers].filter(([name]) => kept.includes(name) || name.startsWith('x-oss-meta-'));
  return {
    'x-oss-storage-class': headers.get('x-oss-storage-class') ?? bucket.settings.storageClass,
    'content-type': headers.get('content-type') ?? 'application/octet-stream',
    ...Object.fromEntries(own),
  };
}
