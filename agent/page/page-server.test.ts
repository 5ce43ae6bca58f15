import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http';
import { type RequestOptions as SecureRequestOptions, request as secureRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import { openStateDirectory } from '../state/state-directory.ts';
import { openPageIdentity, type PageIdentity } from './page-identity.ts';
import { type PageServer, startPageServer } from './page-server.ts';

let stack: AsyncDisposableStack;
let directory: string;
let identity: PageIdentity;
let server: PageServer;
let handled: string[];
let now: number;
let wakeTheClock: () => void;

const clock: Clock = {
  now: () => now,
  monotonic: () => now,
  sleep: (_ms, signal) =>
    new Promise((resolve, reject) => {
      wakeTheClock = resolve;
      signal?.addEventListener('abort', () => reject(signal.reason));
    }),
};

const openIdentity = async () => {
  using state = await openStateDirectory(directory, { clock: systemClock, ids: systemIds });
  return openPageIdentity({ file: state.pageCertificate, host: '127.0.0.1', clock, logger: silentLogger });
};
const port = () => Number(new URL(server.url).port);
const dial = () =>
  stack.adopt(
    connect(port(), '127.0.0.1').on('error', () => undefined),
    (socket) => void socket.destroy(),
  );
const closed = (socket: Socket) => once(socket, 'close', { signal: AbortSignal.timeout(5_000) });

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  directory = await mkdtemp(join(tmpdir(), 'holdfast-page-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  now = systemClock.now();
  handled = [];
  identity = stack.use(await openIdentity());
  const app = new Hono().all('*', (context) => {
    handled.push(`${context.req.method} ${context.req.url}`);
    return context.text('here');
  });
  const limits = { firstByteMs: 150, headersMs: 200, handshakeMs: 200, connectionsOfOneAddress: 8 };
  server = stack.use(await startPageServer(app, { host: '127.0.0.1', port: 0, identity, limits }));
});
afterEach(() => stack.disposeAsync());

async function answerTo(asking: ReturnType<typeof plainRequest>) {
  asking.end();
  const [answer]: IncomingMessage[] = await once(asking, 'response');
  if (!answer) throw new Error('no answer');
  let text = '';
  for await (const part of answer) text += String(part);
  return { status: answer.statusCode, location: answer.headers.location, text };
}
const plain = (options: RequestOptions) => answerTo(plainRequest({ host: '127.0.0.1', port: port(), ...options }));
const secure = (options: SecureRequestOptions = {}) =>
  answerTo(secureRequest({ host: '127.0.0.1', port: port(), ca: identity.certificate, ...options }));

describe('the port of the page', () => {
  it('speaks HTTPS under every name of this machine, with a certificate of its own', async () => {
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await secure({ path: '/a?b=c' })).toMatchObject({ status: 200, text: 'here' });
    expect(await secure({ servername: 'localhost' })).toMatchObject({ status: 200 });
    expect(handled[0]).toBe(`GET https://127.0.0.1:${port()}/a?b=c`);
    await expect(secure({ ca: [] })).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(new X509Certificate(identity.certificate).fingerprint256).toBe(identity.fingerprint);
  });

  it.each([
    ['a plain address', {}, (at: number) => `https://127.0.0.1:${at}/`],
    [
      'a name, path and query',
      { host: 'localhost', path: '/status?x=1&y=%2F' },
      (at: number) => `https://localhost:${at}/status?x=1&y=%2F`,
    ],
    ['a port that is forwarded here', { host: 'localhost:9000' }, () => 'https://localhost:9000/'],
    ['a path that looks like a host', { path: '//evil.example/x' }, (at: number) => `https://127.0.0.1:${at}/x`],
    ['the address of somebody else', { path: 'http://evil.example/x' }, (at: number) => `https://127.0.0.1:${at}/x`],
    ['a backslash', { path: '/\\evil.example' }, (at: number) => `https://127.0.0.1:${at}/`],
  ])(
    'sends plain HTTP to HTTPS on the same port: %s',
    async (_what, { host, path }: { host?: string; path?: string }, expected) => {
      const given = host?.includes(':') ? host : `${host ?? '127.0.0.1'}:${port()}`;
      for (const method of ['GET', 'HEAD']) {
        const answer = await plain({ method, path: path ?? '/', headers: { host: given } });
        expect(answer.status).toBe(308);
        expect(answer.location?.startsWith(new URL(expected(port())).origin), answer.location).toBe(true);
        if (method === 'GET' && path !== '/\\evil.example') expect(answer.location).toBe(expected(port()));
      }
      expect(handled).toEqual([]);
    },
  );

  it.each(['evil.example', 'localhost@evil.example', '127.0.0.1.evil.example:80', 'evil.example#localhost'])(
    'sends nobody to %s',
    async (host) => {
      const answer = await plain({ headers: { host } });
      expect(answer.status).toBe(421);
      expect(answer.location).toBeUndefined();
    },
  );

  it('does nothing with a form that came unencrypted, and says so', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const answer = await plain({ method, path: '/activate' });
      expect(answer.status).toBe(426);
      expect(answer.text).toMatch(/Nothing was done.*HTTPS.*replace it/s);
    }
    expect(handled).toEqual([]);
  });

  it('lets go of who says nothing, or not enough', async () => {
    await closed(dial());
    const slow = dial();
    slow.resume().write('GET / HT');
    await closed(slow);
    const halfShaken = dial();
    halfShaken.resume().write(Buffer.from([0x16, 3, 1]));
    await closed(halfShaken);
    const gone = dial();
    gone.resume().end();
    await closed(gone);
    const tls = connectTls({ host: '127.0.0.1', port: port(), ca: identity.certificate });
    tls
      .on('error', () => undefined)
      .resume()
      .write('GET / HTTP/1.1\r\nhost: 127.');
    await closed(tls);
    expect(handled).toEqual([]);
    expect(await secure()).toMatchObject({ status: 200 });
  });

  it('takes a first byte that comes alone', async () => {
    const socket = dial();
    const text: string[] = [];
    socket
      .setNoDelay(true)
      .setEncoding('utf8')
      .on('data', (part: string) => text.push(part));
    socket.write('G');
    await new Promise((resolve) => setImmediate(resolve));
    socket.write('ET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await closed(socket);
    expect(text.join('')).toMatch(/^HTTP\/1\.1 308 /);
  });

  it('gives one address no more than its share', async () => {
    const sockets = Array.from({ length: 12 }, dial);
    const open = new Set(sockets);
    for (const socket of sockets) socket.once('close', () => open.delete(socket));
    await expect.poll(() => open.size, { interval: 5, timeout: 2_000 }).toBe(8);
  });

  it('closes whatever is open when it ends', async () => {
    const idle = dial();
    const tls = connectTls({ host: '127.0.0.1', port: port(), ca: identity.certificate }).on('error', () => undefined);
    await once(tls, 'secureConnect');
    const both = Promise.all([closed(idle), closed(tls)]);
    await server[Symbol.asyncDispose]();
    await both;
  });
});

describe('the certificate of the page', () => {
  const file = () => join(directory, 'page-certificate.json');

  it('is kept for its owner alone, and stays the same', async () => {
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    using again = await openIdentity();
    expect(again.fingerprint).toBe(identity.fingerprint);
    expect(new X509Certificate(identity.certificate).checkIP('127.0.0.1')).toBeTruthy();
  });

  it('is renewed near its end, without a restart', async () => {
    const before = identity.fingerprint;
    now += 3_640 * 86_400_000;
    wakeTheClock();
    await expect.poll(() => identity.fingerprint, { interval: 5 }).not.toBe(before);
    const socket = connectTls({ host: '127.0.0.1', port: port(), rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    expect(socket.getPeerCertificate().fingerprint256).toBe(identity.fingerprint);
    socket.destroy();
    using again = await openIdentity();
    expect(again.fingerprint).toBe(identity.fingerprint);
  });

  it('is made anew when it was damaged, or made in the future by a wrong clock', async () => {
    await writeFile(file(), '{"version":1,"certificate":"x","privateKey":"y"}');
    using mended = await openIdentity();
    expect(mended.fingerprint).not.toBe(identity.fingerprint);
    now -= 400 * 86_400_000;
    using back = await openIdentity();
    expect(back.fingerprint).not.toBe(mended.fingerprint);
  });
});
