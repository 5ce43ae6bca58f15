import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SandboxControl } from '../control-client.ts';
import { type RunningSandbox, startSandbox } from '../start.ts';

const MIB = 2 ** 20;
const run = promisify(execFile);
const available = await Promise.all([
  run('/usr/bin/python3', ['-c', 'import pyVmomi']),
  run('qemu-img', ['--version']),
]).then(
  () => true,
  () => false,
);

let directory: string;
let sandbox: RunningSandbox;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-pyvmomi-nfc-'));
  const disks = [
    { capacityBytes: 3 * MIB, dataBytes: MIB },
    { capacityBytes: 40 * MIB, dataBytes: 2 * MIB },
  ];
  sandbox = await startSandbox({
    directory: join(directory, 'sandbox'),
    taskDelayMs: 2,
    vms: [{ name: 'source', disks }],
  });
});

afterEach(async () => {
  await sandbox.close();
  await rm(directory, { recursive: true, force: true });
});

describe('pyVmomi, an independent client', () => {
  // In CI a missing client is a failure: the set-up installs it.
  it.skipIf(!available && !process.env.CI)(
    'takes a VM out and puts it back as a copy',
    async () => {
      const script = fileURLToPath(new URL('./pyvmomi-nfc-check.py', import.meta.url));
      const running = run('/usr/bin/python3', [script], { timeout: 30_000 });
      running.child.stdin?.end(JSON.stringify({ ...sandbox, directory }));
      const { stdout } = await running;
      expect(stdout).toContain('ok the copy has the same disks');
      const { leases, vms } = await new SandboxControl(sandbox.controlUrl).state();
      expect(leases.map(({ kind, end }) => [kind, end])).toEqual([
        ['exportSnapshot', 'completed'],
        ['import', 'completed'],
        ['exportVm', 'aborted'],
      ]);
      expect(vms.map((vm) => vm.name)).not.toContain('copy');
    },
    40_000,
  );
});
