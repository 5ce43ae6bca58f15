import { type Agent, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Clock } from '../../../base/clock.ts';

/** One server's sockets: private to whoever opened them, bounded, gone when disposed of. */
export class Connections implements Disposable {
  readonly scheme: 'https' | 'http';
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly limits: ConnectionLimits;
  readonly agent: Agent;
  readonly #closed = new AbortController();

  constructor(options: {
    readonly scheme: 'https' | 'http';
    readonly host: string;
    readonly port: number;
    /** PEM of the only authorities that are trusted; absent: the public ones. */
    readonly ca?: string;
    readonly clock: Clock;
    readonly limits: ConnectionLimits;
  }) {
    this.scheme = options.scheme;
    this.host = options.host;
    this.port = options.port;
    this.clock = options.clock;
    this.limits = options.limits;
    const { maxSockets } = options.limits;
    const common = { keepAlive: true, maxSockets, maxFreeSockets: maxSockets };
    this.agent =
      options.scheme === 'https'
        ? new HttpsAgent({ ...common, minVersion: 'TLSv1.2', ...(options.ca !== undefined && { ca: options.ca }) })
        : new HttpAgent(common);
  }

  /**
   * Closes the sockets that wait for a next request: after a failure the other idle ones are most likely dead as well.
   */
  dropIdle(): void {
    for (const sockets of Object.values(this.agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }

  /** Aborted when disposed of: to the agent, a request that waits for a socket is none it would end. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  [Symbol.dispose](): void {
    this.#closed.abort();
    // It still connects for requests that waited, although they have ended.
    this.agent.keepSocketAlive = () => false;
    this.agent.destroy();
  }
}

export interface ConnectionLimits {
  /** For TCP and TLS together, in milliseconds. */
  readonly connectMs: number;
  /**
   * How long a connection may be silent while a request or an answer is under way, in milliseconds. There is no limit
   * on a whole request.
   */
  readonly idleMs: number;
  /**
   * The slowest connection an upload is waited for. The kernel takes the last megabytes of a request at once, and Node
   * cannot see them leave: the answer may take the longer.
   */
  readonly drainBytesPerSecond: number;
  /** Requests at a time; further ones wait. */
  readonly maxSockets: number;
}
