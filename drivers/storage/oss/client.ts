import { DriverError } from '../../../base/errors.ts';
import type { UploadPace } from '../contract.ts';
import { type Refusal, readRefusal, refusalError } from './answer-errors.ts';
import type { Connections } from './connections.ts';
import { type AnswerHead, exchange, type HttpAnswer } from './exchange.ts';
import type { OssPlace } from './location.ts';
import type { RequestBody } from './request-body.ts';
import type { ServerClock } from './server-clock.ts';
import type { Session } from './session.ts';
import type { SessionKeys } from './session-keys.ts';
import { signRequest } from './sign.ts';

/** One operation of OSS. */
export interface OssCall {
  /** Begins the sentence of an error: "The object a/b". */
  readonly what: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** The object's whole name; absent for the bucket. */
  readonly object?: string;
  readonly query?: Readonly<Record<string, string | null>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  /** Bytes of a successful answer's body at most; 1 MiB unless given. May throw. */
  readonly accept?: (head: AnswerHead) => number;
  /** Called before the body is sent, which may happen more than once; gives what sees the pieces. */
  readonly onSending?: () => (piece: Uint8Array) => void;
  /** Codes that are an answer here and no error. */
  readonly expected?: readonly string[];
  readonly signal: AbortSignal;
}

export type OssResult =
  | { readonly ok: true; readonly answer: HttpAnswer }
  | { readonly ok: false; readonly refusal: Refusal };

const SMALL_ANSWER = 1 << 20;

/** What OSS says of credentials that were good once. */
const expiredCodes = [
  'SecurityTokenExpired',
  'InvalidSecurityToken',
  'InvalidAccessKeyId',
  'AccessKeyIdAndSecurityTokenNotMatch',
];

/**
 * Signed requests to one bucket. A request is sent again only when OSS refused to look at it: once with the time
 * corrected, and once with new credentials. Everything else is the caller's to repeat.
 */
export class OssClient {
  readonly #connections: Connections;
  readonly #place: OssPlace;
  readonly #session: Pick<Session, 'keys' | 'refuse'>;
  readonly #clock: ServerClock;
  readonly #pace: UploadPace | undefined;

  constructor(options: {
    readonly connections: Connections;
    readonly place: OssPlace;
    readonly session: Pick<Session, 'keys' | 'refuse'>;
    readonly clock: ServerClock;
    readonly pace?: UploadPace | undefined;
  }) {
    this.#connections = options.connections;
    this.#place = options.place;
    this.#session = options.session;
    this.#clock = options.clock;
    this.#pace = options.pace;
  }

  /** The answer of a call whose refusal is an error. */
  async call(call: OssCall): Promise<HttpAnswer> {
    const result = await this.tryCall(call);
    if (result.ok) return result.answer;
    throw refusalError(call.what, result.refusal);
  }

  async tryCall(call: OssCall): Promise<OssResult> {
    let isTimeCorrected = false;
    let areKeysRenewed = false;
    for (;;) {
      const keys = await this.#session.keys(call.signal);
      const answer = await this.#send(call, keys);
      requireOss(call.what, answer);
      // A proxy’s clock is nobody’s.
      if (isOfOss(answer)) this.#clock.learn(answer.headers);
      if (answer.status >= 200 && answer.status < 300) return { ok: true, answer };
      const refusal = readRefusal(answer);
      if (call.expected?.includes(refusal.code)) return { ok: false, refusal };
      if (refusal.code === 'RequestTimeTooSkewed' && !isTimeCorrected) {
        isTimeCorrected = true;
      } else if (keys.securityToken !== undefined && expiredCodes.includes(refusal.code)) {
        this.#session.refuse(keys);
        if (areKeysRenewed) throw credentialsExpired(call.what, refusal);
        areKeysRenewed = true;
      } else throw refusalError(call.what, refusal);
    }
  }

  async #send(call: OssCall, keys: SessionKeys): Promise<HttpAnswer> {
    const { method, object, query = {}, headers = {}, body, accept = () => SMALL_ANSWER, onSending, signal } = call;
    const { bucket, region, root } = this.#place;
    const signed = await signRequest(
      { method, bucket, query, headers, ...(object !== undefined && { object }) },
      keys,
      region,
      this.#clock.now(),
    );
    const onSent = onSending?.();
    try {
      return await exchange(this.#connections, {
        method,
        path: root + (object === undefined ? '' : encodePath(object)) + queryOf(query),
        headers: signed,
        ...(body && { body, pace: this.#pace }),
        ...(onSent && { onSent }),
        accept: (head) => (head.status >= 200 && head.status < 300 ? accept(head) : SMALL_ANSWER),
        signal,
      });
    } catch (error) {
      if (!signal.aborted) this.#connections.dropIdle();
      throw error;
    }
  }
}

/**
 * OSS names the request in every answer. A proxy's page has no such name, and would say that an object is there, is
 * gone, or is empty. Source: "Common response headers", OSS API reference.
 */
function requireOss(what: string, answer: HttpAnswer): void {
  const { status } = answer;
  if (isOfOss(answer) || (status !== 404 && status >= 300)) return;
  throw new DriverError({
    kind: 'transient',
    code: 'UNREACHABLE',
    message: `${what} was answered by something other than Alibaba Cloud OSS (${status}).`,
    remedy: 'Check the endpoint, and proxies and firewalls on the way to it.',
  });
}

const isOfOss = ({ headers }: HttpAnswer) => headers['x-oss-request-id'] !== undefined;

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function encodePath(object: string): string {
  return object.split('/').map(encode).join('/');
}

function queryOf(query: Readonly<Record<string, string | null>>): string {
  const parts = Object.entries(query).map(([name, value]) =>
    value === null ? encode(name) : `${encode(name)}=${encode(value)}`,
  );
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function credentialsExpired(what: string, refusal: Refusal): DriverError {
  const { message } = refusalError(what, refusal);
  return new DriverError({
    kind: 'needsPerson',
    code: 'CREDENTIALS_EXPIRED',
    message,
    remedy: 'New credentials were refused as well: check the control plane’s clock and the role of the storage target.',
  });
}
