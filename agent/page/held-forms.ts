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
export class HeldForms {
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #held = new Map<string, Held>();

  constructor(clock: Clock, ids: IdSource) {
    this.#clock = clock;
    this.#ids = ids;
  }

  hold(form: ActivationForm, browserId: string): string {
    const id = this.#ids.bytes(24).toString('base64url');
    this.#forget();
    this.#held.set(id, { form, browserId, until: this.#clock.monotonic() + heldForMs });
    return id;
  }

  /** The form, once. */
  take(id: string, browserId: string): ActivationForm | undefined {
    this.#forget();
    const held = this.#held.get(id);
    if (held?.browserId !== browserId) return undefined;
    this.#held.delete(id);
    return held.form;
  }

  clear(): void {
    this.#held.clear();
  }

  #forget(): void {
    const ids = [...this.#held].filter(([, { until }]) => until < this.#clock.monotonic()).map(([id]) => id);
    for (const id of ids) this.#held.delete(id);
    for (const id of [...this.#held.keys()].slice(0, Math.max(0, this.#held.size - mostHeld + 1)))
      this.#held.delete(id);
  }
}
