import { sql } from 'kysely';
import { expect } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import { pseudoRandom } from '../../base/pseudo-random.ts';
import { openPostgresql } from '../../control/database/postgresql.ts';
import { encodeCursor } from '../../control/events/cursor.ts';
import { inTransaction } from '../../control/events/in-transaction.ts';
import { readHead } from '../../control/events/read-events.ts';
import { CutFollower } from './cut-follower.ts';

export interface ResumeOptions {
  readonly databaseUrl: string;
  /** Of the API, or of what stands before several. */
  readonly url: string;
  readonly accessKey: string;
  readonly webSockets: number;
  readonly eventStreams: number;
  /** Together. */
  readonly cuts: number;
  /** At least so many; some more when the cuts take longer. */
  readonly events: number;
  readonly seed: number;
  /** An api process dies and another one comes: each time another tenth of the cuts is done. */
  readonly killProcess: () => Promise<void>;
}

/** Writes events while consoles follow them over lines that are cut at random moments; nobody may miss, repeat or mix up anything. */
export async function weatherResumeStorm(options: ResumeOptions): Promise<string> {
  const { databaseUrl, url, accessKey, seed, cuts, events } = options;
  const began = performance.now();
  await using stack = new AsyncDisposableStack();
  const database = stack.use(openPostgresql({ url: databaseUrl, logger: silentLogger }));
  const before = await readHead(database);
  const count = options.webSockets + options.eventStreams;
  const followers: CutFollower[] = [];
  for (let index = 0; index < count; index += 1) {
    const protocol = index < options.webSockets ? 'WebSocket' : 'SSE';
    const share = Math.floor(cuts / count) + (index < cuts % count ? 1 : 0);
    const after = encodeCursor(before);
    followers.push(
      stack.use(await CutFollower.start({ url, accessKey, after, protocol, cuts: share, seed: seed * 100 + index })),
    );
  }

  let done = 0;
  let kills = 0;
  let killing = Promise.resolve();
  const onCut = () => {
    done += 1;
    if (done % Math.ceil(cuts / 10) !== 0) return;
    kills += 1;
    killing = killing.then(() => options.killProcess());
  };
  const suffering = Promise.all(followers.map((follower) => follower.suffer(onCut)));
  let isOver = false;
  const ending = suffering.finally(() => {
    isOver = true;
  });
  ending.catch(() => undefined);

  const random = pseudoRandom(seed);
  let written = 0;
  while (written < events || !isOver) {
    // In step with the cuts, so that both end together; a trickle while they are behind.
    const isAhead = written / events > done / cuts + 0.02;
    const batch = isAhead && !isOver ? 1 : Math.min(1 + Math.floor(random() * 20), Math.max(1, events - written));
    await write(database.db, batch);
    written += batch;
    if (isAhead && !isOver) await systemClock.sleep(20);
  }
  await ending;
  await killing;

  const last = before.position + written;
  const expected = Array.from({ length: written }, (_, index) => before.position + index + 1);
  for (const follower of followers) {
    await follower.reach(last);
    expect(follower.positions).toEqual(expected);
  }
  const connections = followers.reduce((sum, follower) => sum + follower.connections, 0);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  return `seed ${seed}: ${written} events to ${options.webSockets} WebSockets and ${options.eventStreams} event streams in ${seconds} s; ${done} cuts, ${kills} api processes killed, ${connections} connections; nothing lost, doubled or out of order`;
}

async function write(db: Parameters<typeof inTransaction>[0]['db'], count: number): Promise<void> {
  await inTransaction({ db, clock: systemClock }, async (trx, emit) => {
    await sql`select 1`.execute(trx);
    for (let index = 0; index < count; index += 1) {
      const subjectId = systemIds.uuid();
      emit({ type: 'VAULT_CREATED', resourceGroupId: null, subjectType: 'VAULT', subjectId, data: { name: 'x' } });
    }
  });
}
