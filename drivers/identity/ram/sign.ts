import { createHash, createHmac } from 'node:crypto';

/** What a GetCallerIdentity request consists of beside what is always the same. */
export interface CallerIdentityRequest {
  /** As the Host header has it. */
  readonly host: string;
  readonly accessKeyId: string;
  /** ISO 8601 UTC, to the second. */
  readonly date: string;
  readonly nonce: string;
}

const algorithm = 'ACS3-HMAC-SHA256';
const emptyHash = createHash('sha256').digest('hex');

/**
 * The headers of `POST /` without a body that ask STS who signed them: nothing in them can be chosen, so that a signature over them is good for nothing else.
 * Source: "Request syntax and signature method V3", Alibaba Cloud OpenAPI; "GetCallerIdentity", STS developer reference.
 */
function signedHeaders({ host, date, nonce }: CallerIdentityRequest): Readonly<Record<string, string>> {
  return {
    host,
    'x-acs-action': 'GetCallerIdentity',
    'x-acs-content-sha256': emptyHash,
    'x-acs-date': date,
    'x-acs-signature-nonce': nonce,
    'x-acs-version': '2015-04-01',
  };
}

/** Lower-case hex. */
export function signCallerIdentity(request: CallerIdentityRequest, accessKeySecret: string): string {
  const headers = signedHeaders(request);
  const names = Object.keys(headers).sort();
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${headers[name]?.trim()}`),
    '',
    names.join(';'),
    emptyHash,
  ].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  return createHmac('sha256', accessKeySecret).update(`${algorithm}\n${digest}`).digest('hex');
}

/** The headers to send, with a signature made elsewhere. */
export function callerIdentityHeaders(
  request: CallerIdentityRequest,
  signature: string,
): Readonly<Record<string, string>> {
  const headers = signedHeaders(request);
  const names = Object.keys(headers).sort().join(';');
  return {
    ...headers,
    accept: 'application/json',
    authorization: `${algorithm} Credential=${request.accessKeyId},SignedHeaders=${names},Signature=${signature}`,
  };
}
