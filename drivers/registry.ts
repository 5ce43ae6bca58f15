import { DriverError } from '../base/errors.ts';
import type { IdentityDriver } from './identity/contract.ts';
import type { NetworkDriver } from './network/contract.ts';
import type { PlatformDriver } from './platform/contract.ts';
import type { StorageDriver } from './storage/contract.ts';
import type { TransferDriver } from './transfer/contract.ts';
import type { TransportDriver } from './transport/contract.ts';

/**
 * The drivers one process knows, by axis and name. Reading a name that is not there throws BAD_CONFIGURATION
 * (needsPerson) that lists those which are; registering a name twice on one axis throws it too.
 */
export interface Registry {
  registerStorage(driver: StorageDriver): void;
  registerPlatform(driver: PlatformDriver): void;
  registerTransport(driver: TransportDriver): void;
  registerNetwork(driver: NetworkDriver): void;
  registerTransfer(driver: TransferDriver): void;
  registerIdentity(driver: IdentityDriver): void;
  storage(name: string): StorageDriver;
  platform(name: string): PlatformDriver;
  transport(name: string): TransportDriver;
  network(name: string): NetworkDriver;
  transfer(name: string): TransferDriver;
  identity(name: string): IdentityDriver;
  /** The registered names by axis, in the order of registration. */
  names(): Readonly<Record<Axis, readonly string[]>>;
}

export type Axis = 'storage' | 'platform' | 'transport' | 'network' | 'transfer' | 'identity';

export function createRegistry(): Registry {
  const storage = new Shelf<StorageDriver>('storage');
  const platform = new Shelf<PlatformDriver>('platform');
  const transport = new Shelf<TransportDriver>('transport');
  const network = new Shelf<NetworkDriver>('network');
  const transfer = new Shelf<TransferDriver>('transfer');
  const identity = new Shelf<IdentityDriver>('identity');
  return {
    registerStorage: (driver) => storage.add(driver),
    registerPlatform: (driver) => platform.add(driver),
    registerTransport: (driver) => transport.add(driver),
    registerNetwork: (driver) => network.add(driver),
    registerTransfer: (driver) => transfer.add(driver),
    registerIdentity: (driver) => identity.add(driver),
    storage: (name) => storage.get(name),
    platform: (name) => platform.get(name),
    transport: (name) => transport.get(name),
    network: (name) => network.get(name),
    transfer: (name) => transfer.get(name),
    identity: (name) => identity.get(name),
    names: () => ({
      storage: storage.names(),
      platform: platform.names(),
      transport: transport.names(),
      network: network.names(),
      transfer: transfer.names(),
      identity: identity.names(),
    }),
  };
}

class Shelf<Driver extends { readonly name: string }> {
  readonly #drivers = new Map<string, Driver>();
  readonly #axis: Axis;

  constructor(axis: Axis) {
    this.#axis = axis;
  }

  add(driver: Driver): void {
    if (!/^[a-z][a-z0-9-]{0,63}$/.test(driver.name))
      throw badConfiguration(
        `A ${this.#axis} driver calls itself ${JSON.stringify(driver.name)}, which is not a driver name.`,
        'Names are lower-case letters, digits and dashes, and start with a letter.',
      );
    if (this.#drivers.has(driver.name))
      throw badConfiguration(
        `There are two ${this.#axis} drivers called "${driver.name}".`,
        'Load only one of the packages that bring it, or give the other driver another name.',
      );
    this.#drivers.set(driver.name, driver);
  }

  get(name: string): Driver {
    const driver = this.#drivers.get(name);
    if (driver) return driver;
    throw badConfiguration(
      `There is no ${this.#axis} driver called "${name}"; there are: ${this.names().join(', ') || 'none'}.`,
      'Choose one of those, or name the package that brings it in HOLDFAST_DRIVERS.',
    );
  }

  names(): readonly string[] {
    return [...this.#drivers.keys()];
  }
}

function badConfiguration(message: string, remedy: string): DriverError {
  return new DriverError({ kind: 'needsPerson', code: 'BAD_CONFIGURATION', message, remedy });
}
