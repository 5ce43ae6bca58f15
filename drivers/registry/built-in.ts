import { builtinIdentityDriver } from '../identity/builtin.ts';
import { ramIdentityDriver } from '../identity/ram/driver.ts';
import { internetNetworkDriver } from '../network/internet.ts';
import { vpcNetworkDriver } from '../network/vpc.ts';
import type { Registry } from '../registry.ts';
import { fileStorageDriver } from '../storage/file.ts';
import { ossStorageDriver } from '../storage/oss/driver.ts';
import { httpTransferDriver } from '../transfer/http.ts';
import { httpsTransferDriver } from '../transfer/https.ts';

/** The built-in drivers both processes need. Platforms and transports are heavy and only a gateway's: see gateway-drivers.ts. */
export function registerCommonDrivers(registry: Registry): void {
  registry.registerStorage(fileStorageDriver);
  registry.registerStorage(ossStorageDriver);
  registry.registerIdentity(builtinIdentityDriver);
  registry.registerIdentity(ramIdentityDriver);
  registry.registerNetwork(vpcNetworkDriver);
  registry.registerNetwork(internetNetworkDriver);
  registry.registerTransfer(httpsTransferDriver);
  registry.registerTransfer(httpTransferDriver);
}
