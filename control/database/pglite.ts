import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import type { Logger } from '../../base/logger.ts';
import { columnTypes } from './column-types.ts';
import { lockDirectory } from './directory-lock.ts';
import type { OpenDatabase } from './open-database.ts';
import type { Database } from './tables.ts';

/**
 * The embedded database behind the same pool as a server's. It has exactly one connection: a query on the pool inside an
 * open transaction waits for ever, so a transaction's work uses only its `trx`.
 */
export async function openPglite(options: {
  readonly directory?: string | undefined;
  /** A dump of a data directory to start from, in memory. */
  readonly image?: Blob;
  readonly logger: Logger;
}): Promise<OpenDatabase> {
  await using cleanup = new AsyncDisposableStack();
  if (options.directory !== undefined) cleanup.use(await lockDirectory(options.directory));
  const pglite = await PGlite.create({
    ...(options.directory === undefined ? {} : { dataDir: options.directory }),
    ...(options.image === undefined ? {} : { loadDataDir: options.image }),
  });
  cleanup.defer(() => pglite.close());

  const handlers = new Map<string, Set<(payload: string) => void>>();
  const pool = new Pool({ ...createPgConfig(pglite), max: 1, idleTimeoutMillis: 0, types: columnTypes });
  pool.on('error', (error) => options.logger.warn({ err: error }, 'the embedded database reported an error'));
  pool.on('connect', (client) =>
    client.on('notification', (message) => {
      for (const handler of handlers.get(message.channel) ?? []) handler(message.payload ?? '');
    }),
  );
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  cleanup.defer(() => db.destroy());

  const closing = cleanup.move();
  return {
    db,
    pool,
    kind: 'pglite',
    async listen(channel, handler) {
      const ofChannel = handlers.get(channel) ?? new Set();
      handlers.set(channel, ofChannel.add(handler));
      await pool.query(`listen "${channel.replaceAll('"', '""')}"`);
      return {
        async [Symbol.asyncDispose]() {
          ofChannel.delete(handler);
        },
      };
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
