import type { IdSource } from '../../../base/ids.ts';
import { mayDo, type Principal } from '../../sts/accounts.ts';
import type { ServerTime } from '../../sts/server-time.ts';
import { writeXml, type XmlValue } from '../../xml.ts';
import { OssError } from '../errors.ts';
import type { OssRequest } from '../request.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Buckets } from '../store/buckets.ts';
import type { Content } from '../store/content.ts';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Instead of `body`: bytes of an object. For HEAD only their number is told. */
  readonly content?: { readonly length: number; readonly source?: Content };
}

export interface Region {
  /** `cn-hangzhou`. */
  readonly name: string;
  readonly accountId: string;
  readonly buckets: Buckets;
  readonly time: ServerTime;
  readonly ids: IdSource;
  /** Smallest part of a multipart upload but for the last one, in bytes. */
  readonly minPartSize: number;
}

/** One request on its way through an operation. */
export class Call {
  readonly request: OssRequest;
  readonly region: Region;
  readonly body: AsyncIterable<Buffer>;
  readonly principal: Principal | undefined;

  constructor(options: {
    readonly request: OssRequest;
    readonly region: Region;
    readonly body: AsyncIterable<Buffer>;
    readonly principal: Principal | undefined;
  }) {
    this.request = options.request;
    this.region = options.region;
    this.body = options.body;
    this.principal = options.principal;
  }

  get bucket(): Bucket {
    return this.region.buckets.require(this.bucketName);
  }

  get bucketName(): string {
    return this.request.bucket ?? '';
  }

  /** Throws AccessDenied unless every policy of the caller lets `action` happen to the object, or to the bucket when there is no key. */
  authorize(
    action: string,
    options: { readonly key?: string; readonly context?: Readonly<Record<string, string>> } = {},
  ): void {
    if (!this.principal) throw new OssError('AccessDenied', {}, anonymous(options.key));
    const { name, accountId } = this.region;
    const path = options.key === undefined ? this.bucketName || '*' : `${this.bucketName}/${options.key}`;
    const allowed = mayDo(this.principal, {
      action: `oss:${action}`,
      resource: `acs:oss:oss-${name}:${accountId}:${path}`,
      context: { 'acs:SecureTransport': String(this.request.secure), ...options.context },
    });
    if (allowed) return;
    if (this.principal.identityType === 'AssumedRoleUser') {
      throw new OssError('AccessDenied', {}, "Access denied by authorizer's policy.");
    }
    throw new OssError('AccessDenied');
  }
}

function anonymous(key: string | undefined): string {
  return key === undefined
    ? 'Anonymous access is forbidden for this operation.'
    : 'You have no right to access this object because of bucket acl.';
}

export type Operation = (call: Call) => Promise<Answer>;

export const xmlAnswer = (root: string, value: XmlValue): Answer => ({
  status: 200,
  headers: { 'Content-Type': 'application/xml' },
  body: writeXml(root, value),
});

/** Reads a small body whole. Throws MalformedXML when it is larger than `limit` bytes. */
export async function readWhole(body: AsyncIterable<Buffer>, limit = 2 * 2 ** 20): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > limit) throw new OssError('MalformedXML');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export const quoted = (etag: string): string => `"${etag}"`;
