import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { followEvents } from '../docs/examples/console/follow-events.ts';
import { call } from '../docs/examples/console/graphql.ts';
import { FaultyProxy } from '../sandbox/proxy/proxy.ts';
import { type JobPlant, startJobPlant } from './support/job-plant.ts';
import { newKey } from './support/public-api.ts';

const mib = 2 ** 20;
const example = new URL('../docs/examples/console/console.ts', import.meta.url).pathname;
let plant: JobPlant;
let proxy: FaultyProxy;

beforeAll(async () => {
  plant = await startJobPlant([{ name: 'web 01', disks: [{ capacityBytes: 24 * mib, dataBytes: 8 * mib }] }]);
  const { hostname, port } = new URL(plant.plant.api.url);
  proxy = await FaultyProxy.start({ target: { host: hostname, port: Number(port) } });
});
afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]();
  await plant?.[Symbol.asyncDispose]();
});

interface Ran {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

/** Runs the example as anybody would, with nothing but its own environment. */
async function run(accessKey: string, vm: string, onLine: (line: string) => void = () => undefined): Promise<Ran> {
  const child = spawn(process.execPath, [example, vm], {
    env: { PATH: process.env.PATH, HOLDFAST_URL: `http://${proxy.address}`, HOLDFAST_ACCESS_KEY: accessKey },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let errors = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    onLine(line);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += String(chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, lines, errors };
}

it('backs a virtual machine up, follows it, and misses nothing when its connections are lost', async () => {
  const key = await newKey(plant.plant.control, {
    scopes: ['vcenter:read', 'job:read', 'job:write', 'recoveryPoint:read', 'event:read', 'resourceGroup:read'],
  });
  let cuts = 0;
  const { code, lines, errors } = await run(key, 'web 01', (line) => {
    if (cuts > 0 || !line.startsWith('Event JOB_CREATED')) return;
    cuts += 1;
    proxy.resetConnections();
  });
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(cuts).toBe(1);
  expect(lines[0]).toBe('Signed in as test.');
  expect(lines).toContain('web 01: POWERED_ON, UNPROTECTED');
  const events = lines.filter((line) => line.startsWith('Event ')).map((line) => line.split(' ')[1]);
  for (const type of ['JOB_CREATED', 'JOB_STARTED', 'RECOVERY_POINT_CREATED', 'JOB_FINISHED'])
    expect(events.filter((told) => told === type)).toEqual([type]);
  expect(events.at(-1)).toBe('JOB_FINISHED');
  expect(lines.filter((line) => line.startsWith('COMPLETE')).length).toBeGreaterThan(0);
  expect(lines.some((line) => /^ {2}\S+ INFO A disk is in the vault\./.test(line))).toBe(true);
});

it('tells what went wrong and what to do about it', async () => {
  const reader = await newKey(plant.plant.control, { scopes: ['vcenter:read', 'event:read', 'recoveryPoint:read'] });
  const refused = await run(reader, 'web 01');
  expect(refused.code).toBe(1);
  expect(refused.errors).toMatch(/^FORBIDDEN: This needs the scope job:write\.\nUse an access key with that scope/);
  const unknown = await run('nobody.nothing', 'web 01');
  expect(unknown.code).toBe(1);
  expect(unknown.errors).toMatch(/^UNAUTHENTICATED: /);
});

it('takes a connection that says nothing, and an answer that ends in its middle, for lost', async () => {
  const asked: string[] = [];
  const item = { __typename: 'Event', type: 'JOB_CREATED', occurredAt: '', subjectType: 'JOB', subject: null };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const { after } = JSON.parse(body).variables;
      if (after === undefined) {
        response.writeHead(200, { 'content-length': 1_000 }).write('{"data":');
        return void setImmediate(() => response.destroy());
      }
      asked.push(after);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const data = JSON.stringify({ data: { events: { cursor: `after ${after}`, item } } });
      response.write(`event: next\ndata: ${data}\n\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const api = { endpoint: `http://127.0.0.1:${port}/graphql`, accessKey: 'key.secret' };
  const stop = new AbortController();
  try {
    await expect(call(api, '{ viewer { name } }')).rejects.toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
    for await (const { cursor } of followEvents(api, 'start', stop.signal, 200))
      if (cursor === 'after after start') break;
    expect(asked).toEqual(['start', 'after start']);
  } finally {
    stop.abort();
    server.closeAllConnections();
    server.close();
  }
});
