import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../base/clock.ts';
import { createIdSource } from '../../base/ids.ts';
import { type Logger, silentLogger } from '../../base/logger.ts';
import { createTestControl } from '../../tests/support/control.ts';
import { claimOne, createScene, readJob } from '../../tests/support/control-scene.ts';
import { serverDatabases } from '../../tests/support/databases.ts';
import { startBackup } from '../jobs/start-backup.ts';
import { sweeper } from '../jobs/sweeper.ts';
import { startDatabaseClock } from './database-clock.ts';
import { openPostgresql } from './postgresql.ts';

const hour = 3_600_000;
/** Far less than what would be wrong, and more than a busy machine needs. */
const tolerance = 10_000;
const machine = (offsetMs: number): Clock => ({ ...systemClock, now: () => systemClock.now() + offsetMs });

describe.each(serverDatabases())('the clock of a $name', ({ open }) => {
  it.each([-hour, 0, hour])(
    'is told on a machine whose own clock is off by %d ms, which the operator hears of',
    async (offset) => {
      await using database = await open();
      const warnings: unknown[] = [];
      const logger: Logger = { ...silentLogger, warn: (fields) => warnings.push(fields) };
      await using clock = await startDatabaseClock(database, machine(offset), logger);
      const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(database.db);
      expect(Math.abs(clock.now() - (rows[0]?.now.getTime() ?? 0))).toBeLessThan(tolerance);
      expect(Number.isInteger(clock.now())).toBe(true);
      expect(warnings).toHaveLength(offset === 0 ? 0 : 1);
    },
  );

  it('does not jump with the machine', async () => {
    await using database = await open();
    let offset = 0;
    const jumping: Clock = { ...systemClock, now: () => systemClock.now() + offset };
    await using clock = await startDatabaseClock(database, jumping, silentLogger);
    offset = hour;
    expect(Math.abs(clock.now() - systemClock.now())).toBeLessThan(tolerance);
    expect(await clock.look()).toBe(true);
    expect(Math.abs(clock.now() - systemClock.now())).toBeLessThan(tolerance);
  });

  it('is right again soon on a machine that was suspended for an hour, which the operator hears of', async () => {
    await using database = await open();
    let suspendedMs = 0;
    const sleeps: number[] = [];
    const suspended: Clock = {
      ...systemClock,
      monotonic: () => systemClock.monotonic() - suspendedMs,
      sleep: (ms, signal) => {
        sleeps.push(ms);
        return systemClock.sleep(ms / 100, signal);
      },
    };
    const warnings: unknown[] = [];
    const logger: Logger = { ...silentLogger, warn: (fields) => warnings.push(fields) };
    await using clock = await startDatabaseClock(database, suspended, logger);
    suspendedMs = hour;
    await expect.poll(() => Math.abs(clock.now() - systemClock.now()), { timeout: 5_000 }).toBeLessThan(tolerance);
    expect(Math.max(...sleeps)).toBeLessThanOrEqual(10_000);
    expect(warnings).toEqual([{ jumpMs: expect.closeTo(hour, -5) }]);
  });

  it('keeps two processes an hour apart from taking each other’s leases and gateways away', async () => {
    await using database = await open();
    await using other = openPostgresql({ url: database.url ?? '', logger: silentLogger });
    await using rightClock = await startDatabaseClock(database, machine(0), silentLogger);
    await using fastClock = await startDatabaseClock(other, machine(hour), silentLogger);
    await using right = await createTestControl({ database, clock: rightClock, ids: createIdSource(rightClock) });
    await using fast = await createTestControl({ database: other, clock: fastClock, ids: createIdSource(fastClock) });
    const scene = await createScene(right);
    const jobId = await startBackup(right, scene.viewer, { virtualMachineId: scene.virtualMachineIds[0] });
    await claimOne(right, scene.gateway);
    expect(await sweeper(fast).runOnce()).toMatchObject({ lostAttempts: 0, gatewayChanges: 0 });
    expect(await readJob(right, jobId)).toMatchObject({ status: 'RUNNING', fence: 1 });
  });
});
