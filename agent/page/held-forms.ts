import type { Clock } from '../../base/clock.ts';
import type { IdSource } from '../../base/ids.ts';
import type { ActivationForm } from '../activation/form.ts';

const heldForMs = 10 * 60_000;
const mostHeld = 8;

interface Held {
  readonly form: ActivationForm;
  readonly browserId: string;
  readonly until: number;
}

/**
 * Forms whose activation waits for a firewall to be opened: kept in memory only, for a while, and only for the browser that sent them, so that nobody has
 * to type secrets again and none goes back to a browser.
 */
export class HeldForms implements Disposable {
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #closing = new AbortController();
  readonly #held = new Map<string, Held>();

  constructor(clock: Clock, ids: IdSource) {
    this.#clock = clock;
    this.#ids = ids;
  }

  hold(form: ActivationForm, browserId: string): string {
    const id = this.#ids.bytes(24).toString('base64url');
    this.#forgetOld();
    for (const oldest of [...this.#held.keys()].slice(0, Math.max(0, this.#held.size - mostHeld + 1)))
      this.#held.delete(oldest);
    this.#held.set(id, { form, browserId, until: this.#clock.monotonic() + heldForMs });
    // Also when nobody comes any more.
    this.#clock.sleep(heldForMs, this.#closing.signal).then(
      () => this.#held.delete(id),
      () => undefined,
    );
    return id;
  }

  /** The form, once. */
  take(id: string, browserId: string): ActivationForm | undefined {
    this.#forgetOld();
    const held = this.#held.get(id);
    if (held?.browserId !== browserId) return undefined;
    this.#held.delete(id);
    return held.form;
  }

  /** How many there are now. */
  get size(): number {
    return this.#held.size;
  }

  clear(): void {
    this.#held.clear();
  }

  [Symbol.dispose](): void {
    this.#closing.abort(new Error('the page is closing'));
    this.clear();
  }

  #forgetOld(): void {
    const now = this.#clock.monotonic();
    for (const [id, { until }] of this.#held) if (until < now) this.#held.delete(id);
  }
}
