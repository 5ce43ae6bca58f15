import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { sampleBytes, sha256, vaultFixture } from '../../tests/vault-fixture.ts';
import { backupDisk } from './backup-disk.ts';
import { restoreDisk } from './restore-disk.ts';
import { WorkerTurns } from './worker-turns.ts';

const never = new AbortController().signal;

it('gives turns in the order they were asked for, and no more than there are', async () => {
  const turns = new WorkerTurns(2);
  expect([turns.take(never), turns.take(never)]).toEqual([undefined, undefined]);
  const order: string[] = [];
  const ask = (name: string, signal = never) => turns.take(signal)?.then(() => order.push(name));
  const stop = new AbortController();
  const [first, given, second, third] = [ask('first'), ask('given up', stop.signal), ask('second'), ask('third')];
  expect([turns.taken, turns.isWanted]).toEqual([2, true]);
  stop.abort(new Error('given up'));
  await expect(given).rejects.toThrow('given up');
  turns.giveBack();
  await first;
  expect(order).toEqual(['first']);
  turns.setLimit(3);
  await second;
  expect([order, turns.taken]).toEqual([['first', 'second'], 3]);
  // Fewer from now on: two have to come back before the next one goes.
  turns.setLimit(1);
  turns.giveBack();
  turns.giveBack();
  await Promise.resolve();
  expect(order).toEqual(['first', 'second']);
  turns.giveBack();
  await third;
  expect([order, turns.taken, turns.isWanted]).toEqual([['first', 'second', 'third'], 1, false]);
});

it('does not lose the turn of one who gives up at the moment it comes', async () => {
  const turns = new WorkerTurns(1);
  turns.take(never);
  const stop = new AbortController();
  const waiting = turns.take(stop.signal)?.catch(() => 'gone');
  turns.giveBack();
  stop.abort(new Error('too late'));
  if ((await waiting) !== 'gone') turns.giveBack();
  expect(turns.taken).toBe(0);
});

/** Remembers the most that were ever taken. */
class WatchedTurns extends WorkerTurns {
  most = 0;

  override take(signal: AbortSignal): Promise<void> | undefined {
    const waiting = super.take(signal);
    this.most = Math.max(this.most, this.taken);
    return waiting?.then(() => {
      this.most = Math.max(this.most, this.taken);
    });
  }
}

it.each([1, 2])('lets no more than %i of the workers of several disks work at the same time', async (limit) => {
  await using fixture = await vaultFixture();
  const turns = new WatchedTurns(limit);
  const tools = { turns, workers: 2, signal: never, clock: systemClock };
  await using vault = await fixture.open();
  const sources = await Promise.all(
    [1, 2, 3].map((seed) => fixture.image(`disk-${seed}`, sampleBytes(20 << 20, seed))),
  );
  const backups = await Promise.all(
    sources.map((source, index) =>
      backupDisk({
        ...tools,
        vault,
        source,
        ids: systemIds,
        spoolDirectory: join(fixture.directory, `spool-${index}`),
      }),
    ),
  );
  expect([turns.most, turns.taken, turns.isWanted]).toEqual([limit, 0, false]);
  turns.most = 0;
  await Promise.all(
    backups.map(async ({ mapRef }, index) => {
      const target = await fixture.emptyImage(`restored-${index}`, mapRef.capacityBytes);
      await restoreDisk({ ...tools, vault, mapRef, target, targetIsZeroed: true });
      expect(await sha256(target.path)).toBe(await sha256(sources[index]?.path ?? ''));
    }),
  );
  expect([turns.most, turns.taken, turns.isWanted]).toEqual([limit, 0, false]);
});

it('gives all turns back when a backup is cancelled', async () => {
  await using fixture = await vaultFixture();
  const turns = new WorkerTurns(1);
  await using vault = await fixture.open();
  const source = await fixture.image('disk', sampleBytes(40 << 20, 4));
  const stop = new AbortController();
  const backup = (name: string) =>
    backupDisk({
      vault,
      source,
      turns,
      workers: 2,
      ids: systemIds,
      clock: systemClock,
      signal: stop.signal,
      spoolDirectory: join(fixture.directory, name),
      onProgress: ({ bytesDone }) => bytesDone > 0 && stop.abort(new Error('cancelled')),
      onStep: () => stop.abort(new Error('cancelled')),
    }).catch((error: unknown) => error);
  await Promise.all([backup('one'), backup('two')]);
  expect([turns.taken, turns.isWanted]).toEqual([0, false]);
});
