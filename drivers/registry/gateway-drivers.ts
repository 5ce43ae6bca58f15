import type { Clock } from '../../base/clock.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import { createVsphereDriver } from '../platform/vsphere/driver.ts';
import type { Registry } from '../registry.ts';
import { createHotaddTransport } from '../transport/hotadd/driver.ts';
import { createNfcTransport } from '../transport/nfc/driver.ts';

/** The built-in drivers only a gateway needs: they bring a SOAP client with them. */
export function registerGatewayDrivers(
  registry: Registry,
  tools: { readonly clock: Clock; readonly ids: IdSource; readonly logger: Logger },
): void {
  registry.registerPlatform(createVsphereDriver(tools));
  registry.registerTransport(createHotaddTransport(tools));
  registry.registerTransport(createNfcTransport(tools));
}
