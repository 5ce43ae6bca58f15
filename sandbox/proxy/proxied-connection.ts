import { once } from 'node:events';
import type { Socket } from 'node:net';
import { abortable } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import type { FaultPlan } from '../../base/fault-plan.ts';
import type { FaultEffect } from '../../base/faults.ts';

export interface ProxiedConnectionParts {
  readonly client: Socket;
  readonly number: number;
  readonly faults: FaultPlan;
  readonly clock: Clock;
  readonly dial: () => Socket;
  /** While this gives a promise, nothing passes. */
  readonly gate: () => Promise<void> | undefined;
}

type Direction = 'upstream' | 'downstream';

const possible = (effect: FaultEffect) => effect.kind !== 'kill';

/** One client's connection and the one made to the server for it. When either breaks, both are reset; each may end in good order. */
export class ProxiedConnection {
  /** Aborted when it is over. */
  readonly closed: AbortSignal;
  readonly #parts: ProxiedConnectionParts;
  readonly #closing = new AbortController();
  #server: Socket | undefined;

  constructor(parts: ProxiedConnectionParts) {
    this.#parts = parts;
    this.closed = this.#closing.signal;
  }

  run(): void {
    this.#parts.client.on('error', () => this.reset());
    this.#connect().catch(() => this.reset());
  }

  reset(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new Error('the connection is over'));
    this.#parts.client.resetAndDestroy();
    this.#server?.resetAndDestroy();
  }

  async #connect(): Promise<void> {
    const effect = this.#take('connect');
    if (effect?.kind === 'delay') await this.#parts.clock.sleep(effect.ms, this.closed);
    else if (effect?.kind === 'stall') return;
    else if (effect) throw new Error('a planned fault');
    await this.#open();
    const server = this.#parts.dial();
    this.#server = server;
    server.on('error', () => this.reset());
    await abortable(once(server, 'connect'), this.closed);
    await Promise.all([
      this.#pump('upstream', this.#parts.client, server),
      this.#pump('downstream', server, this.#parts.client),
    ]);
    // Both sides closed in good order; what is written still leaves.
    this.#closing.abort(new Error('the connection is over'));
  }

  async #pump(direction: Direction, from: Socket, to: Socket): Promise<void> {
    for await (const piece of from.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(piece)) continue;
      await this.#open();
      if (!(await this.#pass(direction, piece, to))) return;
    }
    await this.#open();
    to.end();
  }

  /** Whether there is to be more. */
  async #pass(direction: Direction, piece: Buffer, to: Socket): Promise<boolean> {
    const effect = this.#take(direction);
    if (effect === undefined) {
      await this.#write(to, piece);
      return true;
    }
    switch (effect.kind) {
      case 'delay':
        await this.#parts.clock.sleep(effect.ms, this.closed);
        await this.#write(to, piece);
        return true;
      case 'stall':
        await this.#write(to, piece.subarray(0, effect.afterBytes ?? 0));
        // Nothing more comes this way, and nobody is told.
        await abortable(new Promise<never>(() => undefined), this.closed);
        return false;
      case 'truncate':
        await this.#write(to, piece.subarray(0, effect.afterBytes ?? Math.floor(piece.length / 2)));
        to.end();
        await abortable(new Promise<never>(() => undefined), this.closed);
        return false;
      case 'close':
        if (effect.afterwards) await this.#flush(to, piece);
        throw new Error('a planned fault');
      default:
        throw new Error('a planned fault');
    }
  }

  async #write(to: Socket, piece: Buffer): Promise<void> {
    if (piece.length > 0 && !to.write(piece)) await abortable(once(to, 'drain'), this.closed);
  }

  async #flush(to: Socket, piece: Buffer): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    to.write(piece, () => resolve());
    await abortable(promise, this.closed);
  }

  async #open(): Promise<void> {
    for (let gate = this.#parts.gate(); gate; gate = this.#parts.gate()) await abortable(gate, this.closed);
    this.closed.throwIfAborted();
  }

  #take(operation: string): FaultEffect | undefined {
    return this.#parts.faults.take(operation, String(this.#parts.number), possible);
  }
}
