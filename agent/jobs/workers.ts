import { availableParallelism } from 'node:os';
import type { GatewaySettings } from '../../protocol/activation.ts';

/** Worker threads for one disk: one a core, within what the gateway's owner allows. */
export function workersFor(settings: GatewaySettings): number {
  const limits = [availableParallelism(), settings.maxWorkers, settings.maxCpuCores].filter((limit) => limit > 0);
  return Math.min(...limits);
}
