import { OssError } from '../errors.ts';
import type { OssRequest } from '../request.ts';
import * as buckets from './buckets.ts';
import { deleteMultipleObjects, deleteObject } from './delete-objects.ts';
import { getObject, getObjectMeta, headObject } from './get-object.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import * as multipart from './multipart.ts';
import type { Operation } from './operation.ts';
import { putObject } from './put-object.ts';

export interface NamedOperation {
  /** OSS's own name, `PutObject`. */
  readonly name: string;
  readonly run: Operation;
}

interface Rule extends NamedOperation {
  readonly method: string;
  readonly level: 'service' | 'bucket' | 'object';
  /** Parameters that have to be there; the first rule that fits is taken. */
  readonly parameters?: readonly string[];
}

const rules: readonly Rule[] = [
  {
    name: 'InitiateMultipartUpload',
    method: 'POST',
    level: 'object',
    parameters: ['uploads'],
    run: multipart.initiate,
  },
  {
    name: 'UploadPart',
    method: 'PUT',
    level: 'object',
    parameters: ['partNumber', 'uploadId'],
    run: multipart.uploadPart,
  },
  {
    name: 'CompleteMultipartUpload',
    method: 'POST',
    level: 'object',
    parameters: ['uploadId'],
    run: multipart.complete,
  },
  { name: 'AbortMultipartUpload', method: 'DELETE', level: 'object', parameters: ['uploadId'], run: multipart.abort },
  { name: 'ListParts', method: 'GET', level: 'object', parameters: ['uploadId'], run: multipart.listParts },
  { name: 'ListMultipartUploads', method: 'GET', level: 'bucket', parameters: ['uploads'], run: multipart.listUploads },
  { name: 'GetObjectMeta', method: 'HEAD', level: 'object', parameters: ['objectMeta'], run: getObjectMeta },
  { name: 'HeadObject', method: 'HEAD', level: 'object', run: headObject },
  { name: 'GetObject', method: 'GET', level: 'object', run: getObject },
  { name: 'PutObject', method: 'PUT', level: 'object', run: putObject },
  { name: 'DeleteObject', method: 'DELETE', level: 'object', run: deleteObject },
  {
    name: 'DeleteMultipleObjects',
    method: 'POST',
    level: 'bucket',
    parameters: ['delete'],
    run: deleteMultipleObjects,
  },
  { name: 'GetBucketInfo', method: 'GET', level: 'bucket', parameters: ['bucketInfo'], run: buckets.getBucketInfo },
  {
    name: 'GetBucketLocation',
    method: 'GET',
    level: 'bucket',
    parameters: ['location'],
    run: buckets.getBucketLocation,
  },
  { name: 'GetBucketAcl', method: 'GET', level: 'bucket', parameters: ['acl'], run: buckets.getBucketAcl },
  { name: 'GetBucketStat', method: 'GET', level: 'bucket', parameters: ['stat'], run: buckets.getBucketStat },
  { name: 'ListObjectsV2', method: 'GET', level: 'bucket', parameters: ['list-type'], run: listObjectsV2 },
  { name: 'ListObjects', method: 'GET', level: 'bucket', run: listObjects },
  { name: 'PutBucket', method: 'PUT', level: 'bucket', run: buckets.putBucket },
  { name: 'DeleteBucket', method: 'DELETE', level: 'bucket', run: buckets.deleteBucket },
  { name: 'ListBuckets', method: 'GET', level: 'service', run: buckets.listBuckets },
];

/** Parameters that ask for something the sandbox does not have; doing something else instead would be worse than refusing. */
const elsewhere: ReadonlySet<string> = new Set(
  `append asyncFetch callback comp cors encryption img inventory lifecycle live logging metaQuery policy position qos referer
  replication requestPayment restore rtc select style symlink tagging transferAcceleration versioning versions versionId vod
  website worm wormExtend wormId x-oss-process`.split(/\s+/),
);

/** What a request asks for. Throws MethodNotAllowed or NotImplemented. */
export function operationOf(request: OssRequest): NamedOperation {
  const level = request.bucket === undefined ? 'service' : request.key === '' ? 'bucket' : 'object';
  const foreign = request.query.entries.find(
    ([name, value]) => elsewhere.has(name) && !(name === 'x-oss-process' && !value),
  );
  if (foreign) throw new OssError('NotImplemented', { Parameter: foreign[0] }, 'The sandbox does not have this.');
  const rule = rules.find(
    (each) =>
      each.method === request.method &&
      each.level === level &&
      (each.parameters ?? []).every((name) => request.query.has(name)),
  );
  if (!rule) throw new OssError('MethodNotAllowed', { Method: request.method });
  if (request.headers.has('x-oss-copy-source'))
    throw new OssError('NotImplemented', {}, 'The sandbox does not copy objects.');
  return rule;
}
