/** HTTP status and message of each error code the object server gives on its own, or by a planned fault. */
const known = {
  AccessDenied: [403, 'You have no right to access this object because of bucket acl.'],
  AccessKeyIdAndSecurityTokenNotMatch: [403, 'The OSS access key id and security token you provided does not match.'],
  BadDigest: [400, 'The Content-MD5 you specified did not match what we received.'],
  BucketAlreadyExists: [409, 'The requested bucket name is not available.'],
  BucketNotEmpty: [409, 'The bucket you tried to delete is not empty.'],
  EntityTooSmall: [400, 'Your proposed upload smaller than the minimum allowed object size.'],
  FileAlreadyExists: [409, 'The object you specified already exists and can not be overwritten.'],
  InternalError: [500, 'We encountered an internal error. Please try again.'],
  InvalidAccessKeyId: [403, 'The OSS Access Key Id you provided does not exist in our records.'],
  InvalidArgument: [400, 'Invalid argument.'],
  InvalidBucketName: [400, 'The specified bucket is not valid.'],
  InvalidDigest: [400, 'The Content-MD5 you specified is not valid.'],
  InvalidObjectName: [400, 'The specified object is not valid.'],
  InvalidPart: [
    400,
    "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.",
  ],
  InvalidPartOrder: [
    400,
    'The list of parts was not in ascending order. Parts list must specified in order by part number.',
  ],
  InvalidRange: [416, 'The requested range cannot be satisfied'],
  InvalidSecurityToken: [403, 'The security token you provided is invalid.'],
  MalformedXML: [400, 'The XML you provided was not well-formed or did not validate against our published schema.'],
  MethodNotAllowed: [405, 'The specified method is not allowed against this resource.'],
  MissingArgument: [400, 'Missing Some Required Arguments.'],
  MissingContentLength: [411, 'You must provide the Content-Length HTTP header.'],
  NoSuchBucket: [404, 'The specified bucket does not exist.'],
  NoSuchKey: [404, 'The specified key does not exist.'],
  NoSuchUpload: [
    404,
    'The specified upload does not exist. The upload ID might be invalid, or the upload might have been aborted or completed.',
  ],
  NotImplemented: [501, 'A header you provided implies functionality that is not implemented.'],
  PreconditionFailed: [412, 'At least one of the pre-conditions you specified did not hold'],
  RequestTimeTooSkewed: [403, 'The difference between the request time and the current time is too large.'],
  RequestTimeout: [
    400,
    'Your socket connection to the server was not read from or written to within the timeout period.',
  ],
  SecurityTokenExpired: [403, 'The security token you provided has expired.'],
  ServiceUnavailable: [503, 'Please reduce your request rate.'],
  SignatureDoesNotMatch: [
    403,
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
  SlowDown: [503, 'Please reduce your request rate.'],
  TooManyBuckets: [400, 'You have attempted to create more buckets than allowed.'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type OssErrorCode = keyof typeof known;

/** What the object server answers instead of a result. */
export class OssError extends Error {
  override readonly name = 'OssError';
  readonly status: number;
  readonly code: string;
  /** Elements that follow the usual ones in the answer. */
  readonly details: Readonly<Record<string, string>>;

  constructor(code: OssErrorCode, details: Readonly<Record<string, string>> = {}, message?: string) {
    const [status, text] = known[code];
    super(message ?? text);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  /** Of a planned fault, whose `code` may be anything: `SlowDown`, `403 AccessDenied`, `503 Whatever`. */
  static planned(code: string, message: string | undefined): PlannedOssError {
    const [, digits, name = 'InternalError'] = /^(?:(\d{3})\s+)?(.*)$/.exec(code) ?? [];
    const [status, text] = isKnown(name) ? known[name] : [500, 'A planned failure.'];
    return { status: digits ? Number(digits) : status, code: name, message: message ?? text, details: {} };
  }
}

export interface PlannedOssError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, string>>;
}

function isKnown(code: string): code is OssErrorCode {
  return Object.hasOwn(known, code);
}
