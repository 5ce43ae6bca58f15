import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { openPostgresql } from '../../control/database/postgresql.ts';
import { encodeCursor } from '../../control/events/cursor.ts';
import { EventTailer } from '../../control/events/event-tailer.ts';
import { readHead } from '../../control/events/read-events.ts';
import { readContinuously } from './event-reader.ts';
import { type WriterReport, writeEvents } from './event-writer.ts';

export interface StormOptions {
  readonly url: string;
  readonly writers: number;
  readonly eventsPerWriter: number;
  readonly readers: number;
  readonly seed: number;
  /** Each writer in a process of its own. */
  readonly inProcesses: boolean;
}

/** Writers against readers. Holds the log's promise at every look, and at the end that each event is there once and each writer's are in its order. */
export async function weatherEventStorm(options: StormOptions): Promise<string> {
  const { url, writers, eventsPerWriter: events, seed } = options;
  const began = performance.now();
  const stop = new AbortController();
  await using database = openPostgresql({ url, logger: silentLogger });
  const before = await readHead(database);
  await using tailer = await EventTailer.start({
    db: database.db,
    notifications: database,
    logger: silentLogger,
    clock: systemClock,
  });
  const reading = Promise.all(
    Array.from({ length: options.readers }, (_, index) =>
      readContinuously({ url, seed: seed * 1_000 + index, start: before, signal: stop.signal }),
    ),
  );
  const total = writers * events;
  const following = follow(tailer, encodeCursor(before), total);
  const write = options.inProcesses ? writeInProcess : writeEvents;
  const writing = Promise.all(
    Array.from({ length: writers }, (_, index) =>
      write({ url, writer: `w${index}`, events, seed: seed * 100 + index }),
    ),
  );
  // A reader that sees the promise broken ends everything at once.
  await Promise.race([writing, reading]);
  const reports = await writing;
  stop.abort();
  const seen = await reading;

  const expected = Array.from({ length: total }, (_, index) => before.position + index + 1);
  for (const { positions } of seen) expect(positions).toEqual(expected);
  expect(await following).toEqual(expected);
  const rows = await database.db
    .selectFrom('event')
    .select(['position', 'data'])
    .where('position', '>', before.position)
    .orderBy('position')
    .execute();
  expect(rows.map(({ position }) => position)).toEqual(expected);
  for (let index = 0; index < writers; index += 1) {
    const numbers = rows.filter(({ data }) => data.writer === `w${index}`).map(({ data }) => data.number);
    expect(numbers).toEqual(Array.from({ length: events }, (_, number) => number + 1));
  }
  const looks = seen.reduce((sum, { looks }) => sum + looks, 0);
  return figures(options, reports, looks, performance.now() - began);
}

async function follow(tailer: EventTailer, after: string, count: number): Promise<number[]> {
  const positions: number[] = [];
  for await (const followed of tailer.follow({ after, signal: new AbortController().signal })) {
    if (followed.kind === 'GAP') throw new Error(`a gap: ${followed.gap.reason}`);
    positions.push(followed.event.position);
    if (positions.length === count) break;
  }
  return positions;
}

function figures(options: StormOptions, reports: readonly WriterReport[], looks: number, ms: number): string {
  const sum = (pick: (report: WriterReport) => number) => reports.reduce((total, report) => total + pick(report), 0);
  return [
    `seed ${options.seed}: ${sum((report) => report.events)} events by ${options.writers} writers in ${(ms / 1_000).toFixed(1)} s`,
    `${sum((report) => report.transactions)} transactions, of them ${sum((report) => report.rolledBack)} rolled back`,
    `${sum((report) => report.lockTimeouts)} ended by a lock time-out, ${sum((report) => report.cut)} cut before their commit`,
    `${sum((report) => report.serializationFailures)} runs again after a serialization failure`,
    `${looks} looks by ${options.readers} readers`,
  ].join('; ');
}

const program = fileURLToPath(new URL('./event-writer-process.ts', import.meta.url));

async function writeInProcess(options: Parameters<typeof writeEvents>[0]): Promise<WriterReport> {
  const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the writer ${options.writer} ended with ${code}`);
  const report: WriterReport = JSON.parse(output);
  return report;
}
