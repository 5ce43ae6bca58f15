import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { Pool } from 'pg';
import { DatabaseUnavailableError, isUnavailable } from './unavailable.ts';

/**
 * A pool as Kysely uses it that says DATABASE_UNAVAILABLE when that is what happened, and gives no connection back for further use that is, or may be,
 * broken: one whose statement was not answered in time would answer the next one with its result.
 */
export function guardedPool(pool: Pool): PostgresPool {
  return {
    options: pool.options,
    async connect() {
      try {
        return new GuardedClient(await pool.connect());
      } catch (error) {
        throw translated(error);
      }
    },
    end: () => pool.end(),
  };
}

class GuardedClient implements PostgresPoolClient {
  readonly #client: PostgresPoolClient;
  #broken: unknown;

  constructor(client: PostgresPoolClient) {
    this.#client = client;
  }

  get processID(): number {
    return this.#client.processID ?? 0;
  }

  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    sql: string | PostgresCursor<R>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    return typeof sql === 'string' ? this.#ask<R>(sql, parameters) : this.#client.query<R>(sql);
  }

  async #ask<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    // A rollback over a dead connection would only wait for its own time-out; the server rolls back by itself.
    if (this.#broken !== undefined) throw translated(this.#broken);
    try {
      return await this.#client.query<R>(sql, parameters);
    } catch (error) {
      if (isUnavailable(error)) this.#broken = error;
      throw translated(error);
    }
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy === true || this.#broken !== undefined);
  }
}

function translated(error: unknown): unknown {
  return isUnavailable(error) ? new DatabaseUnavailableError(error) : error;
}
