import { type SignedIn, signIn, signInAgain } from '../../control/access-keys/authenticate.ts';
import type { EventType } from '../../control/events/event.ts';
import { watchEvents } from '../../control/events/watch-events.ts';
import type { Viewer } from '../../control/viewer.ts';
import { Bell } from '../../schema/subscriptions/bell.ts';
import type { Edge } from './edge.ts';
import { unauthenticated } from './session-error.ts';

const oneDayMs = 24 * 60 * 60_000;
/** Until the next look when the database could not be asked. */
const lookAgainMs = 5_000;
/** After these the key's scopes, its expiry or the end of its secret may be other ones. */
const changes: ReadonlySet<EventType> = new Set(['ACCESS_KEY_ROTATED', 'ACCESS_KEY_UPDATED']);
const longestHeader = 512;

/** The bearer token of an Authorization value; undefined when there is none. */
export function bearerOf(authorization: unknown): string | undefined {
  if (typeof authorization !== 'string' || authorization.length > longestHeader) return undefined;
  return /^Bearer +(\S+)$/i.exec(authorization.trim())?.[1];
}

/**
 * One authenticated caller: of a request, or of a connection that stays open. While it is watched it ends by itself when its access
 * key expires or is revoked, or the secret it was opened with is replaced; `renew` finds out in any case.
 */
export class Session {
  readonly #edge: Edge;
  #signedIn: SignedIn;
  /** Rung when the access key may have changed. */
  readonly #changed = new Bell();
  readonly #ended = new AbortController();
  #watchers = 0;
  #watching: AbortController | undefined;
  /** Aborted when the access key is no longer good, with the error to show. */
  readonly signal: AbortSignal;

  private constructor(edge: Edge, signedIn: SignedIn) {
    this.#edge = edge;
    this.#signedIn = signedIn;
    this.signal = this.#ended.signal;
  }

  /** Undefined when the token is not that of a good access key. */
  static async open(edge: Edge, token: string | undefined): Promise<Session | undefined> {
    const signedIn = token ? await signIn(edge.control, token) : undefined;
    return signedIn && new Session(edge, signedIn);
  }

  /** As the access key was when it was last looked up. */
  get viewer(): Viewer {
    return this.#signedIn.viewer;
  }

  /** While anybody watches, the session ends by itself. Dispose what it gives to stop watching. */
  watch(): Disposable {
    this.#watchers += 1;
    this.#watching ??= this.#startWatching();
    const release = () => {
      this.#watchers -= 1;
      if (this.#watchers > 0) return;
      this.#watching?.abort();
      this.#watching = undefined;
    };
    const once = new DisposableStack();
    once.defer(release);
    return once;
  }

  /** The viewer as the database knows it now; an access key that is no longer good ends the session. */
  async renew(): Promise<Viewer> {
    const signedIn = this.signal.aborted ? undefined : await signInAgain(this.#edge.control, this.#signedIn);
    if (signedIn) {
      this.#signedIn = signedIn;
      return signedIn.viewer;
    }
    this.end();
    throw unauthenticated();
  }

  end(): void {
    this.#ended.abort(unauthenticated());
  }

  #startWatching(): AbortController {
    const watching = new AbortController();
    const revocations = watchEvents(this.#edge.tailer, ({ type, subjectId }) => {
      if (subjectId !== this.viewer.accessKeyId) return;
      if (type === 'ACCESS_KEY_REVOKED') this.end();
      else if (changes.has(type)) this.#changed.ring();
    });
    watching.signal.addEventListener('abort', () => revocations[Symbol.dispose](), { once: true });
    void this.#endWhenDue(AbortSignal.any([watching.signal, this.#edge.stopping]));
    return watching;
  }

  async #endWhenDue(stop: AbortSignal): Promise<void> {
    const { clock } = this.#edge.control;
    let longestMs = oneDayMs;
    try {
      while (!this.signal.aborted) {
        const { goodUntil } = this.#signedIn;
        const left = goodUntil === null ? oneDayMs : goodUntil - clock.now();
        if (left <= 0) return this.end();
        // A timer holds at most 24.8 days, so a long life is slept through in days.
        await this.#changed.wait(clock, Math.min(left, longestMs), stop);
        longestMs = (await this.#looksGood()) ? oneDayMs : lookAgainMs;
      }
    } catch {
      // Nobody watches any longer.
    }
  }

  /** False also when nobody could be asked: then the session goes on until the next look. */
  async #looksGood(): Promise<boolean> {
    return this.renew().then(
      () => true,
      () => false,
    );
  }
}
