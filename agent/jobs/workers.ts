import { availableParallelism } from 'node:os';
import type { GatewaySettings } from '../../protocol/activation.ts';

/**
 * Worker threads for one disk, and for all jobs at the same time: one a core, within what the gateway's owner allows. A worker computes all the time it works, so the limit of
 * cores is one of threads.
 */
export function workersFor(settings: GatewaySettings): number {
  const limits = [availableParallelism(), settings.maxWorkers, settings.maxCpuCores].filter((limit) => limit > 0);
  return Math.min(...limits);
}
