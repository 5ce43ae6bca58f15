import { readdir } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultEffect } from '../../base/faults.ts';
import type { RunningObjectServer } from './object-server.ts';
import { aliOss, temporaryObjectServer } from './testing/ali-oss.ts';

let server: RunningObjectServer;
const body = Buffer.alloc(300_000, 'abcdefgh');

beforeAll(async () => {
  server = await temporaryObjectServer();
  await aliOss(server).put('there', body);
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => server.faults.clear());

const plan = (operation: string, effect: FaultEffect) => server.faults.add({ operation, times: 1, effect });

interface Started {
  readonly request: ClientRequest;
  readonly response: Promise<IncomingMessage>;
}

/** A request by address signed with ali-oss, sent with nothing in between that retries or buffers. */
function send(method: 'GET' | 'PUT', key: string, content?: Buffer, promised = content?.length): Started {
  const client = aliOss(server, { endpoint: 'http://oss.localhost' });
  const url = new URL(client.signatureUrl(key, { method, expires: 60 }));
  const sent = request({
    host: '127.0.0.1',
    port: new URL(server.facts.httpEndpoint).port,
    method,
    path: url.pathname + url.search,
    headers: { Host: url.host, ...(promised !== undefined && { 'Content-Length': promised }) },
    agent: false,
  });
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  sent.on('response', resolve);
  sent.on('error', reject);
  promise.catch(() => undefined);
  if (content?.length === promised) sent.end(content);
  else sent.write(content);
  return { request: sent, response: promise };
}

/** What arrives until the answer ends, and how it ends. */
async function read(response: IncomingMessage): Promise<{ readonly bytes: number; readonly complete: boolean }> {
  let bytes = 0;
  try {
    for await (const chunk of response) bytes += Buffer.isBuffer(chunk) ? chunk.length : 0;
  } catch {
    // It was cut.
  }
  return { bytes, complete: response.complete };
}

const running = (operation: string) => server.log.counters()[operation]?.running;

describe('a client that goes away', () => {
  it('leaves nothing behind of its upload', async () => {
    const started = send('PUT', 'gone', body.subarray(0, 5000), body.length);
    await expect.poll(() => running('oss.PutObject'), { timeout: 5000 }).toBeGreaterThan(0);
    started.request.destroy();
    await expect
      .poll(() => server.log.recent().at(-1), { timeout: 5000 })
      .toMatchObject({ operation: 'oss.PutObject', status: 0, bytesReceived: 5000 });
    await expect(aliOss(server).head('gone')).rejects.toMatchObject({ status: 404 });
    const incoming = join(dirname(server.facts.caFile), 'buckets', server.facts.bucket, 'incoming');
    expect(await readdir(incoming)).toEqual([]);
  });
});

describe('a planned fault', () => {
  it.each([
    ['SlowDown', 503, 'SlowDown'],
    ['503 ServiceUnavailable', 503, 'ServiceUnavailable'],
    ['AccessDenied', 403, 'AccessDenied'],
    ['502 BadGateway', 502, 'BadGateway'],
  ])('error %s answers with that code', async (code, status, expected) => {
    plan('oss.GetObject', { kind: 'error', code });
    await expect(aliOss(server).get('there')).rejects.toMatchObject({ status, code: expected });
    expect((await aliOss(server).get('there')).content.length).toBe(body.length);
  });

  it('concerns the key it names', async () => {
    server.faults.add({ operation: 'oss.*', subject: 'other/*', effect: { kind: 'error', code: 'InternalError' } });
    await aliOss(server).get('there');
    await expect(aliOss(server).put('other/one', body)).rejects.toMatchObject({ status: 500, code: 'InternalError' });
  });

  it('truncate promises all and sends a part', async () => {
    plan('oss.GetObject', { kind: 'truncate', afterBytes: 1234 });
    const response = await send('GET', 'there').response;
    expect(response.headers['content-length']).toBe(String(body.length));
    expect(await read(response)).toEqual({ bytes: 1234, complete: false });
    plan('oss.GetObject', { kind: 'truncate' });
    expect(await read(await send('GET', 'there').response)).toEqual({ bytes: body.length / 2, complete: false });
  });

  it('stall sends a part and then nothing, without an end', async () => {
    plan('oss.GetObject', { kind: 'stall', afterBytes: 1000 });
    const started = send('GET', 'there');
    const response = await started.response;
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    response.on('error', () => undefined);
    await expect.poll(() => bytes, { timeout: 5000 }).toBe(1000);
    expect(response.complete).toBe(false);
    expect(running('oss.GetObject')).toBe(1);
    started.request.destroy();
    await expect.poll(() => running('oss.GetObject'), { timeout: 5000 }).toBe(0);
    expect(bytes).toBe(1000);
  });

  it('stall holds an upload up and nothing of it becomes an object', async () => {
    plan('oss.PutObject', { kind: 'stall', afterBytes: 1000 });
    const started = send('PUT', 'half', body);
    await expect.poll(() => running('oss.PutObject'), { timeout: 5000 }).toBe(1);
    started.request.destroy();
    await expect(aliOss(server).head('half')).rejects.toMatchObject({ status: 404 });
  });

  it('close cuts before anything is done, or loses the answer of what was done', async () => {
    plan('oss.PutObject', { kind: 'close' });
    await expect(send('PUT', 'cut', body).response).rejects.toThrow(/hang up|ECONNRESET|EPIPE/);
    await expect(aliOss(server).head('cut')).rejects.toMatchObject({ status: 404 });
    plan('oss.PutObject', { kind: 'close', afterwards: true });
    await expect(send('PUT', 'cut', body).response).rejects.toThrow(/hang up|ECONNRESET|EPIPE/);
    expect((await aliOss(server).head('cut')).status).toBe(200);
    expect(
      server.faults
        .happened()
        .slice(-2)
        .map(({ operation }) => operation),
    ).toEqual(['oss.PutObject', 'oss.PutObject']);
  });

  it('delay lets it go on as ever', async () => {
    plan('oss.PutObject', { kind: 'delay', ms: 20 });
    expect((await send('PUT', 'late', body).response).statusCode).toBe(200);
    expect((await aliOss(server).get('late')).content.equals(body)).toBe(true);
  });
});
