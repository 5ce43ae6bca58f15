/**
 * A backup in a process of its own, killed at a step: `DIRECTORY IMAGE KIND STEP COUNT` ends by SIGKILL when STEP has come COUNT times. Prints
 * the result otherwise. DIRECTORY holds `keys` and `store`; KIND is `device`, `stream` or `stream-restored`, which writes the disk back as well.
 */
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backupDisk } from '../agent/mover/backup-disk.ts';
import { restoreDisk } from '../agent/mover/restore-disk.ts';
import { systemClock } from '../base/clock.ts';
import { systemIds } from '../base/ids.ts';
import { silentLogger } from '../base/logger.ts';
import { fileStorageDriver } from '../drivers/storage/file.ts';
import { parseVaultKeys } from '../repository/keys/vault-keys.ts';
import { openVault } from '../repository/vault.ts';
import { fileReadStream, fileWriteStream } from './support/file-streams.ts';

const [directory = '', image = '', kind = 'device', step = '', count = '1'] = process.argv.slice(2);
const location = { driver: 'file', region: 'local', bucket: join(directory, 'store'), prefix: 'vault/', settings: {} };
await using store = fileStorageDriver.open({
  location,
  credentials: async () => ({ access: 'write', expiresAt: null, values: {} }),
});
await using vault = await openVault({
  store,
  keys: parseVaultKeys(readFileSync(join(directory, 'keys'))),
  cacheDirectory: join(directory, 'cache'),
  clock: systemClock,
  ids: systemIds,
  logger: silentLogger,
});
const disk = { kind: 'device' as const, path: image, capacityBytes: statSync(image).size };
let left = Number(count);
const result = await backupDisk({
  vault,
  source: kind === 'device' ? disk : fileReadStream(disk),
  workers: 2,
  spoolDirectory: join(directory, 'spool'),
  signal: new AbortController().signal,
  clock: systemClock,
  ids: systemIds,
  onStep: (reached) => {
    if (reached === step && --left === 0) process.kill(process.pid, 'SIGKILL');
  },
});
if (kind === 'stream-restored') {
  const copy = { ...disk, path: `${image}.restored` };
  writeFileSync(copy.path, '');
  truncateSync(copy.path, copy.capacityBytes);
  await restoreDisk({
    vault,
    mapRef: result.mapRef,
    target: fileWriteStream(copy),
    targetIsZeroed: true,
    workers: 2,
    signal: new AbortController().signal,
    clock: systemClock,
  });
}
process.stdout.write(JSON.stringify({ ...result, peakKiB: process.resourceUsage().maxRSS }));
