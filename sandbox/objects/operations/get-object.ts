import { requireKey } from '../addressing.ts';
import { OssError } from '../errors.ts';
import { Content } from '../store/content.ts';
import type { StoredObject } from '../store/stored-object.ts';
import { rangeOf } from './byte-range.ts';
import { type Answer, type Call, quoted } from './operation.ts';

export async function getObject(call: Call): Promise<Answer> {
  const key = requireKey(call.request.key);
  call.authorize('GetObject', { key });
  // An object can be replaced between its record being read and its files being opened.
  for (;;) {
    const object = call.bucket.require(key);
    const early = unmetCondition(call, object);
    if (early) return early;
    const { headers } = call.request;
    const range = rangeOf(headers.get('range'), object.size, headers.get('x-oss-range-behavior') === 'standard');
    const wanted = range ?? { start: 0, length: object.size };
    const source = await Content.open(call.bucket.files.directory, object.pieces, wanted);
    if (!source) continue;
    return {
      status: range ? 206 : 200,
      headers: {
        ...describe(object),
        ...overrides(call),
        ...(range && { 'Content-Range': contentRange(wanted, object) }),
      },
      content: { length: wanted.length, source },
    };
  }
}

export async function headObject(call: Call): Promise<Answer> {
  const key = requireKey(call.request.key);
  call.authorize('GetObject', { key });
  const object = call.bucket.require(key);
  return unmetCondition(call, object) ?? { status: 200, headers: describe(object), content: { length: object.size } };
}

/** Less than HeadObject tells: no user metadata. */
export async function getObjectMeta(call: Call): Promise<Answer> {
  const key = requireKey(call.request.key);
  call.authorize('GetObject', { key });
  const object = call.bucket.require(key);
  const { ETag, 'Last-Modified': modified, 'x-oss-hash-crc64ecma': crc64 } = describe(object);
  return {
    status: 200,
    headers: { ETag: ETag ?? '', 'Last-Modified': modified ?? '', 'x-oss-hash-crc64ecma': crc64 ?? '' },
    content: { length: object.size },
  };
}

function describe(object: StoredObject): Record<string, string> {
  return {
    ...object.headers,
    ETag: quoted(object.etag),
    'Last-Modified': new Date(object.modifiedAt).toUTCString(),
    'Accept-Ranges': 'bytes',
    'x-oss-object-type': object.type,
    'x-oss-hash-crc64ecma': object.crc64,
    ...(object.type === 'Normal' && { 'Content-MD5': Buffer.from(object.etag, 'hex').toString('base64') }),
  };
}

function contentRange(
  { start, length }: { readonly start: number; readonly length: number },
  object: StoredObject,
): string {
  return `bytes ${start}-${start + length - 1}/${object.size}`;
}

/** `response-content-type=…` and its like replace headers of the answer. */
function overrides(call: Call): Record<string, string> {
  const names = [
    'content-type',
    'content-language',
    'expires',
    'cache-control',
    'content-disposition',
    'content-encoding',
  ];
  const given = names.map((name) => [name, call.request.query.get(`response-${name}`)] as const);
  return Object.fromEntries(given.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/** An answer without the object, when the request's conditions say so. */
function unmetCondition(call: Call, object: StoredObject): Answer | undefined {
  const { headers } = call.request;
  const modified = Math.floor(object.modifiedAt / 1000) * 1000;
  const date = (name: string) => Date.parse(headers.get(name) ?? '');
  const tags = (name: string) =>
    headers
      .get(name)
      ?.split(',')
      .map((tag) => tag.trim().replaceAll('"', ''));
  const match = tags('if-match');
  if ((match && !match.includes(object.etag)) || modified > date('if-unmodified-since')) {
    throw new OssError('PreconditionFailed', { Condition: match ? 'If-Match' : 'If-Unmodified-Since' });
  }
  if (tags('if-none-match')?.includes(object.etag) || modified <= date('if-modified-since')) {
    return { status: 304, headers: describe(object) };
  }
  return undefined;
}
