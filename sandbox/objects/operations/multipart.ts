import { createHash } from 'node:crypto';
import { requireKey } from '../addressing.ts';
import { combineCrc64 } from '../crc64.ts';
import { OssError } from '../errors.ts';
import { encode } from '../query.ts';
import { childText, readXml } from '../read-xml.ts';
import type { Part } from '../store/uploads.ts';
import { checkMd5, promisedMd5, requireLength } from './digests.ts';
import { type Answer, type Call, quoted, readWhole, xmlAnswer } from './operation.ts';
import { describeReceived, forbidsOverwrite, keptHeaders } from './put-object.ts';

const MAX_PARTS = 10_000;

export async function initiate(call: Call): Promise<Answer> {
  const { bucket, request, region } = call;
  const key = requireKey(request.key);
  call.authorize('PutObject', { key });
  if (forbidsOverwrite(request.headers) && bucket.find(key)) throw new OssError('FileAlreadyExists', { Key: key });
  const upload = bucket.uploads.begin(
    { key, initiatedAt: region.time.now(), headers: keptHeaders(bucket, request.headers) },
    region.ids,
  );
  return xmlAnswer('InitiateMultipartUploadResult', {
    ...encodingType(call),
    Bucket: bucket.settings.name,
    Key: keyText(call, key),
    UploadId: upload.id,
  });
}

export async function uploadPart(call: Call): Promise<Answer> {
  const { bucket, request, region } = call;
  const [key, id] = [requireKey(request.key), uploadId(call)];
  call.authorize('PutObject', { key });
  const number = count(call, 'partNumber', { min: 1, max: MAX_PARTS });
  bucket.uploads.require(id, key);
  requireLength(request.headers);
  const promised = promisedMd5(request.headers);
  const received = await bucket.files.receive(call.body, (md5) => checkMd5(promised, md5));
  const piece = await bucket.files.keep(received);
  try {
    const before = bucket.uploads.put(id, key, number, { ...received, ...piece }, region.time.now());
    if (before) await bucket.files.remove([before]);
  } catch (error) {
    await bucket.files.remove([piece]);
    throw error;
  }
  return { status: 200, headers: describeReceived(received) };
}

/** Nothing may come between the look at the parts and the object's appearance, so all of that waits for nothing. */
export async function complete(call: Call): Promise<Answer> {
  const { bucket, request, region } = call;
  const [key, id] = [requireKey(request.key), uploadId(call)];
  call.authorize('PutObject', { key });
  const body = await readWhole(call.body);
  const { upload, parts } = bucket.uploads.require(id, key);
  const chosen =
    request.headers.get('x-oss-complete-all')?.toLowerCase() === 'yes'
      ? [...parts.values()].sort((a, b) => a.number - b.number)
      : choose(parts, body.toString('utf8'));
  if (chosen.slice(0, -1).some((part) => part.piece.size < region.minPartSize)) throw new OssError('EntityTooSmall');
  const digest = createHash('md5').update(Buffer.from(chosen.map((part) => part.etag).join(''), 'hex'));
  const etag = `${digest.digest('hex').toUpperCase()}-${chosen.length}`;
  const crc64 = chosen.reduce((crc, part) => combineCrc64(crc, BigInt(part.crc64), part.piece.size), 0n);
  const before = bucket.publish(
    {
      key,
      pieces: chosen.map((part) => part.piece),
      size: chosen.reduce((size, part) => size + part.piece.size, 0),
      etag,
      crc64: String(crc64),
      type: 'Multipart',
      modifiedAt: region.time.now(),
      headers: upload.headers,
    },
    { forbidOverwrite: forbidsOverwrite(request.headers) },
  );
  const used = new Set(chosen.map((part) => part.piece.file));
  const unused = bucket.uploads.end(id).filter((piece) => !used.has(piece.file));
  await bucket.files.remove([...unused, ...(before?.pieces ?? [])]);
  const answer = xmlAnswer('CompleteMultipartUploadResult', {
    ...encodingType(call),
    Location: `${request.secure ? 'https' : 'http'}://${request.host}/${encode(key)}`,
    Bucket: bucket.settings.name,
    Key: keyText(call, key),
    ETag: quoted(etag),
  });
  return { ...answer, headers: { ...answer.headers, ETag: quoted(etag), 'x-oss-hash-crc64ecma': String(crc64) } };
}

/** The parts a request names, in ascending order and with the tags they were given. */
function choose(parts: ReadonlyMap<number, Part>, text: string): readonly Part[] {
  const root = readXml(text);
  const named = root.children.filter((child) => child.name === 'Part');
  if (root.name !== 'CompleteMultipartUpload' || named.length === 0) throw new OssError('MalformedXML');
  let last = 0;
  return named.map((node) => {
    const number = Number(childText(node, 'PartNumber'));
    if (!(number > last)) throw new OssError('InvalidPartOrder');
    last = number;
    const part = parts.get(number);
    const etag = (childText(node, 'ETag') ?? '').trim().replaceAll('"', '').toUpperCase();
    if (!part || part.etag !== etag) throw new OssError('InvalidPart', { PartNumber: String(number) });
    return part;
  });
}

export async function abort(call: Call): Promise<Answer> {
  const [key, id] = [requireKey(call.request.key), uploadId(call)];
  call.authorize('AbortMultipartUpload', { key });
  const { bucket } = call;
  bucket.uploads.require(id, key);
  await bucket.files.remove(bucket.uploads.end(id));
  return { status: 204 };
}

export async function listParts(call: Call): Promise<Answer> {
  const [key, id] = [requireKey(call.request.key), uploadId(call)];
  call.authorize('ListParts', { key });
  const { bucket } = call;
  const { parts } = bucket.uploads.require(id, key);
  const marker = count(call, 'part-number-marker', { min: 0, max: MAX_PARTS, otherwise: 0 });
  const max = count(call, 'max-parts', { min: 1, max: 1000, otherwise: 1000 });
  const after = [...parts.values()].filter((part) => part.number > marker).sort((a, b) => a.number - b.number);
  const page = after.slice(0, max);
  return xmlAnswer('ListPartsResult', {
    ...encodingType(call),
    Bucket: bucket.settings.name,
    Key: keyText(call, key),
    UploadId: id,
    StorageClass: 'Standard',
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? marker,
    MaxParts: max,
    IsTruncated: after.length > max,
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: new Date(part.modifiedAt).toISOString(),
      ETag: quoted(part.etag),
      HashCrc64ecma: part.crc64,
      Size: part.piece.size,
    })),
  });
}

export async function listUploads(call: Call): Promise<Answer> {
  const { bucket, request } = call;
  const [prefix, keyMarker, idMarker] = ['prefix', 'key-marker', 'upload-id-marker'].map(
    (name) => request.query.get(name) ?? '',
  );
  call.authorize('ListMultipartUploads', { context: { 'oss:Prefix': prefix ?? '' } });
  if (request.query.get('delimiter')) {
    throw new OssError('NotImplemented', {}, 'The sandbox lists uploads without a delimiter only.');
  }
  const max = count(call, 'max-uploads', { min: 1, max: 1000, otherwise: 1000 });
  // Without an id the marker's whole key was told already.
  const told = keyMarker ? `${keyMarker}\0${idMarker || '\uffff'}` : '';
  const after = bucket.uploads
    .all()
    .filter((upload) => upload.key.startsWith(prefix ?? '') && `${upload.key}\0${upload.id}` > told);
  const page = after.slice(0, max);
  const more = after.length > max;
  return xmlAnswer('ListMultipartUploadsResult', {
    ...encodingType(call),
    Bucket: bucket.settings.name,
    Prefix: keyText(call, prefix ?? ''),
    KeyMarker: keyText(call, keyMarker ?? ''),
    UploadIdMarker: idMarker ?? '',
    NextKeyMarker: more ? keyText(call, page.at(-1)?.key ?? '') : '',
    NextUploadIdMarker: more ? (page.at(-1)?.id ?? '') : '',
    MaxUploads: max,
    IsTruncated: more,
    Upload: page.map((upload) => ({
      Key: keyText(call, upload.key),
      UploadId: upload.id,
      StorageClass: 'Standard',
      Initiated: new Date(upload.initiatedAt).toISOString(),
    })),
  });
}

const uploadId = (call: Call): string => call.request.query.get('uploadId') ?? '';

const wantsUrl = (call: Call): boolean => call.request.query.get('encoding-type') === 'url';
const encodingType = (call: Call) => (wantsUrl(call) ? { EncodingType: 'url' } : {});
const keyText = (call: Call, key: string): string => (wantsUrl(call) ? encode(key) : key);

/** A whole number among the parameters. Throws InvalidArgument. */
function count(
  call: Call,
  name: string,
  { min, max, otherwise }: { readonly min: number; readonly max: number; readonly otherwise?: number },
): number {
  const text = call.request.query.get(name) ?? '';
  if (text === '' && otherwise !== undefined) return otherwise;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new OssError('InvalidArgument', { ArgumentName: name, ArgumentValue: text });
}
