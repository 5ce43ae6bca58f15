import { createPrivateKey, sign } from 'node:crypto';
import { z } from 'zod';
import { abortable } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import type { IdSource } from '../../base/ids.ts';
import {
  type ActivationRequest,
  activationChallengeResponse,
  activationResponse,
  tokenChallengeResponse,
  tokenResponse,
  tokenSignatureInput,
} from '../../protocol/activation.ts';
import { errorBody } from '../../protocol/primitives.ts';
import { BackOff } from './back-off.ts';
import { createJsonPoster, type JsonPoster } from './http-json.ts';

export interface ControlAddress {
  readonly baseUrl: string;
  readonly ca: string | null;
}

/** An error the control plane answered with, or that kept its answer from arriving. `status` 0: no answer. */
export class ControlError extends HoldfastError {
  override readonly name = 'ControlError';
  readonly status: number;

  constructor(status: number, details: z.infer<typeof errorBody>) {
    super(details);
    this.status = status;
  }
}

/** How often a call is sent: once, or with back-off until it succeeds, is refused for good, or the signal is aborted. */
export type Persistence = 'once' | 'persistent';

interface Token {
  readonly value: string;
  /** On the monotonic clock: renewed from here on, and of no use any more from then on. */
  readonly renewAt: number;
  readonly expiresAt: number;
}

const answerWithError = z.object({ error: errorBody });

/** The control channel of one activated gateway. Gets and renews its bearer by itself. */
export class ControlClient implements Disposable {
  readonly #poster: JsonPoster;
  readonly #gatewayId: string;
  readonly #signingKey: ReturnType<typeof createPrivateKey>;
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #closed = new AbortController();
  #token: Token | undefined;
  #renewal: Promise<Token> | undefined;
  /** Wall-clock time of the last answer; null before the first. */
  lastContactAt: number | null = null;

  constructor(options: {
    readonly address: ControlAddress;
    readonly gatewayId: string;
    /** Ed25519, PKCS#8 DER. */
    readonly signingKey: Buffer;
    readonly clock: Clock;
    readonly ids: IdSource;
  }) {
    this.#poster = createJsonPoster({ ...options.address, clock: options.clock });
    this.#gatewayId = options.gatewayId;
    this.#signingKey = createPrivateKey({ key: options.signingKey, format: 'der', type: 'pkcs8' });
    this.#clock = options.clock;
    this.#ids = options.ids;
  }

  /**
   * Calls the control plane. Throws {@link ControlError} with the code it answered, CONTROL_UNREACHABLE without an answer, or the
   * signal's reason.
   */
  async call<Schema extends z.ZodType>(
    path: string,
    body: object,
    answer: Schema,
    options: { readonly signal: AbortSignal; readonly persistence: Persistence },
  ): Promise<z.output<Schema>> {
    const backOff = new BackOff(this.#ids);
    for (;;) {
      try {
        return await this.#callOnce(path, body, answer, options.signal);
      } catch (error) {
        options.signal.throwIfAborted();
        if (options.persistence === 'once' || !mayRetry(error)) throw error;
        await this.#clock.sleep(backOff.next(), options.signal);
      }
    }
  }

  async #callOnce<Schema extends z.ZodType>(
    path: string,
    body: object,
    answer: Schema,
    signal: AbortSignal,
  ): Promise<z.output<Schema>> {
    for (let isSecondTry = false; ; isSecondTry = true) {
      const token = await this.#freshToken(signal);
      try {
        const result = await postChecked(this.#poster, path, body, answer, signal, {
          authorization: `Bearer ${token}`,
        });
        this.lastContactAt = this.#clock.now();
        return result;
      } catch (error) {
        if (error instanceof ControlError && error.status > 0) this.lastContactAt = this.#clock.now();
        if (isSecondTry || !(error instanceof ControlError) || error.status !== 401) throw error;
        this.#token = undefined;
      }
    }
  }

  async #freshToken(signal: AbortSignal): Promise<string> {
    const present = this.#token;
    const now = this.#clock.monotonic();
    if (present && present.renewAt > now) return present.value;
    // Several calls may find it old at once: one renewal serves all, and none of their signals may end it for the others.
    this.#renewal ??= this.#newToken(this.#closed.signal)
      .then((token) => {
        this.#token = token;
        return token;
      })
      .finally(() => {
        this.#renewal = undefined;
      });
    // One that is only old is still good: a control plane that is slow to renew it, or froze meanwhile, holds no call up.
    if (present && present.expiresAt > now) {
      this.#renewal.catch(() => undefined);
      return present.value;
    }
    return (await abortable(this.#renewal, signal)).value;
  }

  async #newToken(signal: AbortSignal): Promise<Token> {
    const gatewayId = this.#gatewayId;
    const askedAt = this.#clock.monotonic();
    const { challenge } = await postChecked(
      this.#poster,
      '/token/challenge',
      { gatewayId },
      tokenChallengeResponse,
      signal,
    );
    const signature = sign(null, tokenSignatureInput(gatewayId, challenge), this.#signingKey).toString('base64');
    const { data, date } = await postDated(
      this.#poster,
      '/token',
      { gatewayId, challenge, signature },
      tokenResponse,
      signal,
    );
    // Ten minutes by protocol. The server's own clock says how many are left: the one here may be wrong.
    const lifeMs = Math.min(Math.max(Date.parse(data.expiresAt) - (date ?? this.#clock.now()), 60_000), 600_000);
    return { value: data.token, renewAt: askedAt + lifeMs / 2, expiresAt: askedAt + lifeMs };
  }

  [Symbol.dispose](): void {
    this.#closed.abort(new Error('the control channel was closed'));
    this.#poster[Symbol.dispose]();
  }
}

/** Whether the same call may succeed later without anybody doing something. */
export function mayRetry(error: unknown): boolean {
  if (!(error instanceof HoldfastError)) return false;
  if (error instanceof ControlError && error.status > 0)
    return error.retryable && (error.status >= 500 || [408, 425, 429].includes(error.status));
  return error.retryable;
}

/** The two calls that need no bearer, for a gateway that is not activated yet. */
export async function requestActivationChallenge(
  poster: JsonPoster,
  certificate: string,
  signal: AbortSignal,
): Promise<z.infer<typeof activationChallengeResponse>> {
  return postChecked(poster, '/activation/challenge', { certificate }, activationChallengeResponse, signal);
}

export async function requestActivation(
  poster: JsonPoster,
  request: ActivationRequest,
  signal: AbortSignal,
): Promise<z.infer<typeof activationResponse>> {
  return postChecked(poster, '/activation', request, activationResponse, signal);
}

async function postChecked<Schema extends z.ZodType>(
  ...call: Parameters<typeof postDated<Schema>>
): Promise<z.output<Schema>> {
  return (await postDated(...call)).data;
}

/** The answer, and when it was given by the server's clock. */
async function postDated<Schema extends z.ZodType>(
  poster: JsonPoster,
  path: string,
  body: object,
  answer: Schema,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly data: z.output<Schema>; readonly date: number | undefined }> {
  const { status, body: json, date } = await poster.post(`/gateway/v1${path}`, body, headers, signal);
  if (status < 400) {
    const parsed = answer.safeParse(json);
    if (parsed.success) return { data: parsed.data, date };
  }
  const failure = answerWithError.safeParse(json);
  if (status >= 400 && failure.success) throw new ControlError(status, failure.data.error);
  throw new ControlError(status < 400 ? 0 : status, {
    code: 'CONTROL_ANSWER_INVALID',
    message: `What answers at the control plane's address does not speak this protocol (HTTP status ${status}).`,
    remedy: 'Check the address in the certificate and any proxy on the way to it.',
    // A proxy's own error page while the control plane restarts.
    retryable: status >= 500,
  });
}
