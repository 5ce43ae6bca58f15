import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolConfig } from 'pg';
import type { Logger } from '../../base/logger.ts';
import { columnTypes } from './column-types.ts';
import { guardedPool } from './guarded-pool.ts';
import type { OpenDatabase } from './open-database.ts';
import { openListener } from './postgresql-listener.ts';
import type { Database } from './tables.ts';

/** How long the database is waited for before a request is told DATABASE_UNAVAILABLE. Milliseconds. */
export interface DatabasePatience {
  /** For a new connection, and for a free one of the pool. */
  readonly connectMs: number;
  /** For one statement, its waiting for locks included. The server ends it then. */
  readonly statementMs: number;
  /** For the answer of a server that does not even keep the former: the connection is given up. */
  readonly answerMs: number;
  /**
   * How long the server lets a transaction sit idle. A process that froze in the middle of one holds locks, maybe that of the event log, and
   * everybody else waits for it: so this is shorter than `statementMs`.
   */
  readonly idleInTransactionMs: number;
}

/** Within the 30 seconds after which a gateway gives its request up. */
export const usualPatience: DatabasePatience = {
  connectMs: 10_000,
  statementMs: 20_000,
  answerMs: 25_000,
  idleInTransactionMs: 10_000,
};

/** For migrations, which take as long as they take, and wait for those of another process. A server that is not there is told all the same. */
export const endlessPatience: Pick<DatabasePatience, 'connectMs'> = { connectMs: usualPatience.connectMs };

const keepAliveMs = 10_000;

export interface PostgresqlOptions {
  readonly url: string;
  readonly logger: Logger;
  readonly maxConnections?: number;
  /** What is missing is waited for without end. */
  readonly patience?: Pick<DatabasePatience, 'connectMs'> & Partial<DatabasePatience>;
}

/** Opens a PostgreSQL server (15 or later). Nothing is connected yet. */
export function openPostgresql(options: PostgresqlOptions): OpenDatabase {
  const { url, logger, patience = usualPatience } = options;
  const pool = new Pool({
    connectionString: url,
    max: options.maxConnections ?? 10,
    types: columnTypes,
    application_name: 'holdfast',
    ...timeouts(patience),
  });
  pool.on('error', (error) => logger.warn({ err: error }, 'an idle database connection was lost'));
  // The pool listens only while it has the connection itself. One that is lost between two statements of a transaction would end the process; the next
  // statement says it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: guardedPool(pool) }) });
  const listeners = new Set<AsyncDisposable>();
  return {
    db,
    pool,
    kind: 'postgresql',
    async listen(channel, handler) {
      const client = { connectionString: url, application_name: 'holdfast-listen', ...timeouts(patience) };
      const listener = await openListener({ client, logger, channel, handler });
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

function timeouts(patience: NonNullable<PostgresqlOptions['patience']>): PoolConfig {
  const { connectMs, statementMs, answerMs, idleInTransactionMs } = patience;
  return {
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
    connectionTimeoutMillis: connectMs,
    ...(statementMs !== undefined && { statement_timeout: statementMs }),
    ...(answerMs !== undefined && { query_timeout: answerMs }),
    ...(idleInTransactionMs !== undefined && { idle_in_transaction_session_timeout: idleInTransactionMs }),
  };
}
