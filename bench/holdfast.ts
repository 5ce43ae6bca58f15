/**
 * The mover by itself, as a process to be measured: `full|incremental|restore|full-stream|restore-stream DIRECTORY IMAGE`. DIRECTORY keeps the
 * vault, its keys and the last map.
 */
import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { backupDisk } from '../agent/mover/backup-disk.ts';
import { restoreDisk } from '../agent/mover/restore-disk.ts';
import { systemClock } from '../base/clock.ts';
import { systemIds } from '../base/ids.ts';
import { silentLogger } from '../base/logger.ts';
import type { Extent } from '../drivers/platform/contract.ts';
import { fileStorageDriver } from '../drivers/storage/file.ts';
import type { BlockMapRef } from '../repository/block-map.ts';
import { generateVaultKeys, parseVaultKeys, serialiseVaultKeys } from '../repository/keys/vault-keys.ts';
import { openVault } from '../repository/vault.ts';
import { fileReadStream, fileWriteStream } from '../tests/support/file-streams.ts';

const [command, directory = '', image = ''] = process.argv.slice(2);
const signal = new AbortController().signal;
const keysFile = join(directory, 'keys');
const mapFile = join(directory, 'map');
const root = join(directory, 'store');

mkdirSync(directory, { recursive: true });
if (!existsSync(keysFile)) writeFileSync(keysFile, serialiseVaultKeys(generateVaultKeys(systemIds)));
const location = { driver: 'file', region: 'bench', bucket: root, prefix: 'vault/', settings: {} };
const target = fileStorageDriver.parseTarget({ root });
await fileStorageDriver.provision(target, location, signal);
await using store = fileStorageDriver.open({
  location,
  credentials: (inner) => fileStorageDriver.issueCredentials(target, location, 'write', inner),
});
await using vault = await openVault({
  store,
  keys: parseVaultKeys(readFileSync(keysFile)),
  cacheDirectory: join(directory, 'cache'),
  clock: systemClock,
  ids: systemIds,
  logger: silentLogger,
});
const workers = availableParallelism();
const readMap = (): BlockMapRef => JSON.parse(readFileSync(mapFile, 'utf8'));

if (command?.startsWith('restore')) {
  const mapRef = readMap();
  writeFileSync(image, '');
  truncateSync(image, mapRef.capacityBytes);
  const disk = { kind: 'device' as const, path: image, capacityBytes: mapRef.capacityBytes };
  const target = command === 'restore' ? disk : fileWriteStream(disk);
  await restoreDisk({ vault, mapRef, target, targetIsZeroed: true, workers, signal, clock: systemClock });
} else {
  const changedAreas: Extent[] = command === 'incremental' ? JSON.parse(readFileSync(`${image}.changes`, 'utf8')) : [];
  const disk = { kind: 'device' as const, path: image, capacityBytes: statSync(image).size };
  const { mapRef, statistics } = await backupDisk({
    vault,
    source: command === 'full-stream' ? fileReadStream(disk, 1 << 20) : disk,
    ...(command === 'incremental' && { changedAreas, parentMap: readMap() }),
    workers,
    spoolDirectory: join(directory, 'spool'),
    signal,
    clock: systemClock,
    ids: systemIds,
  });
  writeFileSync(mapFile, JSON.stringify(mapRef));
  process.stdout.write(`${JSON.stringify(statistics)}\n`);
}
