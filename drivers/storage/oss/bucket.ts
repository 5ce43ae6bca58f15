import { DriverError } from '../../../base/errors.ts';
import type { ProvisionedPlace } from '../contract.ts';
import type { OssClient } from './client.ts';
import { bytesBody } from './request-body.ts';
import { badSetting } from './settings.ts';
import { childText, parseXml } from './xml.ts';

const unknown: ProvisionedPlace = { redundancy: 'UNKNOWN', storageClass: 'UNKNOWN' };

interface BucketWish {
  readonly name: string;
  readonly redundancy: string | undefined;
  readonly mayCreate: boolean;
}

/**
 * Checks the bucket, and makes it where it is missing and may be made: zone-redundant where `redundancy` says so. Tells
 * what it found, which for a bucket that was there may be something else. A key that may not look at the bucket's
 * settings leaves them unchecked. Refuses a bucket with versioning: there OSS ignores `x-oss-forbid-overwrite`, and two
 * writers could both believe that they created an object.
 *
 * Sources: "GetBucketInfo", "PutBucket", "PutObject" (x-oss-forbid-overwrite), OSS API reference.
 */
export async function prepareBucket(
  client: OssClient,
  bucket: BucketWish,
  signal: AbortSignal,
): Promise<ProvisionedPlace> {
  const found = await lookAt(client, bucket.name, signal);
  if (found) return found;
  if (!bucket.mayCreate)
    throw badSetting(
      'bucket',
      `names ${bucket.name}, which does not exist`,
      'Create the bucket, or set HOLDFAST_STORAGE_CREATE_BUCKET to true.',
    );
  const redundancy = bucket.redundancy === 'ZRS' ? 'ZRS' : 'LRS';
  const wishes = `<StorageClass>Standard</StorageClass><DataRedundancyType>${redundancy}</DataRedundancyType>`;
  const document = `<CreateBucketConfiguration>${wishes}</CreateBucketConfiguration>`;
  const made = await client.tryCall({
    what: `The bucket ${bucket.name}`,
    method: 'PUT',
    headers: { 'content-type': 'application/xml', 'x-oss-acl': 'private' },
    body: bytesBody(Buffer.from(document)),
    // Somebody else made it meanwhile: perhaps another vault's creation.
    expected: ['BucketAlreadyExists'],
    signal,
  });
  if (made.ok) return { redundancy, storageClass: 'STANDARD' };
  return (await lookAt(client, bucket.name, signal)) ?? unknown;
}

/** Undefined where there is no such bucket. */
async function lookAt(client: OssClient, name: string, signal: AbortSignal): Promise<ProvisionedPlace | undefined> {
  const what = `The bucket ${name}`;
  const result = await client.tryCall({
    what,
    method: 'GET',
    query: { bucketInfo: null },
    expected: ['NoSuchBucket', 'AccessDenied'],
    signal,
  });
  if (!result.ok) {
    if (result.refusal.endpoint !== undefined) throw wrongEndpoint(what, result.refusal.endpoint);
    return result.refusal.code === 'AccessDenied' ? unknown : undefined;
  }
  const bucket = parseXml(result.answer.body)?.children.find((child) => child.name === 'Bucket');
  const versioning = childText(bucket, 'Versioning');
  if (versioning !== undefined && versioning !== '')
    throw badSetting(
      'bucket',
      `names ${name}, which has versioning (${versioning === 'Enabled' ? 'enabled' : 'suspended'})`,
      'Use a bucket without versioning: with it two writers could overwrite each other’s objects.',
    );
  const storageClass = (childText(bucket, 'StorageClass') ?? '').toUpperCase();
  if (storageClass.includes('ARCHIVE'))
    throw badSetting(
      'bucket',
      `names ${name}, which archives its objects: they cannot be read at once`,
      'Use a bucket of the storage class Standard or IA.',
    );
  const redundancy = childText(bucket, 'DataRedundancyType');
  return {
    redundancy: redundancy === 'ZRS' || redundancy === 'LRS' ? redundancy : 'UNKNOWN',
    storageClass: /^[A-Z]{1,20}$/.test(storageClass) ? storageClass : 'UNKNOWN',
  };
}

function wrongEndpoint(what: string, endpoint: string): DriverError {
  return new DriverError({
    kind: 'needsPerson',
    code: 'BAD_CONFIGURATION',
    message: `${what} is reached at ${endpoint}, not where the storage target says.`,
    remedy: 'Correct the storage target’s region or endpoint.',
  });
}
