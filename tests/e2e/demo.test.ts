import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { textOf } from '../support/holdfast-process.ts';

const entryPoint = fileURLToPath(new URL('../../bin/holdfast.ts', import.meta.url));
const result = z.object({
  passed: z.boolean(),
  rows: z.array(
    z.object({
      step: z.string(),
      bytesTotal: z.number(),
      bytesRead: z.number(),
      bytesZero: z.number(),
      bytesDeduplicated: z.number(),
    }),
  ),
  checks: z.array(
    z.object({ expectedSha256: z.string(), actualSha256: z.string(), fileSystemClean: z.boolean().nullable() }),
  ),
});

let temporary: string;
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'holdfast-demo-test-'));
});
afterAll(() => rm(temporary, { recursive: true, force: true }));

interface Demo {
  readonly child: ChildProcess;
  readonly ended: Promise<number | string>;
  stdout(): string;
  stderr(): string;
}

/** Starts the demonstration with a temporary directory of its own, by which its processes are found again. */
function startDemo(...parameters: string[]): Demo {
  const child = spawn(process.execPath, [entryPoint, 'demo', ...parameters], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  const ended = once(child, 'close').then(([code, signal]): number | string => (code === null ? String(signal) : code));
  return { child, ended, stdout, stderr };
}

/** Processes whose environment names our temporary directory. */
async function leftRunning(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (environment.split('\0').includes(`TMPDIR=${temporary}`)) found.push(pid);
  }
  return found;
}

describe('the demonstration', () => {
  // Every pair of two settings is met at least once.
  it.each([
    ['file', 'hotadd', 'https'],
    ['file', 'nfc', 'http'],
    ['oss', 'hotadd', 'http'],
    ['oss', 'nfc', 'https'],
  ])(
    'goes through the main job over %s, %s and %s and leaves nothing behind',
    async (storage, transport, scheme) => {
      const choices = ['--storage', storage, '--transport', transport, ...(scheme === 'http' ? ['--http'] : [])];
      const demo = startDemo('--json', '--size', '128', ...choices);
      expect(await demo.ended, demo.stderr()).toBe(0);
      const { passed, rows, checks } = result.parse(JSON.parse(demo.stdout()));
      expect(passed).toBe(true);
      expect(rows.map((row) => row.step)).toEqual([
        'full backup',
        transport === 'nfc' ? 'second backup' : 'incremental',
        'restore web-01-first',
        'restore web-01-second',
      ]);
      const [full, second] = rows;
      if (transport === 'hotadd') expect(second?.bytesRead).toBeLessThan((full?.bytesRead ?? 0) / 2);
      else {
        const { bytesDeduplicated = 0, bytesTotal = 0, bytesZero = 0 } = second ?? {};
        expect(bytesDeduplicated).toBeGreaterThan((bytesTotal - bytesZero) / 2);
      }
      expect(checks).toHaveLength(2);
      for (const check of checks) expect(check.actualSha256).toBe(check.expectedSha256);
      if (process.env.CI) expect(checks.map((check) => check.fileSystemClean)).toEqual([true, true]);
      expect(await leftRunning()).toEqual([]);
      expect(await readdir(temporary)).toEqual([]);
    },
    120_000,
  );

  it('cleans up after Ctrl-C', async () => {
    const demo = startDemo('--size', '128');
    await expect.poll(demo.stderr, { timeout: 60_000 }).toContain('Backing web-01 up');
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(130);
    expect(await leftRunning()).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
  }, 120_000);

  it('leaves nothing running when it is killed itself', async () => {
    const demo = startDemo('--size', '128');
    await expect.poll(demo.stderr, { timeout: 60_000 }).toContain('Creating a vault');
    demo.child.kill('SIGKILL');
    await demo.ended;
    await expect.poll(leftRunning, { timeout: 30_000 }).toEqual([]);
  }, 120_000);

  it('refuses a disk image that is not there, and says so', async () => {
    const demo = startDemo('--disk', join(temporary, 'nothing.img'));
    expect(await demo.ended).toBe(1);
    expect(demo.stderr()).toContain('--disk names no file');
  });
});
