import { sql } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { OpenDatabase } from './open-database.ts';

/**
 * Between two looks at the database's clock. Drift would allow for more; but after a switch to a server with another time, and on a machine that was suspended, it
 * is how long two processes may disagree, and a job must not use up its attempts meanwhile.
 */
const lookEveryMs = 10_000;
/** A look that took longer says too little. */
const longestLookMs = 1_000;
const firstLooks = 5;
/** From here on the operator should know. */
const remarkableMs = 2_000;

export interface DatabaseClock extends Clock, AsyncDisposable {
  /** Looks again now. False: the database did not answer, or not fast enough; the clock goes on as before. */
  look(): Promise<boolean>;
}

/**
 * A clock that tells the database server's time. Leases, deadlines and the silence of gateways are written by one api process and judged by others, so all of them
 * have to mean the same clock, whatever their machines' clocks say: one that is an hour fast would give up every lease as soon as it sees it. Between two
 * looks it goes by the monotonic clock, so a machine whose clock is set meanwhile makes no jump.
 */
export async function startDatabaseClock(
  { db }: Pick<OpenDatabase, 'db'>,
  machine: Clock,
  logger: Logger,
): Promise<DatabaseClock> {
  const stop = new AbortController();
  /** The database's time at the monotonic time zero. */
  let origin = machine.now() - machine.monotonic();
  let isRunning = false;

  const look = async (): Promise<boolean> => {
    const askedAt = machine.monotonic();
    const { rows } = await sql<{
      now: number;
    }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db);
    const answeredAt = machine.monotonic();
    const told = rows[0]?.now;
    if (told === undefined || answeredAt - askedAt > longestLookMs) return false;
    const before = origin;
    origin = told - (askedAt + answeredAt) / 2;
    const jumpMs = Math.round(origin - before);
    if (isRunning && Math.abs(jumpMs) > remarkableMs)
      logger.warn(
        { jumpMs },
        "the database's clock jumped, or this machine stood still: leases and deadlines follow it",
      );
    return true;
  };
  const run = async (): Promise<void> => {
    for (;;) {
      await machine.sleep(lookEveryMs, stop.signal);
      await look().catch((error: unknown) => logger.warn({ err: error }, "the database's clock could not be read"));
    }
  };

  // The first look pays for the connection, and goes without saying when it is slow.
  for (let tried = 0; tried < firstLooks && !(await look()); tried += 1);
  const offsetMs = Math.round(origin + machine.monotonic() - machine.now());
  if (Math.abs(offsetMs) > remarkableMs)
    logger.warn({ offsetMs }, "this machine's clock is not the database's, which counts; look at its time service");
  isRunning = true;
  const running = run().catch(() => undefined);
  return {
    now: () => Math.round(origin + machine.monotonic()),
    monotonic: machine.monotonic,
    sleep: machine.sleep,
    look,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
