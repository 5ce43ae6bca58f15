import { createHash, createHmac } from 'node:crypto';
import { encode } from '../query.ts';
import type { OssRequest } from '../request.ts';

export const ALGORITHM = 'OSS4-HMAC-SHA256';

/** `<key id>/<date>/<region>/<product>/aliyun_v4_request`. */
export interface Credential {
  readonly accessKeyId: string;
  /** YYYYMMDD. */
  readonly date: string;
  readonly region: string;
  readonly product: string;
}

/** Undefined when it is not made of five parts with the fixed ending. */
export function parseCredential(text: string): Credential | undefined {
  const [accessKeyId, date, region, product, ending, ...more] = text.split('/');
  if (!accessKeyId || !date || !region || !product || ending !== 'aliyun_v4_request' || more.length > 0)
    return undefined;
  return { accessKeyId, date, region, product };
}

export interface SignedForm {
  readonly credential: Credential;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly timestamp: string;
  /** Names of the headers that are signed though they need not be; lower case, sorted. */
  readonly additionalHeaders: readonly string[];
}

/** A parameter without a value and one with an empty value are the same here: its name alone. */
export function canonicalRequest(request: OssRequest, additionalHeaders: readonly string[]): string {
  const path = request.bucket === undefined ? '/' : `/${request.bucket}/${request.key}`;
  const parameters = request.query.entries
    .filter(([name]) => name !== 'x-oss-signature')
    .map(([name, value]) => [encode(name), value ? `=${encode(value)}` : ''] as const)
    .sort(([a, left], [b, right]) => (a === b ? (left < right ? -1 : 1) : a < b ? -1 : 1))
    .map(([name, value]) => name + value);
  const headers = [...request.headers]
    .filter(([name]) => isAlwaysSigned(name) || additionalHeaders.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value.trim()}\n`);
  return [
    request.method,
    encode(path).replaceAll('%2F', '/'),
    parameters.join('&'),
    headers.join(''),
    additionalHeaders.join(';'),
    request.headers.get('x-oss-content-sha256') ?? 'UNSIGNED-PAYLOAD',
  ].join('\n');
}

export const isAlwaysSigned = (name: string): boolean =>
  name === 'content-type' || name === 'content-md5' || name.startsWith('x-oss-');

export function stringToSign({ credential, timestamp }: SignedForm, canonical: string): string {
  const scope = `${credential.date}/${credential.region}/${credential.product}/aliyun_v4_request`;
  return [ALGORITHM, timestamp, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
}

export function sign(secret: string, { date, region, product }: Credential, text: string): string {
  const derive = (key: string | Buffer, part: string) => createHmac('sha256', key).update(part).digest();
  const key = [date, region, product, 'aliyun_v4_request'].reduce<string | Buffer>(derive, `aliyun_v4${secret}`);
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Milliseconds since the epoch; undefined when it is no such time. */
export function parseTimestamp(text: string): number | undefined {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1);
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}
