import { sql } from 'kysely';
import { silentLogger } from '../../base/logger.ts';
import { pseudoRandom } from '../../base/pseudo-random.ts';
import { openPostgresql } from '../../control/database/postgresql.ts';
import type { EventPosition } from '../../control/events/cursor.ts';
import { readEvents, readHead } from '../../control/events/read-events.ts';

export interface ReaderReport {
  readonly looks: number;
  /** Everything it saw, in the order in which it saw it. */
  readonly positions: readonly number[];
}

/**
 * Looks at the log again and again, as a tailer that never sleeps, until `signal` is aborted and the log's end is reached. Throws at once when a position is visible before an
 * earlier one, or the head before what it counts.
 */
export async function readContinuously(options: {
  readonly url: string;
  readonly seed: number;
  /** Where the log ended before the first writer began: a reader that connects late has to see the same. */
  readonly start: EventPosition;
  readonly signal: AbortSignal;
}): Promise<ReaderReport> {
  const random = pseudoRandom(options.seed);
  await using database = openPostgresql({ url: options.url, logger: silentLogger, maxConnections: 1 });
  const { start } = options;
  const positions: number[] = [];
  let looks = 0;
  for (let last = start.position; ; looks += 1) {
    // The head is read first: what it counts has to be there for every later look.
    const isEnding = options.signal.aborted;
    const head = await readHead(database);
    const after = { stream: start.stream, position: last };
    const stretch = await readEvents(database, after, 1 + Math.floor(random() * 300));
    for (const { position } of stretch.events) {
      if (position !== last + 1) throw new Error(`after ${last} the log shows ${position}`);
      positions.push(position);
      last = position;
    }
    if (!stretch.full && last < head.position)
      throw new Error(`the head says ${head.position}, and the log shows nothing after ${last}`);
    if (isEnding && last >= head.position) return { looks, positions };
    if (random() < 0.2) await sql`select pg_sleep(${random() / 500})`.execute(database.db);
  }
}
