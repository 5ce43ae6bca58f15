import { execFile, spawn } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SandboxControl } from './control-client.ts';
import { type RunningSandbox, startSandbox } from './start.ts';

const PYTHON = '/usr/bin/python3';

const available = await promisify(execFile)(PYTHON, ['-c', 'import pyVmomi']).then(
  () => true,
  () => false,
);

let directory: string;
let sandbox: RunningSandbox;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-pyvmomi-'));
  // Small, because it is hashed many times, and with room for the 500 grains that are written to it.
  const primaryDisk = join(directory, 'disk.raw');
  await using image = await open(primaryDisk, 'w');
  await image.write(Buffer.alloc(1024 * 1024, 'data'));
  await image.truncate(40 * 1024 * 1024);
  sandbox = await startSandbox({ directory: join(directory, 'sandbox'), primaryDisk, taskDelayMs: 2 });
});

afterAll(async () => {
  await sandbox.close();
  await rm(directory, { recursive: true, force: true });
});

function check(): Promise<{ readonly code: number | null; readonly output: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number | null; output: string }>();
  const script = fileURLToPath(new URL('./pyvmomi-check.py', import.meta.url));
  const child = spawn(PYTHON, [script], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    output += data.toString();
  });
  child.on('error', reject);
  child.on('close', (code) => resolve({ code, output }));
  child.stdin.end(JSON.stringify(sandbox));
  return promise;
}

describe('pyVmomi, an independent client', () => {
  // In CI a missing client is a failure: the set-up installs python3-pyvmomi.
  it.skipIf(!available && !process.env.CI)(
    'cannot tell the sandbox from a vCenter',
    async () => {
      const { code, output } = await check();
      expect(output).toContain('ok sessions end');
      expect(code).toBe(0);
      const state = await new SandboxControl(sandbox.controlUrl).state();
      expect(state.attached).toEqual([]);
      expect(state.violations).toEqual([]);
      expect(state.sessions).toBe(0);
      expect(state.vms.flatMap((vm) => vm.snapshots)).toEqual([]);
    },
    60_000,
  );
});
