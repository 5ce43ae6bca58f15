import { expect, it } from 'vitest';
import { FaultPlan } from '../../base/fault-plan.ts';
import { silentLogger } from '../../base/logger.ts';
import { loadRegistry } from './drivers.ts';

it('a process without planned faults lets OSS watch its own progress: a slow upload has no limit in all', async () => {
  const load = (faults?: FaultPlan) =>
    loadRegistry({ packages: undefined, logger: silentLogger, ...(faults && { faults }) });
  for (const faults of [undefined, new FaultPlan()])
    expect((await load(faults)).storage('oss').watchesProgress).toBe(true);
  const stalling = new FaultPlan([{ operation: 'storage.put', effect: { kind: 'stall' } }]);
  expect((await load(stalling)).storage('oss').watchesProgress).toBe(false);
});
