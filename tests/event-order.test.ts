import { describe, expect, it } from 'vitest';
import { weatherEventStorm } from './soak/event-storm.ts';
import { serverDatabases } from './support/databases.ts';

/** The small one; `npm run test:soak` runs it for long and in processes of their own (tests/soak/README.md). */
describe.each(serverDatabases())('the event log on $name', ({ open }) => {
  it('shows no position before all earlier ones, to nobody, whatever becomes of eight writers', async () => {
    await using database = await open();
    await database.db
      .insertInto('event_head')
      .values({ stream: '018f0000-0000-7000-8000-000000000000', position: 0, min_position: 1 })
      .execute();
    const url = database.url ?? '';
    const figures = await weatherEventStorm({
      url,
      writers: 8,
      eventsPerWriter: 40,
      readers: 3,
      seed: 1,
      inProcesses: false,
    });
    // Of everything there was some.
    expect(figures).not.toMatch(/\b0 (rolled|ended|cut|runs|looks)/);
  });
});
