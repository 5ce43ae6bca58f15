import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { sampleBytes, sampleDisk, sampleManifest, vaultFixture } from '../../tests/vault-fixture.ts';
import { backupDisk } from './backup-disk.ts';
import { restoreDisk } from './restore-disk.ts';

vi.setConfig({ testTimeout: 60_000 });

const MiB = 1 << 20;
const KiB = 1 << 10;
const never = new AbortController().signal;
const tools = { workers: 1, signal: never, clock: systemClock, ids: systemIds };

it('a change that tracking left out is found by verifying the data, and never restored', async () => {
  await using fixture = await vaultFixture();
  await using vault = await fixture.open();
  const spoolDirectory = join(fixture.directory, 'spool');
  const image = sampleBytes(3 * MiB + 300 * KiB, 1);
  const first = await backupDisk({ vault, spoolDirectory, source: await fixture.image('one', image), ...tools });
  sampleBytes(100, 2).copy(image, 2 * MiB);
  sampleBytes(100, 3).copy(image, 2 * MiB + 600 * KiB);
  const source = await fixture.image('two', image);
  const increment = { vault, source, parentMap: first.mapRef, ...tools };
  const whole = [
    { start: 2 * MiB, length: 64 * KiB },
    { start: 2 * MiB + 576 * KiB, length: 64 * KiB },
  ];
  const honest = await backupDisk({ ...increment, spoolDirectory, changedAreas: whole });
  const commit = async (jobId: string, { mapRef: map, statistics }: typeof honest) => {
    await vault.putManifest(sampleManifest(vault.vaultId, jobId, [sampleDisk({ map, statistics })]), never);
    await vault.putCommit('vm-1', jobId, 'signed', never);
  };
  await commit('honest', honest);
  expect((await vault.verify({ readData: true, signal: never })).problems).toEqual([]);

  const lying = await backupDisk({ ...increment, spoolDirectory, changedAreas: whole.slice(0, 1) });
  // The block was stored by the honest backup already, whole or in pieces: the lie shows only where pieces were put together anew.
  expect(lying.mapRef).not.toEqual(honest.mapRef);
  await commit('lying', lying);
  expect((await vault.verify({ readData: false, signal: never })).problems).toEqual([]);
  expect((await vault.verify({ readData: true, signal: never })).problems).toEqual([
    {
      code: 'VAULT_CORRUPT',
      object: 'vm-1/lying disk Hard disk 1 block 2',
      message: expect.stringContaining('its pieces do not make the block that was backed up'),
    },
  ]);
  const target = await fixture.emptyImage('restored', image.length);
  await expect(
    restoreDisk({ vault, mapRef: lying.mapRef, target, targetIsZeroed: true, ...tools }),
  ).rejects.toMatchObject({ code: 'VAULT_CORRUPT' });
});
