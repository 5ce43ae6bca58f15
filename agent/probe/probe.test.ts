import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { createSelfMadeTls, type SelfMadeTls } from '../../tests/support/https-api.ts';
import { probe } from './probe.ts';
import type { ProbeEndpoint } from './probe-endpoint.ts';
import { allowsActivation, isFlawless, type ProbeCheck, type ProbeReport } from './probe-report.ts';

const stack = new AsyncDisposableStack();
const tools = { clock: systemClock, ids: systemIds, deadlineMs: 400 };
const signal = new AbortController().signal;
let tls: SelfMadeTls;
let otherTls: SelfMadeTls;

beforeAll(async () => {
  [tls, otherTls] = await Promise.all([createSelfMadeTls(), createSelfMadeTls()]);
});
afterAll(() => stack.disposeAsync());

/** Listens until the tests end. */
async function listening(server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
  server.listen(0, host);
  await once(server, 'listening');
  stack.defer(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

/** A port whose queue is full and never emptied: the system drops whoever comes, as a firewall does. */
async function blackHole(): Promise<number> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
    { eval: true },
  );
  stack.defer(async () => void (await worker.terminate()));
  const [port] = await once(worker, 'message');
  const fillers = Array.from({ length: 4 }, () => connect(Number(port), '127.0.0.1').on('error', () => undefined));
  stack.defer(() => {
    for (const filler of fillers) filler.destroy();
  });
  await Promise.race(fillers.map((filler) => once(filler, 'connect')));
  return Number(port);
}

const answering = (listener: RequestListener) => listening(createHttpServer(listener));
const controlPlane =
  (offsetMs = 0): RequestListener =>
  (_request, response) => {
    const serverTime = new Date(Date.now() - offsetMs).toISOString();
    response.end(JSON.stringify({ controlPlane: 'holdfast', serverTime }));
  };
/** Says this as soon as it hears something. */
const saying = (answer: Buffer | string) =>
  createServer((socket) => socket.once('data', () => socket.write(answer)).on('error', () => undefined));

const endpoint = (port: number, more: Partial<ProbeEndpoint> = {}): ProbeEndpoint => ({
  host: '127.0.0.1',
  port,
  channel: 'CONTROL',
  purpose: 'a test',
  required: true,
  tls: null,
  expects: { kind: 'control-plane', basePath: '' },
  ...more,
});
const mqtt = { channel: 'MESSAGE', required: false, expects: { kind: 'mqtt' } } as const;
const http = { channel: 'DATA', required: false, expects: { kind: 'http' } } as const;
const connection = { channel: 'VSPHERE', required: false, expects: { kind: 'connection' } } as const;
const trusting = (ca: string | null) => ({ tls: { by: 'ca', ca } as const });

const run = (...endpoints: ProbeEndpoint[]): Promise<ProbeReport> => probe(endpoints, tools, signal);
async function failing(given: ProbeEndpoint): Promise<NonNullable<ProbeCheck['error']>> {
  const { checks } = await run(given);
  if (!checks[0]?.error) throw new Error('the check succeeded');
  expect(checks[0].ok).toBe(false);
  return checks[0].error;
}

describe('the probe', () => {
  it('finds a control plane, a broker that refuses, an object server and a host, and the right time', async () => {
    const secure = await listening(createHttpsServer(tls, controlPlane()));
    const broker = await listening(saying(Buffer.from([0x20, 0x02, 0x00, 0x05])));
    const objects = await answering((_request, response) => response.writeHead(403).end('<Error/>'));
    const report = await run(
      endpoint(secure, { host: 'localhost', ...trusting(tls.ca) }),
      endpoint(broker, mqtt),
      endpoint(objects, http),
      endpoint(broker, connection),
    );
    expect(report.checks.map(({ error }) => error)).toEqual([null, null, null, null]);
    expect(report.clock).toMatchObject({ code: 'CLOCK_RIGHT', ok: true });
    expect(Math.abs(report.clock?.offsetMs ?? Number.NaN)).toBeLessThan(2_000);
    expect(isFlawless(report)).toBe(true);
  });

  it('names a closed port, and says that a firewall may reject it', async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    const error = await failing(endpoint(port));
    expect(error).toMatchObject({ code: 'CONNECTION_REFUSED', parameters: { host: '127.0.0.1', port } });
    expect(error.remedy).toContain(`open TCP 127.0.0.1:${port} outbound`);
  });

  it('waits for one that never answers no longer than its own deadline, and all at the same time', async () => {
    const silent = await listening(createServer());
    const began = performance.now();
    const report = await run(
      ...Array.from({ length: 8 }, () => endpoint(silent)),
      endpoint(silent, { ...trusting(tls.ca) }),
      endpoint(silent, mqtt),
    );
    expect(report.checks.map(({ error }) => error?.code)).toEqual(Array.from({ length: 10 }, () => 'TIMEOUT'));
    expect(report.checks[8]?.error?.message).toContain('says nothing to TLS');
    expect(performance.now() - began).toBeLessThan(8 * tools.deadlineMs);
    expect(report.clock).toBeNull();
    expect(allowsActivation(report)).toBe(false);
  });

  it('takes a connection that nobody accepts for a firewall that drops it', async () => {
    const port = await blackHole();
    const error = await failing(endpoint(port));
    expect(error).toMatchObject({ code: 'TIMEOUT', message: `Nothing answers at 127.0.0.1:${port}.` });
    expect(error.remedy).toContain(`a firewall drops it: open TCP 127.0.0.1:${port} outbound`);
  });

  it('says that a name is not known, and whom it asked', async () => {
    const error = await failing(endpoint(443, { host: 'control.holdfast.invalid' }));
    expect(error.code).toBe('DNS_FAILED');
    expect(error.message).toContain('control.holdfast.invalid');
    expect(error.remedy).toContain('name servers');
  });

  it('tells who signed a certificate that is not trusted, and sends nothing there', async () => {
    let requests = 0;
    const port = await listening(
      createHttpsServer(otherTls, (_request, response) => {
        requests += 1;
        response.end();
      }),
    );
    for (const ca of [tls.ca, null]) {
      const error = await failing(endpoint(port, trusting(ca)));
      expect(error).toMatchObject({ code: 'TLS_FAILED', parameters: { issuer: 'Our own CA' } });
      expect(error.remedy).toContain('proxy of your network');
    }
    expect(requests).toBe(0);
  });

  it('tells that a certificate is of another name', async () => {
    const port = await listening(createHttpsServer(tls, controlPlane()), '127.0.0.2');
    const error = await failing(endpoint(port, { host: '127.0.0.2', ...trusting(tls.ca) }));
    expect(error).toMatchObject({ code: 'TLS_FAILED', message: expect.stringContaining('another name') });
  });

  it('knows one certificate by its fingerprint, however that is written', async () => {
    const port = await listening(createTlsServer(tls, (socket) => socket.on('error', () => undefined)));
    const { fingerprint256 } = new X509Certificate(tls.cert);
    const by = (fingerprint: string | null) =>
      endpoint(port, { ...connection, tls: { by: 'fingerprint', fingerprint } });
    expect(
      isFlawless(await run(by(fingerprint256), by(fingerprint256.replaceAll(':', '').toLowerCase()), by(null))),
    ).toBe(true);
    const { code, message } = await failing(by('AA:BB'));
    expect(code).toBe('TLS_FAILED');
    expect(message).toContain(fingerprint256);
  });

  it.each([
    [
      'plain text where TLS is expected',
      () => listening(saying('HTTP/1.1 400 Bad Request\r\n\r\n')),
      () => trusting(tls.ca),
    ],
    [
      'a page where the control plane is expected',
      () => answering((_q, response) => response.end('<html>')),
      () => ({}),
    ],
    ['a 404 of somebody else', () => answering((_q, response) => response.writeHead(404).end('{}')), () => ({})],
    [
      'a portal',
      () => answering((_q, response) => response.writeHead(302, { location: 'http://portal.example/login' }).end()),
      () => http,
    ],
    ['a proxy that wants a log-in', () => answering((_q, response) => response.writeHead(407).end()), () => http],
    ['a proxy without the control plane', () => answering((_q, response) => response.writeHead(502).end()), () => ({})],
    ['something that is no broker', () => answering((_q, response) => response.end()), () => mqtt],
    ['something that is no HTTP', () => listening(saying('220 VMware\r\n')), () => http],
  ])('does not take %s for the right answer', async (_what, server, more) => {
    expect(await failing(endpoint(await server(), more()))).toMatchObject({
      code: 'ANSWER_UNEXPECTED',
      message: expect.stringMatching(/^What answers at 127\.0\.0\.1:\d+ /),
    });
  });

  it.each([
    ['HTTP', () => http],
    ['MQTT', () => mqtt],
    ['TLS', () => trusting(tls.ca)],
  ])('tells when the connection is closed without an answer to %s', async (_what, more) => {
    const port = await listening(createServer((socket) => socket.once('data', () => socket.end())));
    expect((await failing(endpoint(port, more()))).code).toBe('CONNECTION_LOST');
  });

  it('takes an older control plane, which knows no probe, by its Date', async () => {
    const port = await answering((_request, response) => {
      response.writeHead(404, { 'x-request-id': 'one', date: new Date(Date.now() - 120_000).toUTCString() });
      response.end('{"code":"NOT_FOUND","message":"There is nothing at this path."}');
    });
    const report = await run(endpoint(port));
    expect(isFlawless(report)).toBe(true);
    expect(report.clock).toMatchObject({ code: 'CLOCK_OFF', ok: true, remedy: expect.stringContaining('NTP') });
  });

  it.each([
    ['ahead', 20 * 60_000, '20 minutes ahead of'],
    ['behind', -40 * 86_400_000, '40 days behind'],
  ])('stops a clock that is %s', async (_what, offsetMs, words) => {
    const report = await run(endpoint(await answering(controlPlane(offsetMs))));
    expect(report.clock).toMatchObject({ code: 'CLOCK_WRONG', ok: false, message: expect.stringContaining(words) });
    expect(Math.abs((report.clock?.offsetMs ?? 0) - offsetMs)).toBeLessThan(2_000);
    expect(allowsActivation(report)).toBe(false);
  });

  it('blames a wrong clock where a certificate only seems to have expired', async () => {
    const expired = await generate([{ name: 'commonName', value: 'localhost' }], {
      algorithm: 'sha256',
      keyType: 'ec',
      notBeforeDate: new Date(Date.now() - 86_400_000 * 400),
      notAfterDate: new Date(Date.now() - 86_400_000 * 300),
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    const port = await listening(
      createHttpsServer({ cert: expired.cert, key: expired.private }, (_request, response) => {
        response.writeHead(200, { date: new Date(Date.now() - 86_400_000 * 350).toUTCString() }).end();
      }),
    );
    const report = await run(endpoint(port, trusting(expired.cert)));
    expect(report.checks[0]?.error).toMatchObject({ code: 'TLS_FAILED', remedy: expect.stringContaining('NTP') });
    expect(report.clock).toMatchObject({ code: 'CLOCK_WRONG', message: expect.stringContaining('350 days ahead') });
  });

  it('ends at once when nobody waits for it any more', async () => {
    const silent = await listening(createServer());
    const abort = new AbortController();
    const running = probe([endpoint(silent)], { ...tools, deadlineMs: 60_000 }, abort.signal);
    abort.abort(new Error('gone'));
    await expect(running).rejects.toThrow('gone');
  });
});
