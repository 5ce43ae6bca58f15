import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultEffect } from '../../base/faults.ts';
import { FaultyProxy } from './proxy.ts';

let server: Server;
let proxy: FaultyProxy;
/** What the server has got, over all connections. */
let received: string;

/** Answers each piece with as many bytes, and keeps what it got. */
beforeEach(async () => {
  received = '';
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (piece: Buffer) => {
      received += piece.toString();
      socket.write(piece.toString().toUpperCase());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  proxy = await FaultyProxy.start({ target: { host: '127.0.0.1', port: address.port } });
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  server.close();
});

async function open(): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: proxy.port, noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes back, and how it ended. */
async function answerTo(words: string): Promise<{ readonly text: string; readonly end: string }> {
  const socket = connect({ host: '127.0.0.1', port: proxy.port, noDelay: true });
  socket.setTimeout(300, () => socket.destroy(Object.assign(new Error('silence'), { code: 'SILENCE' })));
  socket.end(words);
  let received = '';
  socket.on('data', (piece) => {
    received += piece.toString();
  });
  try {
    await once(socket, 'end');
    return { text: received, end: 'FIN' };
  } catch (error) {
    return { text: received, end: error instanceof Error && 'code' in error ? String(error.code) : 'unknown' };
  } finally {
    socket.destroy();
  }
}

const plan = (operation: string, effect: FaultEffect) => proxy.faults.add({ operation, times: 1, effect });

describe('a proxy', () => {
  it('changes nothing unless asked to, also when the two sides end at different times', async () => {
    expect(await answerTo('hello')).toEqual({ text: 'HELLO', end: 'FIN' });
    const long = 'x'.repeat(3_000_000);
    const socket = await open();
    socket.end(long);
    expect((await text(socket)).length).toBe(long.length);
    await expect.poll(() => proxy.connections).toBe(0);
  });

  it.each<[string, FaultEffect, { text: string; end: string }, string]>([
    ['connect', { kind: 'close' }, { text: '', end: 'ECONNRESET' }, ''],
    ['connect', { kind: 'error', code: 'ECONNREFUSED' }, { text: '', end: 'ECONNRESET' }, ''],
    ['connect', { kind: 'stall' }, { text: '', end: 'SILENCE' }, ''],
    ['connect', { kind: 'delay', ms: 20 }, { text: 'HELLO', end: 'FIN' }, 'hello'],
    ['upstream', { kind: 'close' }, { text: '', end: 'ECONNRESET' }, ''],
    ['upstream', { kind: 'truncate', afterBytes: 3 }, { text: 'HEL', end: 'FIN' }, 'hel'],
    ['upstream', { kind: 'stall', afterBytes: 2 }, { text: 'HE', end: 'SILENCE' }, 'he'],
    ['upstream', { kind: 'delay', ms: 20 }, { text: 'HELLO', end: 'FIN' }, 'hello'],
    ['downstream', { kind: 'close' }, { text: '', end: 'ECONNRESET' }, 'hello'],
    ['downstream', { kind: 'truncate' }, { text: 'HE', end: 'FIN' }, 'hello'],
    ['downstream', { kind: 'stall' }, { text: '', end: 'SILENCE' }, 'hello'],
  ])('does to %s what is planned: %j', async (operation, effect, answer, arrived) => {
    plan(operation, effect);
    expect(await answerTo('hello')).toEqual(answer);
    await expect.poll(() => received).toBe(arrived);
    expect(proxy.faults.happened()).toMatchObject([{ operation, subject: '1', effect }]);
    expect(await answerTo('again')).toEqual({ text: 'AGAIN', end: 'FIN' });
  });

  it('that is cut resets what there is and what comes, until it is restored', async () => {
    const socket = await open();
    const cut = once(socket, 'error');
    await expect.poll(() => proxy.connections).toBe(1);
    proxy.cut();
    expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(await answerTo('hello')).toMatchObject({ text: '', end: 'ECONNRESET' });
    expect(proxy.connections).toBe(0);
    proxy.restore();
    expect(await answerTo('hello')).toMatchObject({ text: 'HELLO' });
  });

  it('that is held keeps everything back, and lets it go when it is restored', async () => {
    proxy.hold();
    const answer = once(await open(), 'data').then(([piece]) => String(piece));
    const early = open().then(async (socket) => {
      socket.write('late');
      const [piece] = await once(socket, 'data');
      socket.destroy();
      return String(piece);
    });
    await sleep(50);
    expect(received).toBe('');
    proxy.restore();
    expect(await early).toBe('LATE');
    answer.catch(() => undefined);
  });

  it('leads elsewhere when it is told to', async () => {
    proxy.redirect({ host: '127.0.0.1', port: 9 });
    expect(await answerTo('hello')).toMatchObject({ text: '', end: 'ECONNRESET' });
  });
});
