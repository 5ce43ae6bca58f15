import { DriverError } from '../../../base/errors.ts';
import type { OssClient } from './client.ts';
import { bytesBody } from './request-body.ts';
import { badSetting } from './settings.ts';
import { childText, parseXml } from './xml.ts';

/**
 * Checks the bucket, and makes it where it is missing and may be made: zone-redundant where `redundancy` says so. A key
 * that may not look at the bucket's settings leaves them unchecked. Refuses a bucket with versioning: there OSS ignores
 * `x-oss-forbid-overwrite`, and two writers could both believe that they created an object.
 *
 * Sources: "GetBucketInfo", "PutBucket", "PutObject" (x-oss-forbid-overwrite), OSS API reference.
 */
export async function prepareBucket(
  client: OssClient,
  bucket: { readonly name: string; readonly redundancy: string | undefined; readonly mayCreate: boolean },
  signal: AbortSignal,
): Promise<void> {
  const what = `The bucket ${bucket.name}`;
  const result = await client.tryCall({
    what,
    method: 'GET',
    query: { bucketInfo: null },
    expected: ['NoSuchBucket', 'AccessDenied'],
    signal,
  });
  if (result.ok) {
    const root = parseXml(result.answer.body);
    const versioning = childText(
      root?.children.find(({ name }) => name === 'Bucket'),
      'Versioning',
    );
    if (versioning === undefined || versioning === '') return;
    throw badSetting(
      'bucket',
      `names ${bucket.name}, which has versioning (${versioning === 'Enabled' ? 'enabled' : 'suspended'})`,
      'Use a bucket without versioning: with it two writers could overwrite each other’s objects.',
    );
  }
  if (result.refusal.endpoint !== undefined) throw wrongEndpoint(what, result.refusal.endpoint);
  if (result.refusal.code === 'AccessDenied') return;
  if (!bucket.mayCreate)
    throw badSetting(
      'bucket',
      `names ${bucket.name}, which does not exist`,
      'Create the bucket, or set HOLDFAST_STORAGE_CREATE_BUCKET to true.',
    );
  const redundancy = bucket.redundancy === 'ZRS' ? 'ZRS' : 'LRS';
  const wishes = `<StorageClass>Standard</StorageClass><DataRedundancyType>${redundancy}</DataRedundancyType>`;
  const document = `<CreateBucketConfiguration>${wishes}</CreateBucketConfiguration>`;
  await client.call({
    what,
    method: 'PUT',
    headers: { 'content-type': 'application/xml', 'x-oss-acl': 'private' },
    body: bytesBody(Buffer.from(document)),
    signal,
  });
}

function wrongEndpoint(what: string, endpoint: string): DriverError {
  return new DriverError({
    kind: 'needsPerson',
    code: 'BAD_CONFIGURATION',
    message: `${what} is reached at ${endpoint}, not where the storage target says.`,
    remedy: 'Correct the storage target’s region or endpoint.',
  });
}
