/**
 * How exactly a limit of the traffic is kept: two disks are backed up at the same time, and restored, under one limit, into an object server on
 * this machine. What counts is the bytes on the sockets, seen by a proxy in between, over a stretch of time in the middle.
 * Ends with 1 when a measured rate is more than 5 % off.
 */
import { randomFillSync } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FlowControl } from '../agent/flow/flow-control.ts';
import { pacedStorage } from '../agent/flow/paced-storage.ts';
import { backupDisk } from '../agent/mover/backup-disk.ts';
import { restoreDisk } from '../agent/mover/restore-disk.ts';
import { systemClock } from '../base/clock.ts';
import { systemIds } from '../base/ids.ts';
import { silentLogger } from '../base/logger.ts';
import { retryingStorage } from '../drivers/retrying-storage.ts';
import { createOssStorageDriver } from '../drivers/storage/oss/driver.ts';
import { generateVaultKeys } from '../repository/keys/vault-keys.ts';
import { openVault } from '../repository/vault.ts';
import { startObjectServer } from '../sandbox/objects/start.ts';

const { values } = parseArgs({
  options: {
    limit: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '30' },
    jobs: { type: 'string', default: '2' },
    workers: { type: 'string', default: '2' },
    directory: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
  },
});
const [bytesPerSecond, seconds, jobs, workers] = [
  Number(values.limit) * 1_000_000,
  Number(values.seconds),
  Number(values.jobs),
  Number(values.workers),
];
/** Before and after the stretch that is measured. */
const marginSeconds = 2;
const tolerance = 0.05;
const never = new AbortController().signal;
const say = (text: string) => process.stderr.write(`${text}\n`);

/** Bytes that went through a port, each way. */
async function countingProxy(target: { readonly host: string; readonly port: number }) {
  const count = { sent: 0, received: 0 };
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ ...target, noDelay: true });
    client.on('data', (bytes) => {
      count.sent += bytes.length;
    });
    upstream.on('data', (bytes) => {
      count.received += bytes.length;
    });
    client.pipe(upstream).pipe(client);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const)
      one.on('error', () => other.destroy());
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { count, port: address.port, [Symbol.dispose]: () => server.close() };
}

/** Bytes that nothing can make smaller. */
function makeDisk(path: string, bytes: number) {
  const block = Buffer.alloc(1 << 20);
  const file = openSync(path, 'w');
  for (let at = 0; at < bytes; at += block.length) writeSync(file, randomFillSync(block));
  closeSync(file);
  return { kind: 'device' as const, path, capacityBytes: Math.ceil(bytes / block.length) * block.length };
}

/** Bytes a second while `work` goes on, from a moment after its first byte. */
async function measure(count: () => number, work: Promise<unknown>): Promise<number> {
  const before = count();
  let isDone = false;
  const ended = work.finally(() => {
    isDone = true;
  });
  ended.catch(() => undefined);
  while (count() - before < bytesPerSecond / 10 && !isDone) await systemClock.sleep(20);
  await systemClock.sleep(marginSeconds * 500);
  const [start, first] = [systemClock.monotonic(), count()];
  await systemClock.sleep(seconds * 1_000);
  const [end, last] = [systemClock.monotonic(), count()];
  if (isDone) throw new Error('The work was over before the time was: the measurement says nothing.');
  await ended;
  return ((last - first) * 1_000) / (end - start);
}

const scratch = mkdtempSync(join(values.directory, 'holdfast-flow-'));
try {
  await using server = await startObjectServer({ directory: join(scratch, 'server') });
  const { facts } = server;
  using proxy = await countingProxy({ host: '127.0.0.1', port: Number(new URL(facts.httpEndpoint).port) });
  const tools = { clock: systemClock, ids: systemIds, logger: silentLogger };
  const driver = retryingStorage(createOssStorageDriver(), tools);
  const target = driver.parseTarget({
    bucket: facts.bucket,
    region: facts.region,
    accessKeyId: facts.accessKeyId,
    accessKeySecret: facts.accessKeySecret,
    roleArn: facts.roleArn,
    endpointInternet: 'localhost',
    endpointVpc: 'localhost',
    httpPort: String(proxy.port),
    addressing: 'path',
    stsEndpoint: facts.stsHttpEndpoint,
    scheme: 'http',
  });
  const location = driver.locate?.(target, { region: facts.region, prefix: 'vaults/bench/' });
  if (!location) throw new Error('The driver gives no location.');
  using flow = new FlowControl(tools);
  const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
  const always = { days: [...days], start: '00:00', end: '24:00', timeZone: 'UTC', appliesTo: 'BOTH' as const };
  flow.update([{ ...always, bytesPerSecond }], systemClock.now());
  const keys = generateVaultKeys(systemIds);
  const open = async (direction: 'BACKUP' | 'RESTORE', job: number) =>
    openVault({
      ...tools,
      keys,
      cacheDirectory: join(scratch, `cache-${direction}-${job}`),
      store: pacedStorage(driver, flow.pace(direction)).open({
        location,
        endpoint: { scheme: 'http', network: 'INTERNET' },
        credentials: (signal) => driver.issueCredentials(target, location, 'write', signal),
      }),
    });

  const bytes = (bytesPerSecond * (seconds + 3 * marginSeconds)) / jobs;
  say(`${jobs} disks of ${(bytes / 1_000_000).toFixed(0)} MB that nothing can compress`);
  const disks = Array.from({ length: jobs }, (_, job) => makeDisk(join(scratch, `disk-${job}`), bytes));
  const backup = async (source: (typeof disks)[number], job: number) => {
    await using vault = await open('BACKUP', job);
    const spoolDirectory = join(scratch, `spool-${job}`);
    return (await backupDisk({ ...tools, vault, source, workers, spoolDirectory, signal: never })).mapRef;
  };
  const backups = Promise.all(disks.map(backup));
  const rows = [{ direction: 'backup', rate: await measure(() => proxy.count.sent, backups) }];
  const maps = await backups;

  const restore = async (mapRef: (typeof maps)[number], job: number) => {
    await using vault = await open('RESTORE', job);
    const path = join(scratch, `restored-${job}`);
    writeFileSync(path, '');
    truncateSync(path, mapRef.capacityBytes);
    const disk = { kind: 'device' as const, path, capacityBytes: mapRef.capacityBytes };
    await restoreDisk({ ...tools, vault, mapRef, target: disk, targetIsZeroed: true, workers, signal: never });
  };
  const restores = Promise.all(maps.map(restore));
  rows.push({ direction: 'restore', rate: await measure(() => proxy.count.received, restores) });

  const measured = rows.map((row) => ({ ...row, ratio: row.rate / bytesPerSecond }));
  if (values.json)
    process.stdout.write(`${JSON.stringify({ bytesPerSecond, seconds, jobs, workers, measured }, null, 2)}\n`);
  else
    for (const { direction, rate, ratio } of measured)
      process.stdout.write(
        `${direction.padEnd(8)} ${(rate / 1_000_000).toFixed(2).padStart(8)} MB/s of ${(bytesPerSecond / 1_000_000).toFixed(2)} MB/s over ${seconds} s: ${ratio.toFixed(3)}\n`,
      );
  if (measured.some(({ ratio }) => Math.abs(ratio - 1) > tolerance)) process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
