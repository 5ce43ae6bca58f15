import { DriverError, type DriverErrorKind } from '../../../base/errors.ts';
import type { HttpAnswer } from './exchange.ts';
import { childText, parseXml } from './xml.ts';

/** What an answer other than 2xx says. */
export interface Refusal {
  readonly status: number;
  /** OSS's own word, such as `NoSuchKey`; empty where the answer has none. */
  readonly code: string;
  /** OSS's finer code and the request's id, for whoever asks Alibaba Cloud's support. */
  readonly ec: string | undefined;
  readonly requestId: string | undefined;
  /** The endpoint the bucket has to be addressed by, where the answer names one. */
  readonly endpoint: string | undefined;
}

/** Reads the error document, which an answer to HEAD carries in `x-oss-err`, base64. */
export function readRefusal({ status, headers, body }: HttpAnswer): Refusal {
  const inHeader = headers['x-oss-err'];
  const root = parseXml(body.length === 0 && typeof inHeader === 'string' ? Buffer.from(inHeader, 'base64') : body);
  const requestId = headers['x-oss-request-id'];
  return {
    status,
    code: wordOf(childText(root, 'Code')) ?? '',
    ec: wordOf(childText(root, 'EC')),
    requestId: typeof requestId === 'string' ? wordOf(requestId) : undefined,
    endpoint: wordOf(childText(root, 'Endpoint')),
  };
}

/** Only what looks like a code or a host is repeated in messages: an answer may hold anything. */
function wordOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[A-Za-z0-9._:-]{1,100}$/.test(text) ? text : undefined;
}

type Meaning = readonly [kind: DriverErrorKind, code: string, problem: string, remedy: string];

const rights = 'Check the role’s policy, the bucket’s policy and the AccessKey of the storage target.';
const denied: Meaning = ['needsPerson', 'ACCESS_DENIED', 'was refused', rights];
const damaged: Meaning = [
  'transient',
  'CORRUPT',
  'arrived damaged',
  'Try again; if it stays so, check the network in between.',
];
const busy: Meaning = [
  'transient',
  'THROTTLED',
  'was turned away for the moment',
  'Wait; if it stays so, let fewer jobs run at the same time.',
];
const failing: Meaning = [
  'transient',
  'UNREACHABLE',
  'failed inside the object storage',
  'Try again; if it stays so, look at Alibaba Cloud’s status page.',
];
const expired: Meaning = [
  'needsPerson',
  'CREDENTIALS_EXPIRED',
  'was made with credentials that are not valid any more',
  'Check that the control plane can issue new ones, and its clock.',
];
const skewed: Meaning = [
  'needsPerson',
  'ACCESS_DENIED',
  'has a time too far from the server’s',
  'Set the clock of this machine (NTP).',
];
const noBucket: Meaning = [
  'needsPerson',
  'BAD_CONFIGURATION',
  'names a bucket that does not exist',
  'Check the storage target’s bucket and region.',
];
const locked: Meaning = [
  'needsPerson',
  'ACCESS_DENIED',
  'would change what a retention policy of the bucket protects',
  'Use a bucket without a retention policy.',
];
const unpaid: Meaning = [
  'needsPerson',
  'NO_SPACE',
  'was refused because of the account’s quota or state',
  'Check the account’s quota and bills at Alibaba Cloud.',
];

/** Source: "HTTP error codes", OSS developer reference. */
const meanings: Readonly<Record<string, Meaning>> = {
  NoSuchKey: [
    'permanent',
    'NOT_FOUND',
    'names an object that does not exist',
    'Check the vault’s location; if it is right, verify the vault.',
  ],
  NoSuchBucket: noBucket,
  NoSuchUpload: ['transient', 'UNREACHABLE', 'belongs to an upload that has ended', 'Try again from the beginning.'],
  // A part that was sent twice, and whose first try came in last.
  InvalidPart: ['transient', 'UNREACHABLE', 'lists a part the object storage has otherwise', 'Try again.'],
  InvalidObjectState: [
    'needsPerson',
    'ACCESS_DENIED',
    'is archived and cannot be read',
    'Restore it in OSS, and take the lifecycle rule off the bucket that archives the vault.',
  ],
  AccessDenied: denied,
  SignatureDoesNotMatch: denied,
  InvalidAccessKeyId: denied,
  AccessKeyIdAndSecurityTokenNotMatch: denied,
  SecurityTokenExpired: expired,
  InvalidSecurityToken: expired,
  RequestTimeTooSkewed: skewed,
  BadDigest: damaged,
  InvalidDigest: damaged,
  FileImmutable: locked,
  QuotaExceeded: unpaid,
  UserDisable: unpaid,
  SlowDown: busy,
  ServiceUnavailable: busy,
  TooManyRequests: busy,
  QpsLimitExceeded: busy,
  DownloadTrafficRateLimitExceeded: busy,
  UploadTrafficRateLimitExceeded: busy,
  RequestTimeout: ['transient', 'TIMEOUT', 'took too long to arrive', 'Check the network to the object storage.'],
};

/** The contract's error for a refusal of `what`, which begins the sentence. */
export function refusalError(what: string, refusal: Refusal): DriverError {
  const { status, code, ec, requestId, endpoint } = refusal;
  const [kind, driverCode, problem, remedy] = meaningOf(refusal);
  const details = [String(status), code, ec && `EC ${ec}`, requestId && `request ${requestId}`]
    .filter(Boolean)
    .join(', ');
  return new DriverError({
    kind,
    code: driverCode,
    message: `${what} ${problem} (${details}).`,
    remedy:
      endpoint === undefined
        ? remedy
        : `The bucket is reached at ${endpoint}: correct the storage target’s region or endpoint.`,
  });
}

function meaningOf({ status, code, endpoint }: Refusal): Meaning {
  // A bucket of another region is reported as AccessDenied or a redirect, with the endpoint that would be right.
  if (endpoint !== undefined && (status === 403 || (status >= 300 && status < 400)))
    return ['needsPerson', 'BAD_CONFIGURATION', 'went to the wrong endpoint for its bucket', ''];
  const known = Object.hasOwn(meanings, code) ? meanings[code] : undefined;
  if (known) return known;
  if (status === 429 || status === 503) return busy;
  if (status >= 500 || status === 408) return failing;
  if (status === 401 || status === 403) return denied;
  if (status === 404)
    return code === ''
      ? ['permanent', 'NOT_FOUND', 'names what does not exist', 'Check the vault’s location.']
      : noBucket;
  if (status === 507) return unpaid;
  return [
    'permanent',
    'BAD_CONFIGURATION',
    'was not understood',
    'Check that the endpoint is Alibaba Cloud OSS and not something else.',
  ];
}
