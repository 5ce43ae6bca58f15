import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Clock, systemClock } from '../../base/clock.ts';
import { FaultPlan } from '../../base/fault-plan.ts';
import { ProxiedConnection } from './proxied-connection.ts';

export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
}

export interface FaultyProxyOptions {
  /** May be left out and told by {@link FaultyProxy.redirect} once it is known. Until then nobody is let in. */
  readonly target?: ProxyTarget;
  /** A free one when 0 or absent. */
  readonly port?: number;
  /**
   * Its operations are `connect`, `upstream` (a piece from the client to the server) and `downstream` (one from the server to the
   * client), their subject the connection's number, from 1.
   */
  readonly faults?: FaultPlan;
  readonly clock?: Clock;
}

/**
 * A TCP proxy on 127.0.0.1 that stands for the network in between: of the control channel, the broker, PostgreSQL, vCenter, the object
 * server. It knows none of their protocols. Besides planned faults it can be cut and held as a whole.
 */
export class FaultyProxy implements AsyncDisposable {
  readonly faults: FaultPlan;
  readonly #clock: Clock;
  readonly #server: Server;
  readonly #connections = new Set<ProxiedConnection>();
  #target: ProxyTarget | undefined;
  #opened = 0;
  #isCut = false;
  #held: PromiseWithResolvers<void> | undefined;

  private constructor(options: FaultyProxyOptions) {
    this.faults = options.faults ?? new FaultPlan();
    this.#clock = options.clock ?? systemClock;
    this.#target = options.target;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
  }

  static async start(options: FaultyProxyOptions = {}): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(options);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    proxy.#server.once('error', reject);
    proxy.#server.listen(options.port ?? 0, '127.0.0.1', resolve);
    await promise;
    return proxy;
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
    return address.port;
  }

  /** `host:port` */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /** How many connections were accepted so far, refused ones too. */
  get opened(): number {
    return this.#opened;
  }

  /** Where later connections lead. */
  redirect(target: ProxyTarget): void {
    this.#target = target;
  }

  /** The line is cut: every connection is reset, and new ones too, until {@link restore}. */
  cut(): void {
    this.#isCut = true;
    this.resetConnections();
  }

  /** The end of {@link cut} and {@link hold}. What was held back arrives. */
  restore(): void {
    this.#isCut = false;
    this.#held?.resolve();
    this.#held = undefined;
  }

  /** Every connection stays open and new ones are accepted, but nothing arrives any more, until {@link restore}: a firewall that drops. */
  hold(): void {
    this.#held ??= Promise.withResolvers<void>();
  }

  /** Resets the connections there are; new ones are welcome. */
  resetConnections(): void {
    for (const connection of [...this.#connections]) connection.reset();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#held?.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    await promise;
  }

  #accept(client: Socket): void {
    this.#opened += 1;
    client.on('error', () => undefined);
    if (this.#isCut || this.#target === undefined) {
      client.resetAndDestroy();
      return;
    }
    const connection = new ProxiedConnection({
      client,
      number: this.#opened,
      faults: this.faults,
      clock: this.#clock,
      dial: () => connect({ ...(this.#target ?? { host: '127.0.0.1', port: 0 }), allowHalfOpen: true, noDelay: true }),
      gate: () => this.#held?.promise,
    });
    this.#connections.add(connection);
    connection.closed.addEventListener('abort', () => this.#connections.delete(connection), { once: true });
    connection.run();
  }
}
