import { OssError } from '../errors.ts';
import { childText, readXml } from '../read-xml.ts';
import { type Answer, type Call, readWhole, xmlAnswer } from './operation.ts';

export async function listBuckets(call: Call): Promise<Answer> {
  call.authorize('ListBuckets');
  const { region } = call;
  const prefix = call.request.query.get('prefix') ?? '';
  const found = region.buckets.all().filter((bucket) => bucket.settings.name.startsWith(prefix));
  return xmlAnswer('ListAllMyBucketsResult', {
    Owner: { ID: region.accountId, DisplayName: region.accountId },
    Buckets: { Bucket: found.map(({ settings }) => describe(call, settings)) },
  });
}

/** Repeating it is no error for the owner, as long as nothing about the bucket would have to change. */
export async function putBucket(call: Call): Promise<Answer> {
  call.authorize('PutBucket');
  const text = (await readWhole(call.body)).toString('utf8');
  const wanted = text.trim() === '' ? undefined : readXml(text);
  const settings = {
    name: call.bucketName,
    createdAt: call.region.time.now(),
    storageClass: (wanted && childText(wanted, 'StorageClass')) || 'Standard',
    dataRedundancyType: (wanted && childText(wanted, 'DataRedundancyType')) || 'LRS',
  };
  const { settings: actual } = await call.region.buckets.create(settings);
  if (actual.storageClass !== settings.storageClass || actual.dataRedundancyType !== settings.dataRedundancyType) {
    throw new OssError('BucketAlreadyExists', { BucketName: settings.name });
  }
  return { status: 200, headers: { Location: `/${settings.name}` } };
}

export async function deleteBucket(call: Call): Promise<Answer> {
  call.authorize('DeleteBucket');
  await call.region.buckets.delete(call.bucketName);
  return { status: 204 };
}

export async function getBucketInfo(call: Call): Promise<Answer> {
  call.authorize('GetBucketInfo');
  const { settings } = call.bucket;
  return xmlAnswer('BucketInfo', {
    Bucket: {
      ...describe(call, settings),
      DataRedundancyType: settings.dataRedundancyType,
      Owner: { ID: call.region.accountId, DisplayName: call.region.accountId },
      AccessControlList: { Grant: 'private' },
      BlockPublicAccess: false,
      Comment: '',
    },
  });
}

export async function getBucketLocation(call: Call): Promise<Answer> {
  call.authorize('GetBucketLocation');
  call.region.buckets.require(call.bucketName);
  return xmlAnswer('LocationConstraint', `oss-${call.region.name}`);
}

export async function getBucketAcl(call: Call): Promise<Answer> {
  call.authorize('GetBucketAcl');
  call.region.buckets.require(call.bucketName);
  return xmlAnswer('AccessControlPolicy', {
    Owner: { ID: call.region.accountId, DisplayName: call.region.accountId },
    AccessControlList: { Grant: 'private' },
  });
}

export async function getBucketStat(call: Call): Promise<Answer> {
  call.authorize('GetBucketStat');
  const { bytes, objects } = call.bucket.usage();
  const { size } = call.bucket.uploads;
  return xmlAnswer('BucketStat', { Storage: bytes, ObjectCount: objects, MultipartUploadCount: size });
}

function describe(
  call: Call,
  settings: { readonly name: string; readonly createdAt: number; readonly storageClass: string },
) {
  const { name } = call.region;
  return {
    Name: settings.name,
    Location: `oss-${name}`,
    Region: name,
    CreationDate: new Date(settings.createdAt).toISOString(),
    StorageClass: settings.storageClass,
    ExtranetEndpoint: `oss-${name}.aliyuncs.com`,
    IntranetEndpoint: `oss-${name}-internal.aliyuncs.com`,
  };
}
