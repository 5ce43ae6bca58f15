import { createCipheriv } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { FaultPlan } from '../../base/fault-plan.ts';
import type { FaultEffect } from '../../base/faults.ts';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import { openedStore } from '../../drivers/storage/oss/testing/opened-store.ts';
import { generateVaultKeys } from '../../repository/keys/vault-keys.ts';
import { openVault } from '../../repository/vault.ts';
import { sha256 } from '../../tests/vault-fixture.ts';
import { backupDisk } from './backup-disk.ts';
import { restoreDisk } from './restore-disk.ts';

const MiB = 1 << 20;
const signal = new AbortController().signal;

const troubles: readonly FaultEffect[] = [
  { kind: 'error', code: '503 ServiceUnavailable' },
  { kind: 'stall' },
  { kind: 'close' },
  { kind: 'close', afterwards: true },
  { kind: 'truncate' },
];

it('backs up to and restores from an object storage that fails one request in ten', async () => {
  const faults = new FaultPlan(troubles.map((effect) => ({ operation: '*', share: 0.1 / troubles.length, effect })));
  await using opened = await openedStore({ retrying: true, limits: { partSize: MiB, idleMs: 200 }, faults });
  const directory = await mkdtemp(join(tmpdir(), 'mover-oss-'));
  await using vault = await openVault({
    store: opened.store,
    keys: generateVaultKeys(systemIds),
    cacheDirectory: join(directory, 'cache'),
    clock: systemClock,
    ids: systemIds,
    logger: silentLogger,
  });
  const disk = { kind: 'device' as const, path: join(directory, 'disk'), capacityBytes: 40 * MiB };
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
  await writeFile(disk.path, cipher.update(Buffer.alloc(disk.capacityBytes)));
  const common = { vault, workers: 2, signal, clock: systemClock };
  const { mapRef } = await backupDisk({
    ...common,
    source: disk,
    spoolDirectory: join(directory, 'spool'),
    ids: systemIds,
  });
  const copy = { ...disk, path: join(directory, 'copy') };
  await using handle = await open(copy.path, 'w');
  await handle.truncate(copy.capacityBytes);
  await restoreDisk({ ...common, mapRef, target: copy, targetIsZeroed: true });
  expect(await sha256(copy.path)).toBe(await sha256(disk.path));
  expect(faults.happened().length).toBeGreaterThan(2);
  await rm(directory, { recursive: true });
});
