import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Principal } from './accounts.ts';
import { StsError } from './errors.ts';
import type { Identities } from './identities.ts';
import { canonicalParameters, encode, parameter, requireParameter, type StsRequest } from './request.ts';
import { MAX_SKEW_MS, type ServerTime } from './server-time.ts';

const ACS3 = 'ACS3-HMAC-SHA256';

/** Checks the signature of a call, its time, and that its nonce was not used before. */
export class StsAuthenticator {
  readonly #identities: Identities;
  readonly #time: ServerTime;
  /** Nonces with the time at which they may be forgotten. */
  readonly #nonces = new Map<string, number>();

  constructor(identities: Identities, time: ServerTime) {
    this.#identities = identities;
    this.#time = time;
  }

  authenticate(request: StsRequest): Principal {
    const authorization = request.headers.get('authorization');
    return authorization?.startsWith(`${ACS3} `) ? this.#byAcs3(request, authorization) : this.#byRpc(request);
  }

  #byRpc(request: StsRequest): Principal {
    const accessKeyId = requireParameter(request, 'AccessKeyId');
    const signature = requireParameter(request, 'Signature');
    const nonce = requireParameter(request, 'SignatureNonce');
    const timestamp = requireParameter(request, 'Timestamp');
    if (parameter(request, 'SignatureMethod') !== 'HMAC-SHA1' || parameter(request, 'SignatureVersion') !== '1.0') {
      throw new StsError(400, 'IncompleteSignature', 'The request signature does not conform to Aliyun standards.');
    }
    const { secret, principal } = this.#lookUp(accessKeyId, parameter(request, 'SecurityToken'));
    this.#checkTime(timestamp);
    const signed = new Map([...request.form, ...request.query].filter(([name]) => name !== 'Signature'));
    const text = `${request.method}&${encode('/')}&${encode(canonicalParameters(signed))}`;
    const expected = createHmac('sha1', `${secret}&`).update(text).digest('base64');
    if (!same(expected, signature)) throw mismatch(text);
    this.#useNonce(accessKeyId, nonce);
    return principal;
  }

  #byAcs3(request: StsRequest, authorization: string): Principal {
    const parts = new Map(
      authorization
        .slice(ACS3.length)
        .split(',')
        .map((part) => [part.split('=', 1)[0]?.trim() ?? '', part.slice(part.indexOf('=') + 1).trim()]),
    );
    const [accessKeyId, signature] = [parts.get('Credential'), parts.get('Signature')];
    const signedHeaders = (parts.get('SignedHeaders') ?? '').split(';');
    const date = request.headers.get('x-acs-date');
    const nonce = request.headers.get('x-acs-signature-nonce');
    if (!accessKeyId || !signature || !date || !nonce) {
      throw new StsError(400, 'IncompleteSignature', 'The request signature does not conform to Aliyun standards.');
    }
    const needed = [...request.headers.keys()].filter((name) => name === 'host' || name.startsWith('x-acs-'));
    const hash = createHash('sha256').update(request.body).digest('hex');
    if (needed.some((name) => !signedHeaders.includes(name)) || request.headers.get('x-acs-content-sha256') !== hash) {
      throw new StsError(400, 'IncompleteSignature', 'The request signature does not conform to Aliyun standards.');
    }
    const { secret, principal } = this.#lookUp(accessKeyId, request.headers.get('x-acs-security-token'));
    this.#checkTime(date);
    const canonical = [
      request.method,
      request.path,
      canonicalParameters(request.query),
      signedHeaders.map((name) => `${name}:${(request.headers.get(name) ?? '').trim()}\n`).join(''),
      signedHeaders.join(';'),
      hash,
    ].join('\n');
    const text = `${ACS3}\n${createHash('sha256').update(canonical).digest('hex')}`;
    if (!same(createHmac('sha256', secret).update(text).digest('hex'), signature)) throw mismatch(canonical);
    this.#useNonce(accessKeyId, nonce);
    return principal;
  }

  #lookUp(accessKeyId: string, securityToken: string | undefined) {
    const found = this.#identities.find(accessKeyId, securityToken);
    if (!('refused' in found)) return found;
    switch (found.refused) {
      case 'unknownKey':
        if (accessKeyId.startsWith('STS.')) {
          throw new StsError(400, 'MissingSecurityToken', 'SecurityToken is mandatory for this action.');
        }
        throw new StsError(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
      case 'inactiveKey':
        throw new StsError(403, 'InvalidAccessKeyId.Inactive', 'Specified access key is disabled.');
      case 'tokenMismatch':
        throw new StsError(
          400,
          'InvalidSecurityToken.MismatchWithAccessKey',
          'Specified SecurityToken mismatch with the AccessKey.',
        );
      case 'invalidToken':
        throw new StsError(400, 'InvalidSecurityToken.Malformed', 'Specified SecurityToken is malformed.');
      case 'tokenExpired':
        throw new StsError(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
    }
  }

  #checkTime(text: string): void {
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(time)) {
      throw new StsError(400, 'InvalidTimeStamp.Format', 'Specified time stamp or date value is not well formatted.');
    }
    if (Math.abs(this.#time.now() - time) > MAX_SKEW_MS) {
      throw new StsError(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
    }
  }

  /** A nonce is kept as long as its request's time could still be accepted. */
  #useNonce(accessKeyId: string, nonce: string): void {
    const now = this.#time.now();
    for (const [old, forgetAt] of this.#nonces) if (forgetAt < now) this.#nonces.delete(old);
    const name = `${accessKeyId} ${nonce}`;
    if (this.#nonces.has(name)) {
      throw new StsError(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
    }
    this.#nonces.set(name, now + 2 * MAX_SKEW_MS);
  }
}

function mismatch(text: string): StsError {
  return new StsError(
    400,
    'SignatureDoesNotMatch',
    `Specified signature is not matched with our calculation. server string to sign is:${text}`,
  );
}

function same(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
