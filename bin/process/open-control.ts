import { systemClock } from '../../base/clock.ts';
import { createIdSource, systemIds } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import type { ControlConfig } from '../../control/config.ts';
import type { ControlContext } from '../../control/context.ts';
import { startDatabaseClock } from '../../control/database/database-clock.ts';
import { migrate } from '../../control/database/migrate.ts';
import { type OpenDatabase, openDatabase } from '../../control/database/open-database.ts';
import { endlessPatience, openPostgresql } from '../../control/database/postgresql.ts';
import type { MessageAccess } from '../../control/message-access.ts';
import type { MessageBus } from '../../control/message-bus.ts';
import { prepareControl } from '../../control/prepare.ts';
import { createSecretBox } from '../../control/secret-box.ts';
import type { Registry } from '../../drivers/registry.ts';
import type { DatabaseVariables } from '../configuration/api.ts';
import type { Environment } from '../configuration/read.ts';
import { storageSettings } from '../configuration/storage-settings.ts';
import { identityDriver } from './identity-driver.ts';
import { keyEncryptionKey } from './key-encryption-key.ts';

export interface OpenControlOptions {
  readonly variables: DatabaseVariables & {
    readonly HOLDFAST_STORAGE: string;
    readonly HOLDFAST_IDENTITY: string;
  };
  readonly environment: Environment;
  readonly registry: Registry;
  readonly config: ControlConfig;
  readonly bus: MessageBus;
  readonly messageAccess: MessageAccess;
  readonly logger: Logger;
}

export interface OpenControl extends AsyncDisposable {
  readonly control: ControlContext;
}

/** Opens the database, brings it up to date and makes the context of control's functions. Disposing closes the database. */
export async function openControl(options: OpenControlOptions): Promise<OpenControl> {
  const { variables, environment, registry, config, bus, messageAccess, logger } = options;
  const driver = registry.storage(variables.HOLDFAST_STORAGE);
  const target = driver.parseTarget(storageSettings(driver.name, environment, variables));
  const identity = await identityDriver(registry.identity(variables.HOLDFAST_IDENTITY), environment);
  const key = await keyEncryptionKey(variables, systemIds, logger);

  await using stack = new AsyncDisposableStack();
  const database = stack.use(await openDatabase({ ...databaseOf(variables), logger }));
  await bringUpToDate(database, variables.DATABASE_URL, logger);
  const clock =
    database.kind === 'postgresql' ? stack.use(await startDatabaseClock(database, systemClock, logger)) : systemClock;
  const control: ControlContext = {
    db: database.db,
    notifications: database,
    clock,
    ids: createIdSource(clock),
    logger,
    bus,
    messageAccess,
    storage: { driver, target },
    identity,
    networks: { VPC: registry.network('vpc'), INTERNET: registry.network('internet') },
    vault: createSecretBox(key),
    config,
  };
  await prepareControl(control);
  const opened = stack.move();
  return { control, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Over a connection that may wait: for the migrations of another process, and for as long as its own take. */
async function bringUpToDate(database: OpenDatabase, url: string | undefined, logger: Logger): Promise<void> {
  if (url === undefined) return migrate(database.db);
  await using patient = openPostgresql({ url, logger, patience: endlessPatience, maxConnections: 1 });
  await migrate(patient.db);
}

function databaseOf({ DATABASE_URL, HOLDFAST_DATA_DIRECTORY }: DatabaseVariables) {
  return DATABASE_URL === undefined ? { directory: `${HOLDFAST_DATA_DIRECTORY}/database` } : { url: DATABASE_URL };
}
