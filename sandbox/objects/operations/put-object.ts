import { requireKey } from '../addressing.ts';
import type { StoredObject } from '../store/stored-object.ts';
import { checkMd5, promisedMd5, requireLength } from './digests.ts';
import { type Answer, type Call, quoted } from './operation.ts';

export async function putObject(call: Call): Promise<Answer> {
  const { headers } = call.request;
  const key = requireKey(call.request.key);
  call.authorize('PutObject', { key });
  const { bucket } = call;
  requireLength(headers);
  const promised = promisedMd5(headers);
  const received = await bucket.files.receive(call.body);
  const drop = () => bucket.files.remove([received]);
  try {
    checkMd5(promised, received.md5);
    await publish(call, {
      key,
      pieces: [await bucket.files.keep(received)],
      size: received.size,
      etag: received.md5,
      crc64: String(received.crc64),
      type: 'Normal',
      modifiedAt: call.region.time.now(),
      headers: keptHeaders(headers),
    });
  } catch (error) {
    await drop();
    throw error;
  }
  return {
    status: 200,
    headers: {
      ETag: quoted(received.md5),
      'x-oss-hash-crc64ecma': String(received.crc64),
      'Content-MD5': Buffer.from(received.md5, 'hex').toString('base64'),
    },
  };
}

/** Makes an object visible and removes the bytes of the one it replaces, or its own when it may not replace any. */
export async function publish(call: Call, object: StoredObject): Promise<void> {
  const { bucket } = call;
  const forbidOverwrite = call.request.headers.get('x-oss-forbid-overwrite')?.toLowerCase() === 'true';
  let before: StoredObject | undefined;
  try {
    before = bucket.publish(object, { forbidOverwrite });
  } catch (error) {
    await bucket.files.remove(object.pieces);
    throw error;
  }
  if (before) await bucket.files.remove(before.pieces);
}

const kept = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires'];

/** Headers of an upload that come back with the object. */
export function keptHeaders(headers: ReadonlyMap<string, string>): Record<string, string> {
  const own = [...headers].filter(([name]) => kept.includes(name) || name.startsWith('x-oss-meta-'));
  return { 'content-type': headers.get('content-type') ?? 'application/octet-stream', ...Object.fromEntries(own) };
}
