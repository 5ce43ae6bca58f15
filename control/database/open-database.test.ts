import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import { createTestControl } from '../../tests/support/control.ts';
import {
  createEmptyServerDatabase,
  databases,
  serverDatabases,
  type TestDatabase,
} from '../../tests/support/databases.ts';
import { prepareControl } from '../prepare.ts';
import { signingKey } from '../signing-key.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { openPostgresql } from './postgresql.ts';

describe.each(databases())('a database ($name)', ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  it('gives the same types on both', async () => {
    const { rows } = await sql<
      Record<string, unknown>
    >`select 9007199254740991::bigint as large, now() as time, '\\x00ff'::bytea as bytes, '{"a":1}'::jsonb as document,
      array['018f0000-0000-7000-8000-000000000000']::uuid[] as ids, true as flag`.execute(database.db);
    expect(rows).toEqual([
      {
        large: Number.MAX_SAFE_INTEGER,
        time: expect.any(Date),
        bytes: Buffer.from([0, 255]),
        document: { a: 1 },
        ids: ['018f0000-0000-7000-8000-000000000000'],
        flag: true,
      },
    ]);
    await expect(sql`select 9007199254740993::bigint`.execute(database.db)).rejects.toBeInstanceOf(RangeError);
  });

  it('is prepared as often as one likes', async () => {
    await using control = await createTestControl({ database });
    const key = await signingKey(control);
    await migrate(control.db);
    await prepareControl(control);
    expect((await signingKey(control)).publicKey.equals(key.publicKey)).toBe(true);
    const heads = await control.db.selectFrom('event_head').selectAll().execute();
    expect(heads).toMatchObject([{ position: 1, min_position: 1 }]);
  });
});

describe('the embedded database', () => {
  it('keeps its data, and keeps a second process out', { timeout: 60_000 }, async () => {
    const parent = await mkdtemp(join(tmpdir(), 'holdfast-pglite-'));
    try {
      const directory = join(parent, 'data');
      {
        await using database = await openDatabase({ directory, logger: silentLogger });
        await migrate(database.db);
        await sql`create table kept (x int)`.execute(database.db);
        const again = openDatabase({ directory, logger: silentLogger });
        await expect(again).rejects.toMatchObject({ code: 'DATABASE_IN_USE' });
        expect((await stat(directory)).mode & 0o077).toBe(0);
      }
      await writeFile(`${directory}.lock`, '999999999\n');
      await using database = await openDatabase({ directory, logger: silentLogger });
      expect((await sql`select * from kept`.execute(database.db)).rows).toEqual([]);
    } finally {
      await rm(parent, { recursive: true, force: true });
    }
  });
});

describe.each(serverDatabases())('several processes on one $name', () => {
  it('may migrate and prepare at once', async () => {
    await using empty = await createEmptyServerDatabase();
    const start = async () => {
      await using database = await openDatabase({ url: empty.url, logger: silentLogger });
      await migrate(database.db);
      await using control = await createTestControl({ database });
      return (await signingKey(control)).publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    };
    const keys = await Promise.all(Array.from({ length: 4 }, start));
    expect(new Set(keys).size).toBe(1);
    await using database = openPostgresql({ url: empty.url, logger: silentLogger });
    expect(await database.db.selectFrom('event_head').selectAll().execute()).toMatchObject([{ position: 1 }]);
    expect(await database.db.selectFrom('resource_group').select('name').execute()).toEqual([{ name: 'default' }]);
  });

  it('listen again after their connection was cut', async () => {
    await using empty = await createEmptyServerDatabase();
    await using database = openPostgresql({ url: empty.url, logger: silentLogger });
    const heard: string[] = [];
    await using _listener = await database.listen('test_channel', (payload) => heard.push(payload));
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holdfast-listen'
      and datname = current_database()`.execute(database.db);
    await expect
      .poll(
        async () => {
          await sql`select pg_notify('test_channel', 'again')`.execute(database.db);
          return heard.length;
        },
        { timeout: 10_000 },
      )
      .toBeGreaterThan(0);
  });
});
