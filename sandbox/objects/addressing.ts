import { OssError } from './errors.ts';
import { decode } from './query.ts';

export interface Address {
  /** Undefined for the service itself. */
  readonly bucket: string | undefined;
  /** Empty for the bucket itself. */
  readonly key: string;
}

const BUCKET_NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

export function requireBucketName(name: string): string {
  if (!BUCKET_NAME.test(name)) throw new OssError('InvalidBucketName', { BucketName: name });
  return name;
}

/**
 * Bucket and key of a request. The bucket stands in the host in front of one of the server's own names
 * (`bucket.localhost`, `bucket.127.0.0.1`, `bucket.oss-cn-hangzhou.aliyuncs.com`), or, when the host is such a name
 * itself, first in the path.
 */
export function addressOf(host: string, path: string, serviceHosts: readonly string[]): Address {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  const rest = decodePath(path.replace(/^\//, ''));
  const service = serviceHosts.find((own) => name === own || name.endsWith(`.${own}`));
  if (service !== undefined && name !== service) {
    return { bucket: requireBucketName(name.slice(0, -service.length - 1)), key: rest };
  }
  const [bucket = '', ...key] = rest.split('/');
  return bucket === '' ? { bucket: undefined, key: '' } : { bucket: requireBucketName(bucket), key: key.join('/') };
}

/** In a path a plus sign is itself. */
function decodePath(path: string): string {
  try {
    return decode(path.replaceAll('+', '%2B'));
  } catch {
    throw new OssError('InvalidObjectName');
  }
}

/** The names this server answers to besides loopback's, longest first so that a suffix is never taken for the whole. */
export function serviceHosts(region: string): readonly string[] {
  return [
    'oss.localhost',
    'localhost',
    '127.0.0.1',
    '[::1]',
    `oss-${region}-internal.aliyuncs.com`,
    `oss-${region}.aliyuncs.com`,
  ];
}

/** 1 to 1,023 bytes of UTF-8, not beginning with a slash or backslash. */
export function requireKey(key: string): string {
  const bytes = Buffer.byteLength(key);
  if (bytes === 0 || bytes > 1023 || /^[/\\]/.test(key)) throw new OssError('InvalidObjectName', { ObjectName: key });
  return key;
}
