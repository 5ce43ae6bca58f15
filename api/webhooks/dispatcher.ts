import { withDeadline } from '../../base/abort.ts';
import type { Logger } from '../../base/logger.ts';
import type { ControlContext } from '../../control/context.ts';
import type { DeliveryTry } from '../../control/database/webhook-tables.ts';
import type { ControlEvent } from '../../control/events/event.ts';
import type { EventTailer } from '../../control/events/event-tailer.ts';
import { watchEvents } from '../../control/events/watch-events.ts';
import { scheduleDeliveries } from '../../control/webhooks/schedule-deliveries.ts';
import { openWebhookSecret } from '../../control/webhooks/secret.ts';
import {
  type DueDelivery,
  finishTry,
  forgetDeliveries,
  takeDueDeliveries,
} from '../../control/webhooks/try-deliveries.ts';
import { describeEvent } from '../../schema/describe-event.ts';
import type { WebhookNetworks } from './receivers.ts';
import { postWebhook } from './send.ts';
import { webhookHeaders } from './sign.ts';

const betweenLooksMs = 1_000;
const betweenCleaningsMs = 60 * 60_000;
/** For the beginning of its answer. */
export const answerWithinMs = 10_000;
/** Sent at the same time by one process. */
const atOnce = 64;

/** Sends events to webhooks. Every api process runs one; each delivery is sent by one of them. */
export class WebhookDispatcher implements AsyncDisposable {
  readonly #control: ControlContext;
  readonly #logger: Logger;
  readonly #networks: WebhookNetworks;
  readonly #intervalMs: number;
  readonly #stop = new AbortController();
  readonly #loop: Promise<void>;
  readonly #underWay = new Set<Promise<void>>();
  #bell = Promise.withResolvers<void>();

  constructor(options: {
    readonly control: ControlContext;
    readonly tailer: EventTailer;
    readonly logger: Logger;
    readonly networks: WebhookNetworks;
    /** Between looks at what is due, in milliseconds. Default: one second. */
    readonly intervalMs?: number | undefined;
  }) {
    this.#control = options.control;
    this.#logger = options.logger;
    this.#networks = options.networks;
    this.#intervalMs = options.intervalMs ?? betweenLooksMs;
    const watching = watchEvents(options.tailer, () => this.#bell.resolve());
    this.#stop.signal.addEventListener('abort', () => watching[Symbol.dispose](), { once: true });
    this.#loop = this.#run();
  }

  async #run(): Promise<void> {
    const { clock } = this.#control;
    const { signal } = this.#stop;
    let cleanedAt = clock.monotonic();
    while (!signal.aborted) {
      this.#bell = Promise.withResolvers();
      try {
        if (await scheduleDeliveries(this.#control, renderEvent)) this.#bell.resolve();
        await this.#sendDue();
        if (clock.monotonic() - cleanedAt > betweenCleaningsMs) {
          cleanedAt = clock.monotonic();
          await forgetDeliveries(this.#control);
        }
      } catch (error) {
        this.#troubled(error);
      }
      const pause = new AbortController();
      const tired = clock.sleep(this.#intervalMs, AbortSignal.any([pause.signal, signal])).catch(() => undefined);
      await Promise.race([this.#bell.promise, tired]);
      pause.abort();
      await tired;
    }
  }

  /** Begins with what is due, as far as there is room. Whatever ends makes room, and rings. */
  async #sendDue(): Promise<void> {
    const room = atOnce - this.#underWay.size;
    if (room === 0) return;
    for (const due of await takeDueDeliveries(this.#control, room)) {
      const sending = this.#send(due)
        .catch((error: unknown) => this.#troubled(error))
        .finally(() => {
          this.#underWay.delete(sending);
          this.#bell.resolve();
        });
      this.#underWay.add(sending);
    }
  }

  #troubled(error: unknown): void {
    if (!this.#stop.signal.aborted) this.#logger.warn({ err: error }, 'webhooks could not be sent now');
  }

  async #send(due: DueDelivery): Promise<void> {
    const { clock } = this.#control;
    const at = clock.now();
    const began = clock.monotonic();
    const { signal } = this.#stop;
    let statusCode: number | null = null;
    let error: string | null = null;
    try {
      const secret = openWebhookSecret(this.#control, due.webhookId, due.secretSealed);
      const headers = webhookHeaders({ ...due, secret, at });
      statusCode = await withDeadline(
        { clock, ms: answerWithinMs, what: "The receiver's answer", parent: signal },
        (limited) => postWebhook({ ...due, headers }, this.#networks, limited),
      );
      if (statusCode < 200 || statusCode > 299) error = `The receiver answered with HTTP status ${statusCode}.`;
    } catch (caught) {
      // Cut off by a stop: its lease runs out, and another process sends it.
      if (signal.aborted) return;
      error = reasonOf(caught);
    }
    const durationMs = Math.round(clock.monotonic() - began);
    const outcome: DeliveryTry = { at: new Date(at).toISOString(), durationMs, statusCode, error };
    await finishTry(this.#control, due, outcome);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('the process stops'));
    await this.#loop;
    await Promise.all(this.#underWay);
  }
}

/** Of a name with several addresses Node tells what became of each, and nothing of the whole. */
function reasonOf(caught: unknown): string {
  const errors = caught instanceof AggregateError ? caught.errors : [caught];
  const reasons = errors.map((error) => (error instanceof Error && error.message) || String(error));
  return [...new Set(reasons)].join('; ');
}

/** The same words as an event of the schema. */
function renderEvent(event: ControlEvent): string {
  return JSON.stringify(describeEvent(event));
}
