import { systemClock } from '../../base/clock.ts';
import type { FaultPlan } from '../../base/fault-plan.ts';
import { systemIds } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import { faultyStorage } from '../../drivers/faulty-storage.ts';
import { registerCommonDrivers } from '../../drivers/registry/built-in.ts';
import { loadDrivers } from '../../drivers/registry/load-drivers.ts';
import { createRegistry, type Registry } from '../../drivers/registry.ts';
import { retryingStorage } from '../../drivers/retrying-storage.ts';

/**
 * The built-in drivers and those of HOLDFAST_DRIVERS; storage is tried again after transient errors. `more` adds what only one
 * kind of process needs.
 */
export async function loadRegistry(
  options: {
    readonly packages: string | undefined;
    readonly logger: Logger;
    /** What is to happen to storage, for tests. */
    readonly faults?: FaultPlan;
  },
  more: (registry: Registry) => void | Promise<void> = () => undefined,
): Promise<Registry> {
  const { logger, faults } = options;
  const registry = createRegistry();
  registerCommonDrivers(registry);
  await more(registry);
  const loaded = await loadDrivers(registry, options.packages ?? '');
  logger.info({ packages: loaded, drivers: registry.names() }, 'drivers loaded');
  const tools = { clock: systemClock, ids: systemIds, logger };
  // Without a planned fault nothing is wrapped: to the retrying decorator a faulty driver does not watch its progress.
  const isFaulty = faults !== undefined && faults.list().length > 0;
  const storage = (name: string) => {
    const driver = registry.storage(name);
    return retryingStorage(isFaulty ? faultyStorage(driver, { faults, clock: systemClock }) : driver, tools);
  };
  return { ...registry, storage };
}
