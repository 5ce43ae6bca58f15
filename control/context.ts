import type { Kysely } from 'kysely';
import type { Clock } from '../base/clock.ts';
import type { IdSource } from '../base/ids.ts';
import type { Logger } from '../base/logger.ts';
import type { IdentityDriver } from '../drivers/identity/contract.ts';
import type { NetworkDriver, NetworkType } from '../drivers/network/contract.ts';
import type { StorageDriver, StorageTarget } from '../drivers/storage/contract.ts';
import type { ControlConfig } from './config.ts';
import type { NotificationSource } from './database/notifications.ts';
import type { Database } from './database/tables.ts';
import type { MessageAccess } from './message-access.ts';
import type { MessageBus } from './message-bus.ts';
import type { SecretBox } from './secret-box.ts';

/** Everything control's functions work with; made once per process by bin. Holds no state another process would need. */
export interface ControlContext {
  readonly db: Kysely<Database>;
  readonly notifications: NotificationSource;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly bus: MessageBus;
  readonly messageAccess: MessageAccess;
  readonly storage: { readonly driver: StorageDriver; readonly target: StorageTarget };
  readonly identity: IdentityDriver;
  /** What gateways' networks need of a firewall. */
  readonly networks: Readonly<Record<NetworkType, NetworkDriver>>;
  /** Secrets at rest. */
  readonly vault: SecretBox;
  readonly config: ControlConfig;
}
