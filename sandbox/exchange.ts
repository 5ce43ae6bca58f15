import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import type { FaultEffect } from '../base/faults.ts';

/** The connection ended before the exchange did, by the client, by the server's end or by a planned fault. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

export interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes the answer promises. */
  readonly length: number;
}

/** One request and its answer on the wire, with the fault that is to happen to them. */
export class Exchange {
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #fault: FaultEffect | undefined;
  bytesReceived = 0;
  bytesSent = 0;
  status = 0;
  /** Aborted when the connection is gone. */
  readonly gone: AbortSignal;

  constructor(message: IncomingMessage, response: ServerResponse, fault: FaultEffect | undefined) {
    this.#message = message;
    this.#response = response;
    this.#fault = fault;
    const gone = new AbortController();
    response.once('close', () => gone.abort(new ConnectionLost('The connection is closed.')));
    this.gone = gone.signal;
  }

  /** What the client sends. A stall stops reading after its bytes, so that the client's own buffers fill up. */
  async *body(): AsyncGenerator<Buffer> {
    const stall = this.#fault?.kind === 'stall' ? (this.#fault.afterBytes ?? 0) : undefined;
    for await (const chunk of this.#chunks()) {
      this.bytesReceived += chunk.length;
      if (stall !== undefined && this.bytesReceived >= stall) await this.forever();
      yield chunk;
    }
    if (stall !== undefined) await this.forever();
  }

  async *#chunks(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.#message) if (Buffer.isBuffer(chunk)) yield chunk;
    } catch {
      throw new ConnectionLost('The connection ended within the request.');
    }
  }

  /** Nothing more happens until the connection is gone. */
  async forever(): Promise<never> {
    if (!this.gone.aborted) await once(this.gone, 'abort');
    throw new ConnectionLost('The connection was held up until it ended.');
  }

  /** Cuts the connection. */
  cut(): never {
    this.#message.socket.destroy();
    throw new ConnectionLost('The connection was cut.');
  }

  /** Sends the answer as far as the fault lets it. `body` is read only as fast as the client takes it. */
  async answer(head: Head, body: AsyncIterable<Buffer>): Promise<void> {
    this.status = head.status;
    const fault = this.#fault;
    if (fault?.kind === 'close') this.cut();
    if (fault?.kind === 'stall' && fault.afterBytes === undefined) await this.forever();
    this.#response.sendDate = false;
    // Header values are UTF-8 on the wire, which Node wants as Latin-1.
    const headers = Object.entries(head.headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]);
    this.#response.writeHead(head.status, Object.fromEntries(headers));
    const limit = limitOf(fault, head.length);
    if (limit === undefined) return this.#whole(body);
    this.#response.flushHeaders();
    await this.#send(body, limit);
    if (fault?.kind === 'stall') await this.forever();
    const { socket } = this.#message;
    socket.end();
    await finished(socket, { readable: false }).catch(() => undefined);
    this.cut();
  }

  async #whole(body: AsyncIterable<Buffer>): Promise<void> {
    await this.#send(body, Number.POSITIVE_INFINITY);
    this.#response.end();
    await finished(this.#response).catch(() => {
      throw new ConnectionLost('The connection ended within the answer.');
    });
  }

  async #send(body: AsyncIterable<Buffer>, limit: number): Promise<void> {
    for await (const chunk of body) {
      if (this.gone.aborted) throw new ConnectionLost('The connection ended within the answer.');
      const part = chunk.subarray(0, Math.max(0, limit - this.bytesSent));
      if (part.length === 0) return;
      this.bytesSent += part.length;
      if (!this.#response.write(part)) await once(this.#response, 'drain', { signal: this.gone }).catch(lost);
    }
  }
}

/** How many bytes of an answer are sent before the fault takes effect; undefined when all of them are. */
function limitOf(fault: FaultEffect | undefined, length: number): number | undefined {
  if (fault?.kind === 'stall') return fault.afterBytes ?? 0;
  if (fault?.kind === 'truncate') return Math.min(fault.afterBytes ?? Math.floor(length / 2), length);
  return undefined;
}

function lost(): never {
  throw new ConnectionLost('The connection ended within the answer.');
}
