import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../base/clock.ts';
import { Connections } from './connections.ts';
import { exchange, type HttpRequest } from './exchange.ts';
import { bytesBody } from './request-body.ts';
import { answering, type RawServer, rawServer } from './testing/raw-server.ts';

const limits = { connectMs: 400, idleMs: 400, drainBytesPerSecond: 16 << 20, maxSockets: 4 };
const connect = ({ port }: RawServer, scheme: 'http' | 'https' = 'http', idleMs = limits.idleMs) =>
  new Connections({ scheme, host: '127.0.0.1', port, clock: systemClock, limits: { ...limits, idleMs } });
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
    using connections = connect(server);
    const error = await get(connections).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'DriverError', code, kind: 'transient' });
    for (const hidden of ['secret-path', 'hush', 'half', 'SSH']) expect(String(error)).not.toContain(hidden);
  });

  it('ends in time when the server takes no more of the request', async () => {
    await using server = await rawServer((socket) => socket.pause());
    using connections = connect(server);
    await expect(get(connections, { method: 'PUT', body: large })).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('ends in time when nobody shakes hands for TLS', async () => {
    await using server = await rawServer(() => undefined);
    using connections = connect(server, 'https');
    await expect(get(connections)).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('accept'),
    });
  });

  it('goes on as long as the answer moves', async () => {
    await using server = await rawServer((socket) => {
      socket.once('data', async () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n');
        for (let left = 8; left > 0; left -= 1) {
          await systemClock.sleep(150);
          socket.write('x');
        }
      });
    });
    using connections = connect(server, 'http', 1_000);
    expect(text(await get(connections))).toBe('xxxxxxxx');
  });

  it('goes on as long as the request moves', async () => {
    const length = 16 << 20;
    let pauses = 0;
    await using server = await rawServer((socket) => {
      let left = length;
      socket.on('data', async (data) => {
        left -= data.length;
        if (left <= 0) return socket.write(ok('done'));
        // Far longer in all than anything may be silent.
        if (Math.floor((left + data.length) / (1 << 20)) === Math.floor(left / (1 << 20))) return;
        pauses += 1;
        socket.pause();
        await systemClock.sleep(100);
        socket.resume();
      });
    });
    using connections = connect(server, 'http', 1_000);
    expect(text(await get(connections, { method: 'PUT', body: bytesBody(Buffer.alloc(length)) }))).toBe('done');
    expect(pauses).toBeGreaterThan(8);
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

/** Answers, then ends the connection. */
function closing(answer: string) {
  return (socket: Parameters<Parameters<typeof rawServer>[0]>[0]) => {
    socket.once('data', () => socket.end(answer));
  };
}
