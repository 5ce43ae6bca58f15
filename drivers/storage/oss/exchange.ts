import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { UploadPace } from '../contract.ts';
import type { Connections } from './connections.ts';
import { closedEarly, connectTimeout, idleTimeout, networkError, shortAnswer, tooLong } from './network-errors.ts';
import type { RequestBody } from './request-body.ts';
import { Watchdog } from './watchdog.ts';

export interface HttpRequest {
  readonly method: string;
  /** Path and query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  /** Bytes of the answer's body that are taken at most; may throw, which ends the exchange with what it threw. */
  readonly accept: (head: AnswerHead) => number;
  /** Sees the body's bytes as they leave. */
  readonly onSent?: (piece: Uint8Array) => void;
  /** Holds each piece of the body back until it may leave. */
  readonly pace?: UploadPace | undefined;
  readonly signal: AbortSignal;
}

export interface AnswerHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

export interface HttpAnswer extends AnswerHead {
  /** With an ArrayBuffer of its own, so that it can be transferred. */
  readonly body: Uint8Array;
}

/**
 * One request and its whole answer. Ends with the signal's reason, or a DriverError: there is a limit on connecting and
 * on silence, in both directions, and none on a request that moves or is held back by its pace. Whatever ends it early closes this request's socket
 * and no other.
 */
export async function exchange(connections: Connections, request: HttpRequest): Promise<HttpAnswer> {
  const { signal } = request;
  signal.throwIfAborted();
  const { clock, limits, closed } = connections;
  if (closed.aborted) throw closedEarly(connections);
  using watches = new DisposableStack();
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  // Whoever races against it hears of it; left alone, its rejection would end the process.
  failed.catch(() => undefined);

  const outgoing = openRequest(connections, request);
  const onAbort = () => fail(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  watches.defer(() => signal.removeEventListener('abort', onAbort));
  const onClosed = () => fail(closedEarly(connections));
  closed.addEventListener('abort', onClosed, { once: true });
  watches.defer(() => closed.removeEventListener('abort', onClosed));

  let idle: Watchdog | undefined;
  const holding = { isHeld: false };
  const touch = (moreMs?: number) => idle?.touch(moreMs);
  const connected = () => {
    idle = watches.use(
      new Watchdog(
        clock,
        limits.idleMs,
        () => fail(idleTimeout(connections)),
        () => holding.isHeld,
      ),
    );
  };
  outgoing.once('socket', (socket) => {
    if (!socket.connecting) return connected();
    const connecting = watches.use(new Watchdog(clock, limits.connectMs, () => fail(connectTimeout(connections))));
    socket.once(connections.scheme === 'https' ? 'secureConnect' : 'connect', () => {
      connecting[Symbol.dispose]();
      connected();
    });
  });
  outgoing.on('error', (error) => fail(networkError(error, connections)));
  const { promise: answered, resolve: answer } = Promise.withResolvers<IncomingMessage>();
  let incoming: IncomingMessage | undefined;
  outgoing.once('response', (message) => {
    incoming = message;
    answer(message);
  });
  // Closing is how a body without a length ends, so what counts is whether the answer was complete.
  outgoing.once('close', () => {
    if (!incoming) fail(closedEarly(connections));
    else if (!incoming.complete) fail(shortAnswer(connections));
  });

  let isSent = false;
  const sending = send(outgoing, request, { touch, holding, failed }).then(() => {
    isSent = true;
    if (!incoming) touch(drainMs(request.body, limits.drainBytesPerSecond));
  });
  sending.catch(fail);
  try {
    const head = await Promise.race([answered, failed]);
    touch();
    const body = await Promise.race([receive(head, request, connections, touch), failed]);
    // An answer may come before the request is through, such as a refusal: then the socket cannot be used again.
    if (!isSent) outgoing.destroy();
    return { status: head.statusCode ?? 0, headers: head.headers, body };
  } catch (error) {
    outgoing.destroy();
    throw error;
  } finally {
    // What is still sending gives up its buffer before the caller does.
    fail(closedEarly(connections));
    await sending.catch(() => undefined);
  }
}

/** What the kernel's buffer can hold of a body at most: tcp_wmem's usual maximum. */
const KERNEL_BUFFER = 4 << 20;

function drainMs(body: RequestBody | undefined, bytesPerSecond: number): number {
  return (Math.min(body?.length ?? 0, KERNEL_BUFFER) / bytesPerSecond) * 1000;
}

function openRequest({ scheme, host, port, agent }: Connections, request: HttpRequest): ClientRequest {
  const { method, path, body } = request;
  const headers = { ...request.headers, ...(body && { 'content-length': String(body.length) }) };
  return (scheme === 'https' ? httpsRequest : httpRequest)({ agent, host, port, method, path, headers });
}

async function send(
  outgoing: ClientRequest,
  { body, onSent, pace, signal }: HttpRequest,
  {
    touch,
    holding,
    failed,
  }: { readonly touch: () => void; readonly holding: { isHeld: boolean }; readonly failed: Promise<never> },
): Promise<void> {
  if (body && body.length > 0)
    for await (const piece of body.pieces()) {
      const turn = pace?.take(piece.length, signal);
      if (turn) {
        // Lost against a failure, nobody else looks at it.
        turn.catch(() => undefined);
        holding.isHeld = true;
        await Promise.race([turn, failed]);
        holding.isHeld = false;
        touch();
      }
      const written = Promise.withResolvers<void>();
      outgoing.write(piece, (error) => (error ? written.reject(error) : written.resolve()));
      onSent?.(piece);
      await Promise.race([written.promise, failed]);
      touch();
    }
  outgoing.end();
}

function receive(
  incoming: IncomingMessage,
  { method, accept }: HttpRequest,
  connections: Connections,
  touch: (moreMs?: number) => void,
): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const status = incoming.statusCode ?? 0;
  const atMost = accept({ status, headers: incoming.headers });
  const length = method === 'HEAD' ? 0 : contentLength(incoming);
  if (length !== undefined && length > atMost) throw tooLong(connections, length);
  // Sized once where the length is known, and then filled: no second copy of a large object.
  let body = new Uint8Array(length ?? 0);
  let filled = 0;
  incoming.on('data', (chunk: Buffer) => {
    touch();
    if (filled + chunk.length > body.length) {
      if (length !== undefined || filled + chunk.length > atMost)
        return reject(tooLong(connections, filled + chunk.length));
      body = grow(body, filled + chunk.length);
    }
    body.set(chunk, filled);
    filled += chunk.length;
  });
  incoming.once('end', () => {
    if (length !== undefined && filled < length) return reject(shortAnswer(connections));
    resolve(filled === body.length ? body : body.slice(0, filled));
  });
  incoming.once('error', () => reject(shortAnswer(connections)));
  return promise;
}

function contentLength({ headers }: IncomingMessage): number | undefined {
  const text = headers['content-length'];
  return text === undefined ? undefined : Number(text);
}

function grow(body: Uint8Array<ArrayBuffer>, needed: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(needed, body.length * 2));
  larger.set(body);
  return larger;
}
