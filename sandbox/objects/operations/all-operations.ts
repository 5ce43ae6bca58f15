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

/** Parameters that make a request another operation. One that its rule does not name asks for something the sandbox does not have. */
const selectors: ReadonlySet<string> = new Set(
  `acl append asyncFetch bucketInfo callback comp cors delete encryption img inventory lifecycle list-type live location logging
  metaQuery objectMeta partNumber policy position qos referer replication requestPayment restore rtc select stat style symlink
  tagging transferAcceleration uploadId uploads versioning versions versionId vod website worm wormExtend wormId
  x-oss-process`.split(/\s+/),
);

/** Headers that ask for something the sandbox does not have; doing without would be worse than refusing. */
const foreignHeaders =
  /^x-oss-(copy-source|server-side-|tagging|callback|object-acl|object-worm|write-get-object|symlink|traffic-limit)/;

/** What a request asks for. Throws MethodNotAllowed or NotImplemented. */
export function operationOf(request: OssRequest): NamedOperation {
  const level = request.bucket === undefined ? 'service' : request.key === '' ? 'bucket' : 'object';
  const rule = rules.find(
    (each) =>
      each.method === request.method &&
      each.level === level &&
      (each.parameters ?? []).every((name) => request.query.has(name)),
  );
  if (!rule) throw new OssError('MethodNotAllowed', { Method: request.method });
  const parameter = request.query.entries
    .map(([name]) => name)
    .find((name) => selectors.has(name) && !rule.parameters?.includes(name));
  const header = [...request.headers.keys()].find((name) => foreignHeaders.test(name));
  if (parameter !== undefined || header !== undefined) {
    throw new OssError('NotImplemented', { Parameter: parameter ?? header ?? '' }, 'The sandbox does not have this.');
  }
  return rule;
}
