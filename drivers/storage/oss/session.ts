import { abortable } from '../../../base/abort.ts';
import type { StorageCredentials } from '../contract.ts';
import type { ServerClock } from './server-clock.ts';
import { readSessionKeys, type SessionKeys } from './session-keys.ts';

/** New credentials are asked for this long before the old ones end, or in the last quarter of a shorter life. */
const AHEAD_MS = 300_000;

interface Held {
  readonly keys: SessionKeys;
  /** By the server's clock; undefined: never. */
  readonly expiresAt: number | undefined;
  /** By a clock that never jumps. */
  readonly fetchedAt: number;
}

interface Refresh {
  readonly result: Promise<Held>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * The credentials an opened vault signs with. However many requests need new ones, they are asked for once; who waits
 * can give up alone, and when nobody waits any more the asking ends too. Shortly before they expire new ones are
 * fetched beside the work, which goes on with the old.
 */
export class Session implements Disposable {
  readonly #ask: (signal: AbortSignal) => Promise<StorageCredentials>;
  readonly #clock: ServerClock;
  readonly #closed = new AbortController();
  #held: Held | undefined;
  #refresh: Refresh | undefined;

  constructor(ask: (signal: AbortSignal) => Promise<StorageCredentials>, clock: ServerClock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** The keys for the next request. */
  async keys(signal: AbortSignal): Promise<SessionKeys> {
    const held = this.#held;
    if (!held) return (await this.#fresh(signal)).keys;
    if (held.expiresAt === undefined) return held.keys;
    const left = held.expiresAt - this.#clock.now();
    // Worked out anew each time: the server's time may have been learned meanwhile.
    const ahead = Math.min(AHEAD_MS, (left + this.#clock.monotonic() - held.fetchedAt) / 4);
    if (left > ahead) return held.keys;
    if (left <= ahead / 5) return (await this.#fresh(signal)).keys;
    // A failure here is none yet: the next request tries again, and the last of them waits for it.
    this.#fresh(this.#closed.signal).catch(() => undefined);
    return held.keys;
  }

  /** The server refused these keys as expired: they are never used again. */
  refuse(keys: SessionKeys): void {
    if (this.#held?.keys === keys) this.#held = undefined;
  }

  [Symbol.dispose](): void {
    this.#closed.abort(new Error('The vault’s storage was closed.'));
    this.#refresh?.abort.abort(this.#closed.signal.reason);
    this.#held = undefined;
  }

  async #fresh(signal: AbortSignal): Promise<Held> {
    signal.throwIfAborted();
    this.#closed.signal.throwIfAborted();
    this.#refresh ??= this.#start();
    const refresh = this.#refresh;
    refresh.waiting += 1;
    try {
      return await abortable(refresh.result, signal);
    } finally {
      refresh.waiting -= 1;
      if (refresh.waiting === 0) {
        refresh.abort.abort(new Error('Nobody waits for the credentials any more.'));
        if (this.#refresh === refresh) this.#refresh = undefined;
      }
    }
  }

  #start(): Refresh {
    const abort = new AbortController();
    const result = this.#ask(abort.signal).then((credentials) => {
      this.#held = {
        keys: readSessionKeys(credentials),
        expiresAt: credentials.expiresAt === null ? undefined : Date.parse(credentials.expiresAt),
        fetchedAt: this.#clock.monotonic(),
      };
      return this.#held;
    });
    return { result, abort, waiting: 0 };
  }
}
