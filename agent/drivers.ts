import type { IdentityDriver } from '../drivers/identity/contract.ts';
import type { NetworkDriver } from '../drivers/network/contract.ts';
import type { PlatformDriver } from '../drivers/platform/contract.ts';
import type { StorageDriver } from '../drivers/storage/contract.ts';
import type { TransferDriver } from '../drivers/transfer/contract.ts';
import type { TransportDriver } from '../drivers/transport/contract.ts';

/** The drivers an agent may be told to use, by name. Each throws BAD_CONFIGURATION (needsPerson) for a name it does not know. */
export interface AgentDrivers {
  identity(name: string): IdentityDriver;
  network(name: string): NetworkDriver;
  platform(name: string): PlatformDriver;
  storage(name: string): StorageDriver;
  transfer(name: string): TransferDriver;
  transport(name: string): TransportDriver;
}
