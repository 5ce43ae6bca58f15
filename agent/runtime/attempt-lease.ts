import { withDeadline } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import type { UpMessage } from '../../protocol/messages.ts';
import { type Progress, renewResponse, type Work } from '../../protocol/work.ts';
import { BackOff } from '../control-channel/back-off.ts';
import { type ControlClient, ControlError } from '../control-channel/control-client.ts';
import { AgentStopping, AttemptLost, JobCanceled } from './stop-reasons.ts';
import { WakeUp } from './wake-up.ts';

const leastAnswerMs = 5_000;

export interface AttemptLeaseOptions {
  readonly work: Work;
  readonly control: ControlClient;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** Monotonic time at which the claim was sent that brought this work: the lease is counted from there. */
  readonly claimedAt: number;
}

/**
 * The right to work on one attempt. Renews itself at a third of its length by a timer of its own, and ends by itself when no renewal got
 * through for a whole length (protocol/PROTOCOL.md, section 1.5).
 */
export class AttemptLease implements AsyncDisposable {
  /** For everything that moves data: aborted by a cancel, a stop of the agent and the loss of the lease. */
  readonly signal: AbortSignal;
  /** For tidying up and reporting: aborted only when the attempt is lost or the agent cannot wait any longer. */
  readonly held: AbortSignal;
  readonly startedAt: number;
  /** Name of the transport driver that the job chose; null: none yet. For whoever looks on. */
  transport: string | null = null;
  readonly #options: AttemptLeaseOptions;
  readonly #working = new AbortController();
  readonly #holding = new AbortController();
  readonly #ended = new AbortController();
  readonly #wakeUp: WakeUp;
  readonly #loops: Promise<unknown>;
  #deadline: number;
  #sequence = 0;
  #progress: Progress | null = null;
  #isDirty = false;

  constructor(options: AttemptLeaseOptions) {
    this.#options = options;
    this.signal = this.#working.signal;
    this.held = this.#holding.signal;
    this.startedAt = options.clock.now();
    this.#wakeUp = new WakeUp(options.clock);
    this.#deadline = options.claimedAt + options.work.leaseMs;
    this.#loops = Promise.allSettled([this.#renew(), this.#watch()]);
  }

  get progress(): Progress | null {
    return this.#progress;
  }

  /** The newest progress; it travels with the next message or renewal. */
  report(progress: Progress): void {
    this.#progress = progress;
    this.#isDirty = true;
  }

  /** What the message channel should send, once. */
  takeProgress(): UpMessage['progress'][number] | undefined {
    if (!this.#isDirty || !this.#progress || this.held.aborted) return undefined;
    this.#isDirty = false;
    const { attemptId, fence } = this.#options.work;
    return { attemptId, fence, sequence: this.#nextSequence(), progress: this.#progress };
  }

  /** Goes with the attempt's last word. */
  lastProgress(): { readonly sequence: number; readonly progress: Progress } | undefined {
    return this.#progress ? { sequence: this.#nextSequence(), progress: this.#progress } : undefined;
  }

  /** After a wake-up that speaks of a cancel. */
  renewNow(): void {
    this.#wakeUp.wake();
  }

  lose(why: string): void {
    const reason = new AttemptLost(why);
    this.#working.abort(reason);
    this.#holding.abort(reason);
  }

  /** The agent stops: the work ends now; tidying up and reporting may go on until {@link lose}. */
  stop(): void {
    this.#working.abort(new AgentStopping());
  }

  async #renew(): Promise<void> {
    const { work, control, ids, logger } = this.#options;
    const backOff = new BackOff(ids);
    let wait = work.leaseMs / 3;
    // Shorter than for other calls: one api process that froze must not use up the time for asking another.
    const answerMs = Math.max(work.leaseMs / 4, leastAnswerMs);
    for (;;) {
      await this.#wakeUp.wait(wait, this.#ended.signal);
      const sentAt = this.#options.clock.monotonic();
      try {
        const body = { fence: work.fence, sequence: this.#nextSequence(), progress: this.#progress };
        const answer = await withDeadline(
          { clock: this.#options.clock, ms: answerMs, what: 'A renewal', parent: this.#ended.signal },
          (signal) =>
            control.call(`/attempts/${work.attemptId}/renew`, body, renewResponse, { signal, persistence: 'once' }),
        );
        this.#deadline = sentAt + work.leaseMs;
        if (answer.cancelRequested) this.#working.abort(new JobCanceled());
        wait = work.leaseMs / 3;
        backOff.reset();
      } catch (error) {
        if (this.#ended.signal.aborted) return;
        if (isRefusal(error)) return this.lose(error.message);
        wait = Math.min(backOff.next(), work.leaseMs / 6);
        logger.warn({ attemptId: work.attemptId, reason: String(error) }, 'lease not renewed, trying again');
      }
    }
  }

  async #watch(): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      const left = this.#deadline - clock.monotonic();
      if (left <= 0) return this.lose('its lease could not be renewed in time');
      await clock.sleep(left, this.#ended.signal);
    }
  }

  #nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort(new Error('the attempt has ended'));
    await this.#loops;
  }
}

/** Whether the control plane said that this attempt is not ours any more. */
export function isRefusal(error: unknown): error is ControlError {
  return error instanceof ControlError && (error.code === 'FENCED' || error.code === 'NOT_FOUND');
}
