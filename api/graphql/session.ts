import { authenticate, loadViewer } from '../../control/access-keys/authenticate.ts';
import { watchEvents } from '../../control/events/watch-events.ts';
import type { Viewer } from '../../control/viewer.ts';
import type { Edge } from './edge.ts';
import { unauthenticated } from './session-error.ts';

const oneDayMs = 24 * 60 * 60_000;
const longestHeader = 512;

/** The bearer token of an Authorization value; undefined when there is none. */
export function bearerOf(authorization: unknown): string | undefined {
  if (typeof authorization !== 'string' || authorization.length > longestHeader) return undefined;
  return /^Bearer +(\S+)$/i.exec(authorization.trim())?.[1];
}

/**
 * One authenticated caller: of a request, or of a connection that stays open. While it is watched it ends by itself when its access
 * key expires or is revoked; `renew` finds out in any case.
 */
export class Session {
  readonly #edge: Edge;
  #viewer: Viewer;
  readonly #ended = new AbortController();
  #watchers = 0;
  #watching: AbortController | undefined;
  /** Aborted when the access key is no longer good, with the error to show. */
  readonly signal: AbortSignal;

  private constructor(edge: Edge, viewer: Viewer) {
    this.#edge = edge;
    this.#viewer = viewer;
    this.signal = this.#ended.signal;
  }

  /** Undefined when the token is not that of a good access key. */
  static async open(edge: Edge, token: string | undefined): Promise<Session | undefined> {
    const viewer = token ? await authenticate(edge.control, token) : undefined;
    return viewer && new Session(edge, viewer);
  }

  /** As the access key was when it was last looked up. */
  get viewer(): Viewer {
    return this.#viewer;
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
    const viewer = this.signal.aborted ? undefined : await loadViewer(this.#edge.control, this.viewer.accessKeyId);
    if (viewer) {
      this.#viewer = viewer;
      return viewer;
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
      if (type === 'ACCESS_KEY_REVOKED' && subjectId === this.viewer.accessKeyId) this.end();
    });
    watching.signal.addEventListener('abort', () => revocations[Symbol.dispose](), { once: true });
    void this.#endAtExpiry(AbortSignal.any([watching.signal, this.#edge.stopping]));
    return watching;
  }

  async #endAtExpiry(stop: AbortSignal): Promise<void> {
    const { expiresAt } = this.viewer;
    if (expiresAt === null) return;
    const { clock } = this.#edge.control;
    try {
      // A timer holds at most 24.8 days, so a long life is slept through in days.
      for (let left = expiresAt - clock.now(); left > 0; left = expiresAt - clock.now()) {
        await clock.sleep(Math.min(left, oneDayMs), stop);
      }
      this.end();
    } catch {
      // Nobody watches any longer.
    }
  }
}
