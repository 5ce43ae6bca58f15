import { spawn } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { serialiseVaultKeys } from '../../repository/keys/vault-keys.ts';
import { sampleBytes, sampleDisk, sampleManifest, sha256, vaultFixture } from '../../tests/vault-fixture.ts';
import { backupDisk } from './backup-disk.ts';
import { restoreDisk } from './restore-disk.ts';

const MiB = 1 << 20;
const never = new AbortController().signal;
const program = join(import.meta.dirname, '../../tests/mover-process.ts');

// Real processes and disks: slow where other work has the processors.
vi.setConfig({ testTimeout: 120_000 });

// Two workers fill 24 MiB packs from 64 MiB that compress to about 36: a first pack each at most, then the rest at the end.
it.each([
  { step: 'pack-sealed', count: 1, reused: 0 },
  { step: 'pack-uploaded', count: 1, reused: 10 },
  { step: 'pack-uploaded', count: 2, reused: 30 },
  { step: 'index-uploaded', count: 1, reused: 64 },
])('a gateway killed at $step ($count) leaves a sound vault, and its work is used', async ({ step, count, reused }) => {
  await using fixture = await vaultFixture();
  await writeFile(join(fixture.directory, 'keys'), serialiseVaultKeys(fixture.keys));
  const source = await fixture.image('source', sampleBytes(64 * MiB, 21));
  const child = spawn(process.execPath, [program, fixture.directory, source.path, 'device', step, String(count)], {
    stdio: 'inherit',
  });
  const end = await new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  expect(end).toBe('SIGKILL');

  await using vault = await fixture.open();
  const spoolDirectory = join(fixture.directory, 'spool');
  const options = { vault, source, workers: 2, signal: never, clock: systemClock };
  const { mapRef, statistics } = await backupDisk({ ...options, spoolDirectory, ids: systemIds });
  expect(statistics.bytesDeduplicated).toBeGreaterThanOrEqual(reused * MiB);
  expect(await readdir(spoolDirectory)).toEqual([]);

  const { key } = await vault.putManifest(
    sampleManifest(vault.vaultId, 'job', [sampleDisk({ map: mapRef, statistics })]),
    never,
  );
  await vault.putCommit('vm-1', 'job', key, never);
  expect((await vault.verify({ readData: true, signal: never })).problems).toEqual([]);
  const target = await fixture.emptyImage('target', source.capacityBytes);
  await restoreDisk({ vault, mapRef, target, targetIsZeroed: true, workers: 2, signal: never, clock: systemClock });
  expect(await sha256(target.path)).toBe(await sha256(source.path));
});
