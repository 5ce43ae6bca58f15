import { withDeadline } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { isSecretField, type Logger } from '../../base/logger.ts';
import { type JobLogLine, logLinesPerCall, mostLogLines } from '../../protocol/job-log.ts';
import { storable } from '../../protocol/primitives.ts';
import { emptyResponse, type Work } from '../../protocol/work.ts';
import type { ControlClient } from '../control-channel/control-client.ts';
import { isRefusal } from '../runtime/attempt-lease.ts';

const betweenCallsMs = 2_000;
/** For the last lines: whoever waits for the outcome waits for them. */
const closeWithinMs = 5_000;
const longestDetail = 500;
const longestMessage = 1_000;

/**
 * What an attempt's owner can read of it in the control plane: everything its logger says at `info` and above. Sent every two seconds, best effort: a job never
 * waits for its log, nor fails with it.
 */
export class JobLog implements AsyncDisposable {
  /** Writes to the gateway's own log and to this one. */
  readonly logger: Logger;
  readonly #control: ControlClient;
  readonly #clock: Clock;
  readonly #work: Pick<Work, 'attemptId' | 'fence'>;
  readonly #own: Logger;
  readonly #ended = new AbortController();
  readonly #sending: Promise<void>;
  #waiting: JobLogLine[] = [];
  /** One call at a time. */
  #sender = Promise.resolve();
  #sequence = 0;
  #isRefused = false;

  constructor(options: {
    readonly work: Pick<Work, 'attemptId' | 'fence'>;
    readonly control: ControlClient;
    readonly clock: Clock;
    readonly logger: Logger;
  }) {
    this.#work = options.work;
    this.#control = options.control;
    this.#clock = options.clock;
    this.#own = options.logger;
    this.logger = this.#copying(options.logger);
    this.#sending = this.#sendNowAndThen();
  }

  #copying(logger: Logger): Logger {
    const copy =
      (level: JobLogLine['level'], write: Logger['info']): Logger['info'] =>
      (fields, message) => {
        write.call(logger, fields, message);
        this.#add(level, fields, message);
      };
    return {
      debug: (fields, message) => logger.debug(fields, message),
      info: copy('INFO', logger.info),
      warn: copy('WARNING', logger.warn),
      error: copy('ERROR', logger.error),
      child: (fields) => this.#copying(logger.child(fields)),
    };
  }

  #add(level: JobLogLine['level'], fields: object, message: string): void {
    if (this.#sequence >= mostLogLines) return;
    this.#sequence += 1;
    const isLast = this.#sequence === mostLogLines;
    const { code, ...details } = isLast ? {} : detailsOf(fields);
    this.#waiting.push({
      sequence: this.#sequence,
      at: new Date(this.#clock.now()).toISOString(),
      level,
      code: typeof code === 'string' ? storable(code.slice(0, 64)) : null,
      message: isLast ? "There is more in the gateway's own log only." : sentence(message),
      details,
    });
  }

  async #sendNowAndThen(): Promise<void> {
    try {
      for (;;) {
        await this.#clock.sleep(betweenCallsMs, this.#ended.signal);
        await this.#send(this.#ended.signal);
      }
    } catch {
      // The attempt has ended.
    }
  }

  /** Lines stay until they have arrived; twice the same one is one. */
  #send(signal: AbortSignal): Promise<void> {
    this.#sender = this.#sender.then(() => this.#sendWaiting(signal));
    return this.#sender;
  }

  async #sendWaiting(signal: AbortSignal): Promise<void> {
    while (this.#waiting.length > 0 && !this.#isRefused) {
      const lines = this.#waiting.slice(0, logLinesPerCall);
      try {
        const body = { fence: this.#work.fence, lines };
        const options = { signal, persistence: 'once' } as const;
        await this.#control.call(`/attempts/${this.#work.attemptId}/log`, body, emptyResponse, options);
        this.#waiting = this.#waiting.slice(lines.length);
      } catch (error) {
        this.#isRefused = isRefusal(error);
        this.#own.debug({ reason: String(error) }, 'lines of the log of a job not sent');
        return;
      }
    }
  }

  /** Tries for a moment to send what is there: an outcome should not arrive before what led to it. */
  async flush(): Promise<void> {
    await withDeadline({ clock: this.#clock, ms: closeWithinMs, what: 'The log of a job' }, (signal) =>
      this.#send(signal),
    ).catch(() => undefined);
  }

  /** Sends what is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort(new Error('the attempt has ended'));
    await this.#sending;
    await this.flush();
  }
}

/** Plain values only, none that may be a secret. */
function detailsOf(fields: object): JobLogLine['details'] {
  const details: JobLogLine['details'] = {};
  for (const [name, value] of Object.entries(fields)) {
    if (isSecretField(name) || name.length > 64) continue;
    if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) details[name] = value;
    else if (typeof value === 'string') details[name] = storable(value.slice(0, longestDetail));
    else if (value instanceof Error) details.reason = storable(value.message.slice(0, longestDetail));
  }
  return details;
}

/** Lines of a log begin small and end open; here they stand alone. */
function sentence(message: string): string {
  const text = storable(message.slice(0, longestMessage - 1));
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
