import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
