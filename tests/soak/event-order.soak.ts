import { expect, it } from 'vitest';
import { createTestControl } from '../support/control.ts';
import { serverDatabases } from '../support/databases.ts';
import { weatherEventStorm } from './event-storm.ts';
import { soakSeed } from './seed.ts';

it('eight processes write 16,000 events at once, and six readers never see one before all earlier ones', async () => {
  const [server] = serverDatabases();
  if (!server) throw new Error('PostgreSQL 15 or later has to be installed');
  await using database = await server.open();
  await using _control = await createTestControl({ database });
  const url = database.url ?? '';
  const seed = soakSeed();
  const figures = await weatherEventStorm({
    url,
    writers: 8,
    eventsPerWriter: 2_000,
    readers: 6,
    seed,
    inProcesses: true,
  });
  console.log(figures);
  expect(figures).toContain('16000 events');
});
