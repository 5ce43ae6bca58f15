import type { Clock } from '../../base/clock.ts';
import type { ControlContext } from '../context.ts';
import { channels } from '../database/notifications.ts';
import { type EventPosition, encodeCursor } from './cursor.ts';
import type { ControlEvent } from './event.ts';
import { type EventHead, type EventStretch, locate, readEvents, readHead, type StreamGap } from './read-events.ts';

/** A notification may be lost, so the tailer also looks this often. */
const pollIntervalMs = 1_000;
/** How many of the latest events are kept in memory for followers; one that is further behind reads the database. */
const recentCount = 1_000;
const stretchLength = 200;

export type Followed =
  | { readonly kind: 'EVENT'; readonly event: ControlEvent }
  | { readonly kind: 'GAP'; readonly gap: StreamGap };

type Source = Pick<ControlContext, 'db' | 'notifications' | 'logger' | 'clock'>;

/**
 * One per process: watches the end of the event log for everybody who follows it. A follower pulls, so a slow one holds nothing but its
 * position and simply reads older events from the database.
 */
export class EventTailer implements AsyncDisposable {
  readonly #source: Source;
  readonly #stop = new AbortController();
  /** Another one when the database was replaced while this process ran. */
  #stream: string;
  /** How far this process has seen the log. */
  #position: number;
  /** The event at that position, to see that it is still the same; undefined before the first. */
  #last: ControlEvent | undefined;
  /** How often the log was found put back to an earlier time, or replaced. */
  #putBacks = 0;
  #putBackReason: StreamGap['reason'] = 'BEYOND_HEAD';
  /** Everything after `#recentAfter`. */
  #recent: readonly ControlEvent[] = [];
  #recentAfter: number;
  readonly #waiting = new Set<() => void>();
  #hint = Promise.withResolvers<void>();
  #listener: AsyncDisposable | undefined;
  #loop: Promise<void> = Promise.resolve();

  private constructor(source: Source, head: EventHead) {
    this.#source = source;
    this.#stream = head.stream;
    this.#position = head.position;
    this.#recentAfter = head.position;
  }

  /** How far this process has seen the log. */
  get position(): number {
    return this.#position;
  }

  /** Begins at the log's present end. */
  static async start(source: Source): Promise<EventTailer> {
    const head = await readHead(source);
    const tailer = new EventTailer(source, head);
    tailer.#last = await eventAt(source, head);
    tailer.#listener = await source.notifications.listen(channels.event, () => tailer.#hint.resolve());
    tailer.#loop = tailer.#run();
    return tailer;
  }

  /**
   * Every event after the cursor `after`, or after this call when there is none, for as long as `signal` lets it; also a gap where the log no
   * longer has what `after` asks for. Unfiltered: see `wantsEvent`. Ends quietly when the tailer is closed. Throws InvalidInputError for
   * a wrong cursor.
   */
  follow(options: { readonly after?: string | null; readonly signal: AbortSignal }): AsyncGenerator<Followed> {
    const now = { stream: this.#stream, position: this.#position, putBacks: this.#putBacks };
    return this.#follow(now, options.after, options.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    for (const wake of this.#waiting) wake();
    await this.#listener?.[Symbol.asyncDispose]();
    await this.#loop;
  }

  async *#follow(
    now: EventPosition & { readonly putBacks: number },
    after: string | null | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Followed> {
    let { stream, position, putBacks } = now;
    if (after) {
      const start = locate(after, await readHead(this.#source));
      if (start.gap) yield { kind: 'GAP', gap: start.gap };
      position = start.position;
    }
    let wake = () => {};
    const onAbort = () => wake();
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted && !this.#stop.signal.aborted) {
        if (putBacks !== this.#putBacks) {
          const from = encodeCursor({ stream, position });
          putBacks = this.#putBacks;
          position = this.#recentAfter;
          stream = this.#stream;
          const to = encodeCursor({ stream, position });
          yield { kind: 'GAP', gap: { reason: this.#putBackReason, from, to } };
          continue;
        }
        if (position >= this.#position) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            this.#waiting.add(resolve);
          });
          this.#waiting.delete(wake);
          continue;
        }
        const stretch = await this.#after(position).catch((error: unknown) => this.#troubled(error));
        if (stretch === undefined) {
          await pause(this.#source.clock, pollIntervalMs, AbortSignal.any([signal, this.#stop.signal]));
          continue;
        }
        for (const event of stretch.events) {
          if (signal.aborted) return;
          yield { kind: 'EVENT', event };
        }
        position = stretch.position;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#waiting.delete(wake);
    }
  }

  async #after(position: number): Promise<Pick<EventStretch, 'events' | 'position'>> {
    if (position < this.#recentAfter)
      return readEvents(this.#source, { stream: this.#stream, position }, stretchLength);
    return { events: this.#recent.filter((event) => event.position > position), position: this.#position };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#hint = Promise.withResolvers();
      const full = await this.#advance().catch((error: unknown) => this.#troubled(error));
      if (!full) await pause(this.#source.clock, pollIntervalMs, signal, this.#hint.promise);
    }
  }

  /** A database that is away for a moment ends nobody's subscription. */
  #troubled(error: unknown): undefined {
    if (!this.#stop.signal.aborted)
      this.#source.logger.warn({ err: error }, 'the event log could not be read; trying again');
  }

  /** True: there may be more at once. */
  async #advance(): Promise<boolean> {
    // From the last one on: a server that took over without all of it, or a copy that was put back, may have another one there, or none.
    const position = this.#position - (this.#last ? 1 : 0);
    const stretch = await readEvents(this.#source, { stream: this.#stream, position }, stretchLength);
    const events = stretch.events.filter((event) => event.position > this.#position);
    if (this.#last && !isSame(this.#last, stretch.events[0]) && (await this.#isPutBack())) return true;
    if (stretch.position <= this.#position) return false;
    const recent = [...this.#recent, ...events];
    const dropped = recent.at(-recentCount - 1);
    this.#recent = recent.slice(-recentCount);
    if (dropped) this.#recentAfter = dropped.position;
    this.#position = stretch.position;
    // One of a type this version does not know is not among the events.
    const newest = events.at(-1);
    this.#last = newest?.position === stretch.position ? newest : undefined;
    for (const wake of this.#waiting) wake();
    return stretch.full;
  }

  /** Begins anew at the log's present end, unless the last event is only too old by now. Followers are told of a gap. */
  async #isPutBack(): Promise<boolean> {
    const head = await readHead(this.#source);
    const isTrimmed = head.stream === this.#stream && head.min_position > this.#position;
    const last = isTrimmed ? undefined : await eventAt(this.#source, head);
    this.#last = last;
    if (isTrimmed) return false;
    this.#source.logger.warn(
      { from: this.#position, to: head.position },
      'the event log was put back to an earlier time',
    );
    this.#putBackReason = head.stream === this.#stream ? 'BEYOND_HEAD' : 'OTHER_STREAM';
    this.#stream = head.stream;
    this.#position = head.position;
    this.#recent = [];
    this.#recentAfter = head.position;
    this.#putBacks += 1;
    for (const wake of this.#waiting) wake();
    return true;
  }
}

/** The newest event of the log; undefined before the first, and for a type this version does not know. */
async function eventAt(source: Pick<Source, 'db'>, head: EventHead): Promise<ControlEvent | undefined> {
  const { events } = await readEvents(source, { stream: head.stream, position: head.position - 1 }, 1);
  return events.find((event) => event.position === head.position);
}

function isSame(one: ControlEvent, other: ControlEvent | undefined): boolean {
  if (other?.position !== one.position || other.type !== one.type || other.subjectId !== one.subjectId) return false;
  return other.occurredAt.getTime() === one.occurredAt.getTime();
}

/** Until the time is over, the hint comes, or the signal is aborted. */
async function pause(clock: Clock, ms: number, signal: AbortSignal, hint?: Promise<void>): Promise<void> {
  const timer = new AbortController();
  const sleep = clock.sleep(ms, AbortSignal.any([timer.signal, signal])).catch(() => undefined);
  await Promise.race(hint ? [sleep, hint] : [sleep]);
  timer.abort();
}
