import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../base/clock.ts';
import { createIdSource, type IdSource } from '../../base/ids.ts';
import { type Logger, silentLogger } from '../../base/logger.ts';
import { type ControlConfig, controlConfig } from '../../control/config.ts';
import type { ControlContext } from '../../control/context.ts';
import type { OpenDatabase } from '../../control/database/open-database.ts';
import { type MessageAccess, unmanagedMessageAccess } from '../../control/message-access.ts';
import { prepareControl } from '../../control/prepare.ts';
import { builtinRegions, sandboxRegion } from '../../control/regions/built-in-regions.ts';
import { createSecretBox } from '../../control/secret-box.ts';
import { builtinIdentityDriver } from '../../drivers/identity/builtin.ts';
import { internetNetworkDriver } from '../../drivers/network/internet.ts';
import { vpcNetworkDriver } from '../../drivers/network/vpc.ts';
import { fileStorageDriver } from '../../drivers/storage/file.ts';
import { createLocalBus } from './local-bus.ts';

/** A control context over a real database, with its storage in a directory that goes away with it. The database stays open. */
export interface TestControl extends ControlContext, AsyncDisposable {
  readonly storageRoot: string;
}

const urls = {
  control: { VPC: 'http://127.0.0.1:7001', INTERNET: 'http://127.0.0.1:7002' },
  message: { VPC: 'mqtt://127.0.0.1:7003', INTERNET: 'mqtt://127.0.0.1:7004' },
};

/** Prepared and ready: event stream, default resource group, signing key. `clock`: the system's unless given. */
export async function createTestControl(options: {
  readonly database: OpenDatabase;
  readonly clock?: Clock;
  readonly ids?: IdSource;
  readonly logger?: Logger;
  readonly bus?: ControlContext['bus'];
  readonly messageAccess?: MessageAccess;
  readonly identity?: ControlContext['identity'];
  readonly config?: Partial<ControlConfig>;
  /** Files in a directory of its own unless given. */
  readonly storage?: ControlContext['storage'] | undefined;
}): Promise<TestControl> {
  const clock = options.clock ?? systemClock;
  const ids = options.ids ?? createIdSource(clock);
  const installation = {
    control: options.config?.publicUrls ?? urls.control,
    message: options.config?.messageUrls ?? urls.message,
  };
  const storageRoot = await mkdtemp(join(tmpdir(), 'holdfast-vaults-'));
  const control: TestControl = {
    db: options.database.db,
    notifications: options.database,
    clock,
    ids,
    logger: options.logger ?? silentLogger,
    bus: options.bus ?? createLocalBus(),
    messageAccess: options.messageAccess ?? unmanagedMessageAccess,
    storage: options.storage ?? {
      driver: fileStorageDriver,
      target: fileStorageDriver.parseTarget({ root: storageRoot }),
    },
    identity: options.identity ?? builtinIdentityDriver,
    networks: { VPC: vpcNetworkDriver, INTERNET: internetNetworkDriver },
    vault: createSecretBox(Buffer.alloc(32, 7), ids),
    config: controlConfig({
      publicUrls: urls.control,
      messageUrls: urls.message,
      regions: [sandboxRegion(installation), ...builtinRegions(installation)],
      ...options.config,
    }),
    storageRoot,
    [Symbol.asyncDispose]: () => rm(storageRoot, { recursive: true, force: true }),
  };
  await prepareControl(control);
  return control;
}
