import { createHmac } from 'node:crypto';
import type { OssRequest } from '../request.ts';

/** Parameters that are part of the signed resource; every other one is not. Those that begin with `x-oss-` are added to them. */
const signedParameters: ReadonlySet<string> = new Set(
  `acl uploads location cors logging website referer lifecycle delete append tagging objectMeta uploadId partNumber security-token
  position img style styleName replication replicationProgress replicationLocation cname bucketInfo comp qos live status vod startTime
  endTime symlink response-content-type response-content-language response-expires response-cache-control
  response-content-disposition response-content-encoding udf udfName udfImage udfId udfImageDesc udfApplication udfApplicationLog
  restore callback callback-var policy policyStatus stat encryption versions versioning versionId requestPayment sequential inventory
  inventoryId continuation-token asyncFetch worm wormId wormExtend withHashContext transferAcceleration regionList cloudboxes
  resourceGroup bucketArchiveDirectRead httpsConfig regions publicAccessBlock accessPoint accessPointPolicy redundancyTransition
  redundancyType metaQuery rtc`.split(/\s+/),
);

/** What a V1 signature signs. `date` is the header's text, or `Expires` of a signed address. */
export function stringToSign(request: OssRequest, date: string): string {
  const headers = [...request.headers]
    .filter(([name]) => name.startsWith('x-oss-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value.trim()}\n`);
  return [
    request.method,
    request.headers.get('content-md5') ?? '',
    request.headers.get('content-type') ?? '',
    date,
    headers.join('') + resource(request),
  ].join('\n');
}

function resource({ bucket, key, query }: OssRequest): string {
  const path = bucket === undefined ? '/' : `/${bucket}/${key}`;
  const parameters = query.entries
    .filter(([name]) => signedParameters.has(name) || name.startsWith('x-oss-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value ? `${name}=${value}` : name));
  return parameters.length > 0 ? `${path}?${parameters.join('&')}` : path;
}

export const sign = (secret: string, text: string): string => createHmac('sha1', secret).update(text).digest('base64');
