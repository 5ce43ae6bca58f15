import type { XmlValue } from '../../xml.ts';
import { OssError } from '../errors.ts';
import { encode } from '../query.ts';
import type { Bucket } from '../store/bucket.ts';
import { type Answer, type Call, quoted, xmlAnswer } from './operation.ts';

interface Page {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  /** The last key or common prefix of a page that is not the last one. */
  readonly next: string | undefined;
}

/** `list-type=2`. */
export async function listObjectsV2(call: Call): Promise<Answer> {
  const { query } = call.request;
  const [token, startAfter] = [query.get('continuation-token'), query.get('start-after') ?? ''];
  const after = token ? readToken(token) : startAfter;
  return list(call, after, (page, text) => ({
    StartAfter: startAfter === '' ? undefined : text(startAfter),
    ContinuationToken: token ? token : undefined,
    NextContinuationToken: page.next === undefined ? undefined : writeToken(page.next),
    KeyCount: page.keys.length + page.prefixes.length,
  }));
}

/** The older form, with a marker. */
export async function listObjects(call: Call): Promise<Answer> {
  const marker = call.request.query.get('marker') ?? '';
  return list(call, marker, (page, text) => ({
    Marker: text(marker),
    NextMarker: page.next === undefined ? undefined : text(page.next),
  }));
}

async function list(
  call: Call,
  after: string,
  own: (page: Page, text: (value: string) => string) => Readonly<Record<string, XmlValue | undefined>>,
): Promise<Answer> {
  const { bucket, region } = call;
  const { query } = call.request;
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  call.authorize('ListObjects', { context: { 'oss:Prefix': prefix, 'oss:Delimiter': delimiter } });
  const maxKeys = readMaxKeys(query.get('max-keys'));
  const url = query.get('encoding-type') === 'url';
  const text = (value: string) => (url ? encode(value) : value);
  const page = collect(bucket, { prefix, delimiter, after, maxKeys });
  const owner = query.get('fetch-owner') === 'true' || query.get('list-type') !== '2';
  return xmlAnswer('ListBucketResult', {
    Name: bucket.settings.name,
    Prefix: text(prefix),
    MaxKeys: maxKeys,
    Delimiter: text(delimiter),
    ...(url && { EncodingType: 'url' }),
    IsTruncated: page.next !== undefined,
    ...own(page, text),
    Contents: page.keys.map((key) => {
      const object = bucket.require(key);
      return {
        Key: text(key),
        LastModified: new Date(object.modifiedAt).toISOString(),
        ETag: quoted(object.etag),
        Type: object.type,
        Size: object.size,
        StorageClass: object.headers['x-oss-storage-class'] ?? bucket.settings.storageClass,
        ...(owner && { Owner: { ID: region.accountId, DisplayName: region.accountId } }),
      };
    }),
    CommonPrefixes: page.prefixes.map((each) => ({ Prefix: text(each) })),
  });
}

/** Keys and common prefixes count alike. A common prefix that `after` names was told already, with all that is in it. */
function collect(
  bucket: Bucket,
  options: { readonly prefix: string; readonly delimiter: string; readonly after: string; readonly maxKeys: number },
): Page {
  const { prefix, delimiter, after, maxKeys } = options;
  const keys: string[] = [];
  const prefixes: string[] = [];
  let last = '';
  const told = delimiter !== '' && after.endsWith(delimiter) ? after : undefined;
  for (const key of bucket.list(prefix, after)) {
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const common = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    if (common !== undefined && (common === told || common === prefixes.at(-1))) continue;
    if (keys.length + prefixes.length === maxKeys) return { keys, prefixes, next: last };
    if (common === undefined) keys.push(key);
    else prefixes.push(common);
    last = common ?? key;
  }
  return { keys, prefixes, next: undefined };
}

function readMaxKeys(text: string | undefined): number {
  if (text === undefined || text === '') return 100;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= 1000)) {
    throw new OssError('InvalidArgument', { ArgumentName: 'max-keys', ArgumentValue: text });
  }
  return value;
}

const writeToken = (key: string): string => Buffer.from(`v1:${key}`).toString('base64');

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString('utf8');
  if (text.startsWith('v1:') && writeToken(text.slice(3)) === token) return text.slice(3);
  throw new OssError('InvalidArgument', { ArgumentName: 'continuation-token', ArgumentValue: token });
}
