import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { Logger } from '../../base/logger.ts';
import type { NotificationSource } from './notifications.ts';
import { openPglite } from './pglite.ts';
import { openPostgresql } from './postgresql.ts';
import type { Database } from './tables.ts';

/** An open database. Disposing closes every connection; it must be disposed by whoever opened it. */
export interface OpenDatabase extends NotificationSource, AsyncDisposable {
  readonly db: Kysely<Database>;
  readonly pool: Pool;
  readonly kind: 'postgresql' | 'pglite';
}

/**
 * Opens the server that `url` names, or else the embedded database in `directory` (in memory when that is missing too). The
 * schema is brought up to date by `migrate`, not here.
 */
export async function openDatabase(options: {
  readonly url?: string;
  readonly directory?: string;
  readonly logger: Logger;
}): Promise<OpenDatabase> {
  if (options.url !== undefined) return openPostgresql({ url: options.url, logger: options.logger });
  options.logger.warn(
    { directory: options.directory ?? 'memory' },
    'Using the embedded database, which is for evaluation; set DATABASE_URL to a PostgreSQL server for production.',
  );
  return openPglite({ directory: options.directory, logger: options.logger });
}
