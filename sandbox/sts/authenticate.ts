import { timingSafeEqual } from 'node:crypto';
import type { Principal } from './accounts.ts';
import { StsError } from './errors.ts';
import type { Identities } from './identities.ts';
import { parameter, requireParameter, type StsRequest } from './request.ts';
import { MAX_SKEW_MS, type ServerTime } from './server-time.ts';
import { ACS3, acs3CanonicalRequest, acs3Sign, hashOf, parseAcs3, rpcSign, rpcStringToSign } from './signatures.ts';

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
    const [kind, version] = [parameter(request, 'SignatureMethod'), parameter(request, 'SignatureVersion')];
    if (kind !== 'HMAC-SHA1' || version !== '1.0') throw incomplete();
    const { secret, principal } = this.#lookUp(accessKeyId, parameter(request, 'SecurityToken'));
    this.#checkTime(timestamp);
    const text = rpcStringToSign(request);
    if (!same(rpcSign(secret, text), signature)) throw mismatch(text);
    this.#useNonce(accessKeyId, nonce);
    return principal;
  }

  #byAcs3(request: StsRequest, authorization: string): Principal {
    const { headers, body } = request;
    const given = parseAcs3(authorization);
    const [date, nonce] = [headers.get('x-acs-date'), headers.get('x-acs-signature-nonce')];
    if (!given || !date || !nonce) throw incomplete();
    const needed = [...headers.keys()].filter((name) => name === 'host' || name.startsWith('x-acs-'));
    if (needed.some((name) => !given.signedHeaders.includes(name))) throw incomplete();
    if (headers.get('x-acs-content-sha256') !== hashOf(body)) throw incomplete();
    const { secret, principal } = this.#lookUp(given.accessKeyId, headers.get('x-acs-security-token'));
    this.#checkTime(date);
    const canonical = acs3CanonicalRequest(request, given.signedHeaders);
    if (!same(acs3Sign(secret, canonical), given.signature)) throw mismatch(canonical);
    this.#useNonce(given.accessKeyId, nonce);
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

function incomplete(): StsError {
  return new StsError(400, 'IncompleteSignature', 'The request signature does not conform to Aliyun standards.');
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
