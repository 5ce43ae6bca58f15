import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { HoldfastError } from '../../base/errors.ts';
import * as initial from '../../migrations/0001-initial.ts';
import * as gatewayTransport from '../../migrations/0002-gateway-transport.ts';
import * as moreScopes from '../../migrations/0003-more-scopes.ts';
import * as creating from '../../migrations/0004-creating.ts';
import * as gatewayCredentials from '../../migrations/0005-gateway-credentials.ts';
import * as flowControl from '../../migrations/0006-flow-control.ts';
import * as deletion from '../../migrations/0007-deletion.ts';
import * as vcenterLife from '../../migrations/0008-vcenter-life.ts';
import * as platform from '../../migrations/0009-platform.ts';
import * as webhooks from '../../migrations/0010-webhooks.ts';
import * as jobLog from '../../migrations/0011-job-log.ts';
import * as controlPresence from '../../migrations/0012-control-presence.ts';
import * as webhookPatience from '../../migrations/0013-webhook-patience.ts';
import type { Database } from './tables.ts';
import { DatabaseUnavailableError } from './unavailable.ts';

/** Numbered and append-only; a migration that has been released is never changed. */
const migrations = {
  '0001-initial': initial,
  '0002-gateway-transport': gatewayTransport,
  '0003-more-scopes': moreScopes,
  '0004-creating': creating,
  '0005-gateway-credentials': gatewayCredentials,
  '0006-flow-control': flowControl,
  '0007-deletion': deletion,
  '0008-vcenter-life': vcenterLife,
  '0009-platform': platform,
  '0010-webhooks': webhooks,
  '0011-job-log': jobLog,
  '0012-control-presence': controlPresence,
  '0013-webhook-patience': webhookPatience,
};

/** Brings the schema up to date. Several processes may do it at once: Kysely takes an advisory lock on PostgreSQL. */
export async function migrate(db: Kysely<Database>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (error instanceof DatabaseUnavailableError) throw error;
  const failed = results?.find((result) => result.status === 'Error')?.migrationName;
  throw new HoldfastError(
    {
      code: 'MIGRATION_FAILED',
      message: `The database could not be brought up to date${failed ? ` (migration ${failed})` : ''}.`,
      remedy: 'Check the log for the reason, and that this version is not older than the database.',
      retryable: false,
    },
    { cause: error },
  );
}
