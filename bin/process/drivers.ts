import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import { registerCommonDrivers } from '../../drivers/registry/built-in.ts';
import { loadDrivers } from '../../drivers/registry/load-drivers.ts';
import { createRegistry, type Registry } from '../../drivers/registry.ts';
import { retryingStorage } from '../../drivers/retrying-storage.ts';

/**
 * The built-in drivers and those of HOLDFAST_DRIVERS; storage is tried again after transient errors. `more` adds what only one
 * kind of process needs.
 */
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
  const tools = { clock: systemClock, ids: systemIds, logger };
  return { ...registry, storage: (name) => retryingStorage(registry.storage(name), tools) };
}
