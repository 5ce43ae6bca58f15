import { timingSafeEqual } from 'node:crypto';
import type { Principal } from '../../sts/accounts.ts';
import type { Identities } from '../../sts/identities.ts';
import { MAX_SKEW_MS, type ServerTime } from '../../sts/server-time.ts';
import { OssError } from '../errors.ts';
import type { OssRequest } from '../request.ts';
import * as v1 from './v1.ts';
import * as v4 from './v4.ts';

const WEEK_SECONDS = 604_800;

export interface Gate {
  readonly identities: Identities;
  readonly time: ServerTime;
  readonly region: string;
}

/** Whose request it is; undefined for one without a signature. Throws what OSS answers to a signature that does not hold. */
export function authenticate(request: OssRequest, gate: Gate): Principal | undefined {
  const authorization = request.headers.get('authorization');
  if (authorization?.startsWith(`${v4.ALGORITHM} `)) return byV4Header(request, gate, authorization);
  if (authorization?.startsWith('OSS ')) return byV1Header(request, gate, authorization.slice(4));
  if (authorization !== undefined) {
    throw new OssError('InvalidArgument', {}, 'Authorization header is invalid.');
  }
  if (request.query.get('x-oss-signature-version') === v4.ALGORITHM) return byV4Address(request, gate);
  if (request.query.has('Signature')) return byV1Address(request, gate);
  return undefined;
}

function byV1Header(request: OssRequest, gate: Gate, credentials: string): Principal {
  const [, accessKeyId, signature] = /^([^:]+):(.+)$/.exec(credentials) ?? [];
  if (!accessKeyId || !signature) throw new OssError('InvalidArgument', {}, 'Authorization header is invalid.');
  const date = request.headers.get('x-oss-date') ?? request.headers.get('date');
  const time = date === undefined ? Number.NaN : Date.parse(date);
  if (date === undefined || Number.isNaN(time)) {
    throw new OssError('AccessDenied', {}, 'OSS authentication requires a valid Date.');
  }
  const { secret, principal } = lookUp(gate, accessKeyId, request.headers.get('x-oss-security-token'));
  checkSkew(gate.time, time, date);
  checkV1(request, { accessKeyId, secret, signature, date });
  return principal;
}

function byV1Address(request: OssRequest, gate: Gate): Principal {
  const { query } = request;
  const [accessKeyId, signature, expires] = ['OSSAccessKeyId', 'Signature', 'Expires'].map((name) => query.get(name));
  if (!accessKeyId || !signature || !expires || !/^\d+$/.test(expires)) {
    throw new OssError(
      'AccessDenied',
      {},
      'Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters',
    );
  }
  const { secret, principal } = lookUp(gate, accessKeyId, query.get('security-token'));
  checkV1(request, { accessKeyId, secret, signature, date: expires });
  checkExpiry(gate.time, Number(expires) * 1000);
  return principal;
}

function checkV1(
  request: OssRequest,
  given: { readonly accessKeyId: string; readonly secret: string; readonly signature: string; readonly date: string },
): void {
  const text = v1.stringToSign(request, given.date);
  if (same(v1.sign(given.secret, text), given.signature)) return;
  throw mismatch(given.accessKeyId, given.signature, text);
}

function byV4Header(request: OssRequest, gate: Gate, authorization: string): Principal {
  const parts = new Map(
    authorization
      .slice(v4.ALGORITHM.length)
      .split(',')
      .map((part) => [part.split('=', 1)[0]?.trim() ?? '', part.slice(part.indexOf('=') + 1).trim()]),
  );
  const [credential, signature] = [v4.parseCredential(parts.get('Credential') ?? ''), parts.get('Signature')];
  if (!credential || !signature)
    throw new OssError('InvalidArgument', {}, 'Invalid Credential or Signature in Authorization header.');
  if (request.headers.get('x-oss-content-sha256') !== 'UNSIGNED-PAYLOAD') {
    throw new OssError('InvalidArgument', {}, 'The x-oss-content-sha256 header must be UNSIGNED-PAYLOAD.');
  }
  const { timestamp, time } = v4Time(request);
  const { secret, principal } = lookUp(gate, credential.accessKeyId, request.headers.get('x-oss-security-token'));
  checkSkew(gate.time, time, timestamp);
  const additionalHeaders = (parts.get('AdditionalHeaders') ?? '').split(';').filter((name) => name !== '');
  checkV4(request, gate, { credential, timestamp, additionalHeaders, secret, signature });
  return principal;
}

/** `x-oss-date`, or `Date` put into the same form. */
function v4Time(request: OssRequest): { readonly timestamp: string; readonly time: number } {
  const own = request.headers.get('x-oss-date');
  const time = own === undefined ? Date.parse(request.headers.get('date') ?? '') : v4.parseTimestamp(own);
  if (time === undefined || Number.isNaN(time)) {
    throw new OssError('AccessDenied', {}, 'OSS authentication requires a valid Date.');
  }
  return { timestamp: own ?? new Date(time).toISOString().replace(/[-:]|\.\d+/g, ''), time };
}

function byV4Address(request: OssRequest, gate: Gate): Principal {
  const { query } = request;
  const [credentialText = '', timestamp = '', expires = '', signature] = [
    'x-oss-credential',
    'x-oss-date',
    'x-oss-expires',
    'x-oss-signature',
  ].map((name) => query.get(name));
  const [credential, time] = [v4.parseCredential(credentialText), v4.parseTimestamp(timestamp)];
  if (!credential || time === undefined || !signature) {
    throw new OssError('InvalidArgument', {}, 'Invalid x-oss-credential, x-oss-date or x-oss-signature.');
  }
  const seconds = /^\d+$/.test(expires) ? Number(expires) : Number.NaN;
  if (!(seconds >= 1 && seconds <= WEEK_SECONDS)) {
    throw new OssError('InvalidArgument', {}, `x-oss-expires must be between 1 and ${WEEK_SECONDS}.`);
  }
  const { secret, principal } = lookUp(gate, credential.accessKeyId, query.get('x-oss-security-token'));
  const additionalHeaders = (query.get('x-oss-additional-headers') ?? '').split(';').filter((name) => name !== '');
  checkV4(request, gate, { credential, timestamp, additionalHeaders, secret, signature });
  if (time - gate.time.now() > MAX_SKEW_MS) throw new OssError('AccessDenied', {}, 'Request is not valid yet.');
  checkExpiry(gate.time, time + seconds * 1000);
  return principal;
}

function checkV4(
  request: OssRequest,
  gate: Gate,
  given: v4.SignedForm & { readonly secret: string; readonly signature: string },
): void {
  const { credential, timestamp, secret, signature, additionalHeaders } = given;
  if (credential.date !== timestamp.slice(0, 8)) {
    throw new OssError('InvalidArgument', {}, 'Invalid signing date in Authorization header.');
  }
  if (credential.region !== gate.region) {
    throw new OssError('InvalidArgument', {}, 'Invalid signing region in Authorization header.');
  }
  if (credential.product !== 'oss') {
    throw new OssError('InvalidArgument', {}, 'Invalid signing product in Authorization header.');
  }
  const absent = additionalHeaders.find((name) => !request.headers.has(name));
  if (absent !== undefined) {
    throw new OssError('InvalidArgument', {}, `The additional header ${absent} is not in the request.`);
  }
  const canonical = v4.canonicalRequest(request, additionalHeaders);
  const text = v4.stringToSign(given, canonical);
  if (same(v4.sign(secret, credential, text), signature)) return;
  throw mismatch(credential.accessKeyId, signature, text, { CanonicalRequest: canonical });
}

function lookUp(gate: Gate, accessKeyId: string, securityToken: string | undefined) {
  const found = gate.identities.find(accessKeyId, securityToken);
  if (!('refused' in found)) return found;
  switch (found.refused) {
    case 'unknownKey':
      throw new OssError('InvalidAccessKeyId', { OSSAccessKeyId: accessKeyId });
    case 'inactiveKey':
      throw new OssError(
        'InvalidAccessKeyId',
        { OSSAccessKeyId: accessKeyId },
        'The OSS Access Key Id you provided is disabled.',
      );
    case 'invalidToken':
      throw new OssError('InvalidSecurityToken');
    case 'tokenMismatch':
      throw new OssError('AccessKeyIdAndSecurityTokenNotMatch', { OSSAccessKeyId: accessKeyId });
    case 'tokenExpired':
      throw new OssError('SecurityTokenExpired');
  }
}

function checkSkew(server: ServerTime, time: number, given: string): void {
  if (Math.abs(server.now() - time) <= MAX_SKEW_MS) return;
  throw new OssError('RequestTimeTooSkewed', {
    MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
    RequestTime: given,
    ServerTime: new Date(server.now()).toISOString(),
  });
}

function checkExpiry(server: ServerTime, expiresAt: number): void {
  if (server.now() <= expiresAt) return;
  const [Expires, ServerTime] = [expiresAt, server.now()].map((time) => new Date(time).toISOString());
  throw new OssError('AccessDenied', { Expires: Expires ?? '', ServerTime: ServerTime ?? '' }, 'Request has expired.');
}

function mismatch(
  accessKeyId: string,
  signature: string,
  text: string,
  more: Readonly<Record<string, string>> = {},
): OssError {
  return new OssError('SignatureDoesNotMatch', {
    OSSAccessKeyId: accessKeyId,
    SignatureProvided: signature,
    StringToSign: text,
    StringToSignBytes: Buffer.from(text)
      .toString('hex')
      .replace(/..(?=.)/g, '$& '),
    ...more,
  });
}

function same(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
