import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../base/clock.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import { Connections } from './connections.ts';
import { exchange, type HttpRequest } from './exchange.ts';
import { bytesBody } from './request-body.ts';
import { answering, type RawServer, rawServer } from './testing/raw-server.ts';

const limits = { connectMs: 400, idleMs: 400, drainBytesPerSecond: 16 << 20, maxSockets: 4 };
const connect = (
  { port }: RawServer,
  scheme: 'http' | 'https' = 'http',
  {
    // Time stands still unless a test is about it: a busy machine ends no exchange.
    clock = new ManualClock(),
    maxSockets = limits.maxSockets,
  }: { readonly clock?: Clock; readonly maxSockets?: number } = {},
) => new Connections({ scheme, host: '127.0.0.1', port, clock, limits: { ...limits, maxSockets } });
/** The client's ends that a request uses. */
const sockets = ({ agent }: Connections) => Object.values(agent.sockets).flatMap((used) => used ?? []);
const get = (connections: Connections, more: Partial<HttpRequest> = {}) =>
  exchange(connections, {
    method: 'GET',
    path: '/secret-path?with=query',
    headers: { authorization: 'hush' },
    accept: () => 1000,
    signal: new AbortController().signal,
    ...more,
  });
const text = ({ body }: { readonly body: Uint8Array }) => Buffer.from(body).toString();
const ok = (body: string, length = body.length) => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n${body}`;
const large = bytesBody(Buffer.alloc(64 << 20));

describe('an exchange', () => {
  it('gives the whole body, by length, in chunks or up to the end', async () => {
    const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n';
    for (const answer of [ok('abcde'), chunked]) {
      await using server = await rawServer(answering(answer));
      using connections = connect(server);
      expect(text(await get(connections))).toBe('abcde');
    }
    await using server = await rawServer((socket) => {
      answering('HTTP/1.1 200 OK\r\n\r\nabc')(socket);
      socket.once('data', () => setImmediate(() => socket.end('de')));
    });
    using connections = connect(server);
    expect(text(await get(connections))).toBe('abcde');
  });

  it('has memory of its own for exactly the body', async () => {
    await using server = await rawServer(answering(ok('x'.repeat(500))));
    using connections = connect(server);
    const { body } = await get(connections);
    expect([body.byteLength, body.buffer.byteLength]).toEqual([500, 500]);
  });

  it.each([
    ['accepts but never speaks', () => undefined, 'TIMEOUT'],
    ['sends half a head', answering('HTTP/1.1 200 OK\r\nconte'), 'TIMEOUT'],
    ['stalls in the body', answering(ok('half', 8)), 'TIMEOUT'],
    ['sends half the body and ends', closing(ok('half', 8)), 'SHORT_BODY'],
    [
      'ends a chunked body early',
      closing('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\nhalf'),
      'SHORT_BODY',
    ],
    ['ends before an answer', closing(''), 'UNREACHABLE'],
    ['does not speak HTTP', closing('SSH-2.0-OpenSSH_9.2p1\r\n'), 'UNREACHABLE'],
  ] as const)('ends in time when the server %s', async (_what, serve, code) => {
    await using server = await rawServer(serve);
    using connections = connect(server, 'http', code === 'TIMEOUT' ? { clock: systemClock } : {});
    const error = await get(connections).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'DriverError', code, kind: 'transient' });
    for (const hidden of ['secret-path', 'hush', 'half', 'SSH']) expect(String(error)).not.toContain(hidden);
  });

  it('ends in time when the server takes no more of the request', async () => {
    await using server = await rawServer((socket) => socket.pause());
    using connections = connect(server, 'http', { clock: systemClock });
    await expect(get(connections, { method: 'PUT', body: large })).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('ends in time when nobody shakes hands for TLS', async () => {
    await using server = await rawServer(() => undefined);
    using connections = connect(server, 'https', { clock: systemClock });
    await expect(get(connections)).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('accept'),
    });
  });

  it('goes on as long as the answer moves', async () => {
    const clock = new ManualClock();
    await using server = await rawServer(answering('HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n'));
    using connections = connect(server, 'http', { clock });
    const answer = get(connections);
    answer.catch(() => undefined);
    const received = () => [...sockets(connections)].reduce((sum, { bytesRead }) => sum + bytesRead, 0);
    while (received() === 0) await new Promise(setImmediate);
    // Far longer in all than anything may be silent.
    for (let sent = 0; sent < 8; sent += 1) {
      await clock.advance(300);
      const before = received();
      for (const socket of server.sockets) socket.write('x');
      while (sent < 7 && received() === before) await new Promise(setImmediate);
      await new Promise(setImmediate);
    }
    expect(text(await answer)).toBe('xxxxxxxx');
  });

  it('goes on as long as the request moves', async () => {
    const clock = new ManualClock();
    const length = 4 << 20;
    let seen = 0;
    await using server = await rawServer((socket) => {
      socket.on('data', (data) => {
        seen += data.length;
        if (seen >= length) socket.write(ok('done'));
      });
    });
    using connections = connect(server, 'http', { clock });
    // Time passes with what is sent and not with the machine's load, and far more of it than anything may be silent.
    const body = bytesBody(Buffer.alloc(length));
    const slowly = {
      length,
      async *pieces() {
        for await (const piece of body.pieces()) {
          await clock.advance(300);
          yield piece;
        }
      },
    };
    expect(text(await get(connections, { method: 'PUT', body: slowly }))).toBe('done');
  });

  it('does not wait for the rest of a request that is refused early', async () => {
    await using server = await rawServer(answering('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno'));
    using connections = connect(server);
    const answer = await get(connections, { method: 'PUT', body: bytesBody(Buffer.alloc(1 << 20)) });
    expect(answer.status).toBe(403);
  });

  it('takes no more than it wants', async () => {
    await using server = await rawServer(answering(ok('x'.repeat(2000))));
    using connections = connect(server);
    await expect(get(connections)).rejects.toMatchObject({ code: 'CORRUPT' });
    const refusal = new Error('refused at the head');
    const refuse = () => {
      throw refusal;
    };
    await expect(get(connections, { accept: refuse })).rejects.toBe(refusal);
  });

  it('ends at once when aborted, and closes no other socket', async () => {
    await using server = await rawServer((socket) => socket.resume());
    using connections = connect(server);
    const doomed = new AbortController();
    const first = get(connections, { signal: doomed.signal });
    const second = get(connections);
    first.catch(() => undefined);
    while (server.sockets.size < 2) await new Promise(setImmediate);
    doomed.abort(new Error('stopped by the test'));
    await expect(first).rejects.toThrow('stopped by the test');
    while (server.sockets.size > 1) await new Promise(setImmediate);
    for (const socket of server.sockets) socket.write(ok('alive'));
    expect(text(await second)).toBe('alive');
  });

  it('uses a connection again, and none after it was closed', async () => {
    let connectionsMade = 0;
    await using server = await rawServer((socket) => {
      connectionsMade += 1;
      socket.on('data', () => socket.write(ok('a')));
    });
    const connections = connect(server);
    await get(connections);
    await get(connections);
    expect(connectionsMade).toBe(1);
    const [socket] = server.sockets;
    const closed = socket && once(socket, 'close');
    connections[Symbol.dispose]();
    await closed;
    expect(server.sockets.size).toBe(0);
  });
});

it('a closed store ends every request, those too that wait for a connection', async () => {
  let asked = 0;
  await using server = await rawServer((socket) => {
    socket.on('data', () => {
      asked += 1;
    });
  });
  const connections = connect(server, 'http', { maxSockets: 1 });
  const requests = [get(connections), get(connections)];
  const outcomes = Promise.allSettled(requests);
  while (asked === 0) await new Promise(setImmediate);
  connections[Symbol.dispose]();
  for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: 'UNREACHABLE' } });
  await expect(get(connections)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  // The agent may still connect for the one that waited; nothing is asked there, and nothing stays open.
  await systemClock.sleep(50);
  while (server.sockets.size > 0) await new Promise(setImmediate);
  expect(asked).toBe(1);
});

/** Answers, then ends the connection. */
function closing(answer: string) {
  return (socket: Parameters<Parameters<typeof rawServer>[0]>[0]) => {
    socket.once('data', () => socket.end(answer));
  };
}
