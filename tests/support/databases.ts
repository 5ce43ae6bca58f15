import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import { Kysely, PostgresDialect } from 'kysely';
import { Client, Pool } from 'pg';
import { inject } from 'vitest';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import { migrate } from '../../control/database/migrate.ts';
import type { OpenDatabase } from '../../control/database/open-database.ts';
import { openPglite } from '../../control/database/pglite.ts';
import { openPostgresql } from '../../control/database/postgresql.ts';
import type { Database } from '../../control/database/tables.ts';
import { once } from './once.ts';
import { postgresPrograms, startCluster } from './postgres-cluster.ts';

/** One kind of database a suite runs on: `describe.each(databases())('… on $name', ({ open }) => …)`. */
export interface DatabaseKind {
  readonly name: 'PGlite' | 'PostgreSQL';
  readonly kind: OpenDatabase['kind'];
  /** A fresh, migrated database of its own. Dispose it in afterAll. */
  open(): Promise<TestDatabase>;
}

export interface TestDatabase extends OpenDatabase {
  /** For further processes or pools on the same database; undefined on PGlite, which has one connection. */
  readonly url: string | undefined;
}

/** Both databases. Without PostgreSQL: fails in CI, leaves it out elsewhere with a message. */
export function databases(): readonly DatabaseKind[] {
  const embedded: DatabaseKind = { name: 'PGlite', kind: 'pglite', open: openTestPglite };
  return [embedded, ...serverDatabases()];
}

/** PostgreSQL only, for what needs several connections. */
export function serverDatabases(): readonly DatabaseKind[] {
  if (postgresPrograms() !== undefined) return [{ name: 'PostgreSQL', kind: 'postgresql', open: openTestPostgresql }];
  if (process.env.CI) throw new Error('PostgreSQL 15 or later is not installed, and in CI no database may be left out');
  console.warn('PostgreSQL 15 or later is not installed: these suites run on PGlite only.');
  return [];
}

async function openTestPglite(): Promise<TestDatabase> {
  const path = await once(join(inject('runDirectory'), 'pglite-image'), makePgliteImage);
  const image = new Blob([await readFile(path)]);
  return { ...(await openPglite({ image, logger: silentLogger })), url: undefined };
}

async function makePgliteImage(): Promise<string> {
  const path = join(inject('runDirectory'), 'pglite.tar');
  const pglite = await PGlite.create();
  const pool = new Pool({ ...createPgConfig(pglite), max: 1, idleTimeoutMillis: 0 });
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  await migrate(db);
  await db.destroy();
  await writeFile(path, Buffer.from(await (await pglite.dumpDataDir('none')).arrayBuffer()));
  await pglite.close();
  return path;
}

async function openTestPostgresql(): Promise<TestDatabase> {
  const created = await createServerDatabase('template holdfast_template strategy file_copy');
  const database = openPostgresql({ url: created.url, logger: silentLogger });
  return {
    ...database,
    url: created.url,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await created[Symbol.asyncDispose]();
    },
  };
}

/** A database without tables, for tests of what comes first. Only where `serverDatabases()` is not empty. */
export async function createEmptyServerDatabase(): Promise<{ readonly url: string } & AsyncDisposable> {
  return createServerDatabase('template template0');
}

async function createServerDatabase(options: string): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = await once(join(inject('runDirectory'), 'postgresql-url'), makeTemplate);
  const name = `test_${systemIds.uuid().replaceAll('-', '')}`;
  await administer(server, `create database ${name} ${options}`);
  return {
    url: withDatabase(server, name),
    [Symbol.asyncDispose]: () => administer(server, `drop database ${name} with (force)`),
  };
}

async function makeTemplate(): Promise<string> {
  const server = await startCluster(inject('runDirectory'));
  await administer(server, 'create database holdfast_template');
  await using template = openPostgresql({ url: withDatabase(server, 'holdfast_template'), logger: silentLogger });
  await migrate(template.db);
  return server;
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: withDatabase(server, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function withDatabase(server: string, name: string): string {
  return server.replace('@/?', `@/${name}?`);
}
