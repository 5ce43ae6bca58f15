import type { Logger } from '../../base/logger.ts';
import { registerCommonDrivers } from '../../drivers/registry/built-in.ts';
import { loadDrivers } from '../../drivers/registry/load-drivers.ts';
import { createRegistry, type Registry } from '../../drivers/registry.ts';

/** The built-in drivers and those of HOLDFAST_DRIVERS. `more` adds what only one kind of process needs. */
export async function loadRegistry(
  packages: string | undefined,
  logger: Logger,
  more: (registry: Registry) => void | Promise<void> = () => undefined,
): Promise<Registry> {
  const registry = createRegistry();
  registerCommonDrivers(registry);
  await more(registry);
  const loaded = await loadDrivers(registry, packages ?? '');
  logger.info({ packages: loaded, drivers: registry.names() }, 'drivers loaded');
  return registry;
}
