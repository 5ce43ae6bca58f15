import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { systemIds } from '../base/ids.ts';
import { silentLogger } from '../base/logger.ts';
import type { ObjectStore } from '../drivers/storage/contract.ts';
import { fileStorageDriver } from '../drivers/storage/file.ts';
import { generateVaultKeys, type VaultKeys } from '../repository/keys/vault-keys.ts';
import type { Manifest, ManifestDisk } from '../repository/manifest.ts';
import { openVault, type Vault } from '../repository/vault.ts';

/** A vault in a temporary directory on the file driver, and room for disk images. */
export interface VaultFixture extends AsyncDisposable {
  readonly directory: string;
  readonly storeDirectory: string;
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  /** `cache`: a name of its own gives an agent that has never seen the vault. */
  open(cache?: string): Promise<Vault>;
  image(name: string, bytes: Uint8Array): Promise<{ kind: 'device'; path: string; capacityBytes: number }>;
  emptyImage(name: string, capacityBytes: number): Promise<{ kind: 'device'; path: string; capacityBytes: number }>;
}

export async function vaultFixture(keys: VaultKeys = generateVaultKeys(systemIds)): Promise<VaultFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'vault-fixture-'));
  const root = join(directory, 'store');
  const location = { driver: 'file', region: 'local', bucket: root, prefix: 'vault/', settings: {} };
  const target = fileStorageDriver.parseTarget({ root });
  await fileStorageDriver.provision(target, location, new AbortController().signal);
  const store = fileStorageDriver.open({
    location,
    credentials: (signal) => fileStorageDriver.issueCredentials(target, location, 'maintain', signal),
  });
  const device = (name: string, capacityBytes: number) => ({
    kind: 'device' as const,
    path: join(directory, name),
    capacityBytes,
  });
  return {
    directory,
    storeDirectory: join(root, 'vault'),
    store,
    keys,
    open: (cache = 'cache') =>
      openVault({
        store,
        keys,
        cacheDirectory: join(directory, cache),
        clock: systemClock,
        ids: systemIds,
        logger: silentLogger,
      }),
    async image(name, bytes) {
      const disk = device(name, bytes.length);
      const handle = await open(disk.path, 'w');
      await handle.writeFile(bytes);
      await handle.close();
      return disk;
    },
    async emptyImage(name, capacityBytes) {
      const disk = device(name, capacityBytes);
      const handle = await open(disk.path, 'w');
      await handle.truncate(capacityBytes);
      await handle.close();
      return disk;
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

/** Deterministic numbers below 2^32 (mulberry32). */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Bytes that compress to about half; `seed` decides them. */
export function sampleBytes(length: number, seed: number): Buffer {
  const random = seededRandom(seed);
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 8) bytes.writeUInt32LE(random(0xffffffff), at);
  return bytes;
}

export function sampleManifest(vaultId: string, jobId: string, disks: readonly ManifestDisk[]): Manifest {
  return {
    version: 1,
    vaultId,
    vm: { id: 'vm-1', instanceUuid: 'i-1', biosUuid: 'b-1', name: 'Sample' },
    jobId,
    attempt: 1,
    createdAt: '2026-01-01T00:00:00Z',
    configuration: {
      version: 1,
      name: 'Sample',
      guestId: 'debian12_64Guest',
      cpuCount: 2,
      memoryBytes: 2 ** 31,
      firmware: 'EFI',
      path: 'DC/vm/Sample',
      datastore: 'ds1',
      networks: ['VM Network'],
    },
    quiesce: 'CRASH_CONSISTENT',
    kind: 'FULL',
    kindReason: 'first backup',
    disks: [...disks],
  };
}

export function sampleDisk(options: Pick<ManifestDisk, 'map' | 'statistics'>): ManifestDisk {
  return {
    uuid: '6000C29a-0000-0000-0000-000000000001',
    key: 2000,
    label: 'Hard disk 1',
    capacityBytes: options.map.capacityBytes,
    controllerKey: 1000,
    unitNumber: 0,
    changeId: null,
    datastore: 'ds1',
    read: { mode: 'FULL', reason: null },
    ...options,
  };
}
