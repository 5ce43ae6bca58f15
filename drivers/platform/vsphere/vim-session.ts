import { abortable } from '../../../base/abort.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { ServerAddress } from './address.ts';
import { cleanUp } from './clean-up.ts';
import { driverError, errorOfFault, VimFault } from './errors.ts';
import type { Operations, ServiceContent } from './gen/types.ts';
import type { CertificateTrust } from './pinned-agent.ts';
import type { VimSoapClient } from './soap-client.ts';
import { isA } from './vim-types.ts';
import { reference } from './vim-values.ts';

/** vCenter forgets a session after 30 idle minutes. */
const keepAliveMs = 10 * 60_000;

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface VimCallOptions {
  readonly signal: AbortSignal;
  /** What is being done, as the start of a sentence; the operation's name when left out. */
  readonly what?: string;
  readonly timeoutMs?: number;
}

interface SessionParts {
  readonly client: VimSoapClient;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One login at one server: keeps itself alive, logs in again when it was forgotten, never repeats a refused password. */
export class VimSession implements AsyncDisposable {
  readonly content: ServiceContent;
  readonly #parts: SessionParts;
  readonly #closed = new AbortController();
  #generation = 0;
  #key = '';
  #renewal: Promise<void> | undefined;
  #refusal: unknown;

  private constructor(parts: SessionParts, content: ServiceContent) {
    this.#parts = parts;
    this.content = content;
  }

  static async open(parts: SessionParts, signal: AbortSignal): Promise<VimSession> {
    const what = 'Connecting';
    try {
      const serviceInstance = reference('ServiceInstance', 'ServiceInstance');
      const content = await parts.client.call('RetrieveServiceContent', { _this: serviceInstance }, { signal });
      const session = new VimSession(parts, content);
      await session.#login(signal);
      void session.#keepAlive();
      return session;
    } catch (error) {
      parts.client.close();
      throw error instanceof VimFault ? errorOfFault(error, what) : error;
    }
  }

  /** Rises with every new login: views, collectors and tokens of an older one are gone. */
  get generation(): number {
    return this.#generation;
  }

  /** The server's name of the present login. */
  get key(): string {
    return this.#key;
  }

  get clock(): Clock {
    return this.#parts.clock;
  }

  /** The server as it was connected to, and how its certificate is proven. */
  get server(): { readonly address: ServerAddress; readonly trust: CertificateTrust } {
    const { address, trust } = this.#parts.client;
    return { address, trust };
  }

  get fingerprint(): string {
    return this.#parts.client.fingerprint ?? '';
  }

  /** Throws DriverErrors only (a fault as its `cause`), or the signal's reason. */
  async call<K extends keyof Operations>(
    operation: K,
    request: Operations[K]['request'],
    options: VimCallOptions,
  ): Promise<Operations[K]['response']> {
    const what = options.what ?? operation;
    try {
      const generation = this.#generation;
      try {
        return await this.#attempt(operation, request, options);
      } catch (error) {
        if (!(error instanceof VimFault) || error.type !== 'NotAuthenticated') throw error;
        await abortable(this.#renew(generation), options.signal);
        return await this.#attempt(operation, request, options);
      }
    } catch (error) {
      throw error instanceof VimFault ? errorOfFault(error, what) : error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort(
      driverError('transient', 'SESSION_LOST', 'The session was closed.', 'Connect to the vCenter again.'),
    );
    const sessionManager = this.content.sessionManager;
    if (sessionManager && this.#refusal === undefined) {
      // The server forgets the session by itself when it cannot be told.
      await cleanUp((options) => this.#parts.client.call('Logout', { _this: sessionManager }, options));
    }
    this.#parts.client.close();
  }

  async #attempt<K extends keyof Operations>(
    operation: K,
    request: Operations[K]['request'],
    options: VimCallOptions,
  ): Promise<Operations[K]['response']> {
    if (this.#refusal !== undefined) throw this.#refusal;
    const signal = AbortSignal.any([options.signal, this.#closed.signal]);
    const response = await this.#parts.client.call(operation, request, {
      signal,
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    });
    if (saysNotAuthenticated(response)) throw new VimFault('NotAuthenticated', 'The session is not authenticated.');
    return response;
  }

  /** One login for all calls that found the session of `generation` lost. */
  #renew(generation: number): Promise<void> {
    if (generation !== this.#generation) return Promise.resolve();
    this.#renewal ??= this.#login(this.#closed.signal).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #login(signal: AbortSignal): Promise<void> {
    if (this.#refusal !== undefined) throw this.#refusal;
    const { client, credentials, logger } = this.#parts;
    const sessionManager = this.content.sessionManager;
    if (!sessionManager) {
      throw driverError('permanent', 'NOT_SUPPORTED', 'The server has no session manager.', 'Check the address.');
    }
    client.forgetSession();
    try {
      const { key } = await client.call(
        'Login',
        { _this: sessionManager, userName: credentials.username, password: credentials.password },
        { signal },
      );
      this.#key = key;
    } catch (error) {
      if (!(error instanceof VimFault)) throw error;
      const refused = errorOfFault(error, 'Logging in');
      // Trying a refused password again would lock the account.
      if (refused.kind === 'needsPerson') this.#refusal = refused;
      throw refused;
    }
    this.#generation += 1;
    if (this.#generation > 1) logger.info({ generation: this.#generation }, 'logged in to vSphere again');
  }

  async #keepAlive(): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      try {
        await this.#parts.clock.sleep(keepAliveMs, signal);
        await this.call('CurrentTime', { _this: reference('ServiceInstance', 'ServiceInstance') }, { signal });
      } catch (error) {
        if (signal.aborted || this.#refusal !== undefined) return;
        this.#parts.logger.debug({ error }, 'keeping the vSphere session alive failed');
      }
    }
  }
}

/** The property collector tells of a lost session in the properties it could not read, not by a fault of the call. */
function saysNotAuthenticated(response: unknown): boolean {
  if (!isA(response, 'RetrieveResult')) return false;
  return response.objects.some((object) =>
    object.missingSet?.some((missing) => missing.fault.fault.$type === 'NotAuthenticated'),
  );
}
