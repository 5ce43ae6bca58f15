/**
 * A backup in a process of its own, killed at a step: `DIRECTORY IMAGE STEP COUNT` ends by SIGKILL when STEP has come COUNT times. Prints the
 * result otherwise. DIRECTORY holds `keys` and `store`.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { backupDisk } from '../agent/mover/backup-disk.ts';
import { systemClock } from '../base/clock.ts';
import { systemIds } from '../base/ids.ts';
import { silentLogger } from '../base/logger.ts';
import { fileStorageDriver } from '../drivers/storage/file.ts';
import { parseVaultKeys } from '../repository/keys/vault-keys.ts';
import { openVault } from '../repository/vault.ts';

const [directory = '', image = '', step = '', count = '1'] = process.argv.slice(2);
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
let left = Number(count);
const result = await backupDisk({
  vault,
  source: { kind: 'device', path: image, capacityBytes: statSync(image).size },
  workers: 2,
  spoolDirectory: join(directory, 'spool'),
  signal: new AbortController().signal,
  clock: systemClock,
  ids: systemIds,
  onStep: (reached) => {
    if (reached === step && --left === 0) process.kill(process.pid, 'SIGKILL');
  },
});
process.stdout.write(JSON.stringify({ ...result, peakKiB: process.resourceUsage().maxRSS }));
