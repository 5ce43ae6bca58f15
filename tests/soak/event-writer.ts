import { type Kysely, sql, type Transaction } from 'kysely';
import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import { pseudoRandom } from '../../base/pseudo-random.ts';
import { openPostgresql } from '../../control/database/postgresql.ts';
import type { Database } from '../../control/database/tables.ts';
import { appendEvents } from '../../control/events/append-events.ts';
import type { NewEvent } from '../../control/events/event.ts';
import { inTransaction } from '../../control/events/in-transaction.ts';

/** What became of a writer's transactions. */
export interface WriterReport {
  readonly transactions: number;
  readonly events: number;
  readonly rolledBack: number;
  /** Ran again, or were given up, because another transaction was first. */
  readonly serializationFailures: number;
  readonly lockTimeouts: number;
  readonly cut: number;
}

type Manner = 'ordinary' | 'repeatable read' | 'impatient' | 'roll back late' | 'hold the head' | 'cut';

/** Of twenty transactions. */
const manners: readonly Manner[] = [
  ...Array<Manner>(9).fill('ordinary'),
  ...Array<Manner>(3).fill('repeatable read'),
  ...Array<Manner>(2).fill('impatient'),
  ...Array<Manner>(2).fill('roll back late'),
  ...Array<Manner>(3).fill('hold the head'),
  'cut',
];

/**
 * One writer with a connection of its own, as one busy api process: transactions of one to four events that sleep, roll back, meet lock and serialization
 * failures, and lose their connection. The events it commits carry its name and the numbers from 1 to `events`, in this order.
 */
export async function writeEvents(options: {
  readonly url: string;
  readonly writer: string;
  readonly events: number;
  readonly seed: number;
}): Promise<WriterReport> {
  const { url, writer, seed } = options;
  const random = pseudoRandom(seed);
  await using database = openPostgresql({ url, logger: silentLogger, maxConnections: 1 });
  const { db } = database;
  const count = { transactions: 0, events: 0, rolledBack: 0, serializationFailures: 0, lockTimeouts: 0, cut: 0 };

  while (count.events < options.events) {
    const wanted = Math.min(1 + Math.floor(random() * 4), options.events - count.events);
    const events = Array.from({ length: wanted }, (_, index) => eventOf(writer, count.events + index + 1));
    const manner = manners[Math.floor(random() * manners.length)] ?? 'ordinary';
    const pauseMs = random() * 6;
    count.transactions += 1;
    try {
      await attempt(db, manner, events, pauseMs, () => (count.serializationFailures += 1));
      count.events += wanted;
    } catch (error) {
      if (!isExpected(error, manner)) throw error;
      if (manner === 'cut') count.cut += 1;
      else if (manner === 'impatient') count.lockTimeouts += 1;
      else if (manner === 'repeatable read') continue;
      else count.rolledBack += 1;
    }
  }
  return count;
}

async function attempt(
  db: Kysely<Database>,
  manner: Manner,
  events: readonly NewEvent[],
  pauseMs: number,
  onRunAgain: () => void,
): Promise<void> {
  const control = { db, clock: systemClock };
  switch (manner) {
    case 'ordinary':
    case 'repeatable read':
    case 'impatient': {
      let runs = 0;
      return inTransaction(control, async (trx, emit) => {
        runs += 1;
        if (runs > 1) onRunAgain();
        if (manner === 'repeatable read') await sql`set transaction isolation level repeatable read`.execute(trx);
        if (manner === 'impatient') await sql`set local lock_timeout = '1ms'`.execute(trx);
        await pause(trx, pauseMs);
        for (const event of events) emit(event);
      });
    }
    case 'roll back late':
    case 'hold the head':
    case 'cut':
      return db.transaction().execute(async (trx) => {
        await pause(trx, pauseMs / 2);
        await appendEvents(trx, events, new Date(systemClock.now()));
        await pause(trx, pauseMs / 2);
        if (manner === 'roll back late') throw new RolledBack();
        if (manner === 'cut') await sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx);
      });
  }
}

class RolledBack extends Error {}

function isExpected(error: unknown, manner: Manner): boolean {
  if (manner === 'roll back late') return error instanceof RolledBack;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (manner === 'repeatable read') return code === '40001';
  return (manner === 'impatient' || manner === 'cut') && code === 'DATABASE_UNAVAILABLE';
}

async function pause(trx: Transaction<Database>, ms: number): Promise<void> {
  await sql`select pg_sleep(${ms / 1_000})`.execute(trx);
}

function eventOf(writer: string, number: number): NewEvent {
  const subjectId = systemIds.uuid();
  return { type: 'VAULT_CREATED', resourceGroupId: null, subjectType: 'VAULT', subjectId, data: { writer, number } };
}
