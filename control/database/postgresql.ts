import { Kysely, PostgresDialect } from 'kysely';
import { Client, Pool } from 'pg';
import type { Logger } from '../../base/logger.ts';
import { columnTypes } from './column-types.ts';
import type { OpenDatabase } from './open-database.ts';
import type { Database } from './tables.ts';

/** Opens a PostgreSQL server (15 or later). */
export function openPostgresql(options: {
  readonly url: string;
  readonly logger: Logger;
  readonly maxConnections?: number;
}): OpenDatabase {
  const { url, logger } = options;
  const pool = new Pool({
    connectionString: url,
    max: options.maxConnections ?? 10,
    types: columnTypes,
    application_name: 'holdfast',
  });
  pool.on('error', (error) => logger.warn({ err: error }, 'an idle database connection was lost'));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  const listeners = new Set<AsyncDisposable>();
  return {
    db,
    pool,
    kind: 'postgresql',
    async listen(channel, handler) {
      const listener = await openListener(url, logger, channel, handler);
      listeners.add(listener);
      return {
        async [Symbol.asyncDispose]() {
          listeners.delete(listener);
          await listener[Symbol.asyncDispose]();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      for (const listener of listeners) await listener[Symbol.asyncDispose]();
      await db.destroy();
    },
  };
}

/** One connection of its own per listener; when it is lost it is made again, and the listener's poll covers the gap. */
async function openListener(
  url: string,
  logger: Logger,
  channel: string,
  handler: (payload: string) => void,
): Promise<AsyncDisposable> {
  let closed = false;
  let client: Client | undefined;
  let retry: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const next = new Client({ connectionString: url, application_name: 'holdfast-listen', keepAlive: true });
    next.on('notification', (message) => handler(message.payload ?? ''));
    next.on('error', (error) => lost(next, error));
    next.on('end', () => lost(next, undefined));
    client = next;
    await next.connect();
    await next.query(`listen ${next.escapeIdentifier(channel)}`);
  };
  const lost = (which: Client, error: unknown): void => {
    if (closed || which !== client) return;
    client = undefined;
    which.end().catch(() => undefined);
    logger.warn({ err: error, channel }, 'the connection for notifications was lost; trying again');
    retry = setTimeout(() => connect().catch((reason) => client && lost(client, reason)), 1_000);
    retry.unref();
  };

  await connect();
  return {
    async [Symbol.asyncDispose]() {
      closed = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}
