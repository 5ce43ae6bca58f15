import { systemClock } from '../../base/clock.ts';
import type { FaultEffect } from '../../base/faults.ts';
import { pseudoRandom } from '../../base/pseudo-random.ts';
import { createClient } from '../../client/client.ts';
import { followEvents } from '../../client/follow-events.ts';
import { FaultyProxy } from '../../sandbox/proxy/proxy.ts';
import { type StreamedEvent, streamEvents } from './sse-events.ts';

export interface FollowerOptions {
  /** Of the API, or of what stands before several. */
  readonly url: string;
  readonly accessKey: string;
  readonly after: string;
  readonly protocol: 'WebSocket' | 'SSE';
  readonly cuts: number;
  readonly seed: number;
}

const retryMs = 10;

/** A console behind a bad line: it follows the events while its connection is cut again and again, in every way a line can be cut. */
export class CutFollower implements AsyncDisposable {
  /** What it was told, in that order. */
  readonly positions: number[] = [];
  readonly #options: FollowerOptions;
  readonly #proxy: FaultyProxy;
  readonly #stop = new AbortController();
  readonly #random: () => number;
  readonly #following: Promise<void>;
  #problem: unknown;

  private constructor(options: FollowerOptions, proxy: FaultyProxy) {
    this.#options = options;
    this.#proxy = proxy;
    this.#random = pseudoRandom(options.seed);
    const ended = (problem: unknown) => {
      this.#problem = problem;
    };
    this.#following = this.#follow().then(() => ended(new Error('it stopped following')), ended);
  }

  static async start(options: FollowerOptions): Promise<CutFollower> {
    const { hostname: host, port } = new URL(options.url);
    return new CutFollower(options, await FaultyProxy.start({ target: { host, port: Number(port) } }));
  }

  /** How many connections it made. */
  get connections(): number {
    return this.#proxy.opened;
  }

  /** Cuts it as often as was asked for, each time after it was told something over its new connection. */
  async suffer(onCut: () => void): Promise<void> {
    for (let cut = 0; cut < this.#options.cuts; cut += 1) {
      const told = this.positions.length;
      const opened = this.#proxy.opened;
      while (this.positions.length === told) await this.#pause(2);
      await this.#pause(this.#random() * 25);
      await this.#cut();
      // The next one is counted once this one is gone.
      while (this.#proxy.opened === opened) await this.#pause(2);
      onCut();
    }
  }

  /** Until it was told everything up to `position`. */
  async reach(position: number): Promise<void> {
    while ((this.positions.at(-1) ?? 0) < position) await this.#pause(20);
  }

  /** Half of the times at once; else in the middle of the next piece, or at its edges. */
  async #cut(): Promise<void> {
    const chance = this.#random();
    if (chance < 0.5) return this.#proxy.resetConnections();
    const opened = this.#proxy.opened;
    const effect: FaultEffect =
      chance < 0.8
        ? { kind: 'truncate', afterBytes: 1 + Math.floor(this.#random() * 200) }
        : { kind: 'close', afterwards: chance < 0.9 };
    this.#proxy.faults.add({ operation: 'downstream', times: 1, effect });
    while (this.#proxy.faults.list().length > 0) await this.#pause(2);
    // A truncated line is closed by the server only; a client that does not take the hint is cut.
    for (let waited = 0; this.#proxy.opened === opened && waited < 100; waited += 1) await this.#pause(2);
    if (this.#proxy.opened === opened) this.#proxy.resetConnections();
  }

  async #follow(): Promise<void> {
    const { protocol, accessKey, after } = this.#options;
    const url = `http://${this.#proxy.address}`;
    const { signal } = this.#stop;
    if (protocol === 'WebSocket') {
      await using client = createClient({ url, accessKey });
      for await (const told of followEvents(client, { after, signal, retryMs })) this.#take(told);
      return;
    }
    for (let last = after; !signal.aborted; await this.#pause(retryMs))
      for await (const told of streamEvents(url, accessKey, last, signal)) {
        last = told.cursor;
        this.#take(told);
      }
  }

  #take({ cursor, item }: StreamedEvent): void {
    if (item.__typename !== 'Event') throw new Error('it was told of a gap');
    this.positions.push(Number(Buffer.from(cursor, 'base64url').toString().split(':')[1]));
  }

  /** Throws what ended its following too early. */
  async #pause(ms: number): Promise<void> {
    await systemClock.sleep(ms, this.#stop.signal).catch(() => undefined);
    if (this.#problem !== undefined && !this.#stop.signal.aborted) throw this.#problem;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#proxy[Symbol.asyncDispose]();
    await this.#following;
  }
}
