import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { FaultPlan } from '../../base/fault-plan.ts';
import type { FaultEffect } from '../../base/faults.ts';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import { registerCommonDrivers } from '../../drivers/registry/built-in.ts';
import { registerGatewayDrivers } from '../../drivers/registry/gateway-drivers.ts';
import { createRegistry } from '../../drivers/registry.ts';
import { retryingStorage } from '../../drivers/retrying-storage.ts';
import { createOssStorageDriver } from '../../drivers/storage/oss/driver.ts';
import { sandboxTarget } from '../../drivers/storage/oss/testing/sandbox-target.ts';
import { type JobPlant, startJobPlant } from '../support/job-plant.ts';
import { sampleBytes } from '../vault-fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const mib = 2 ** 20;
const vm = 'web-01';
const faults = new FaultPlan([], 20_261_126);
const tools = { clock: systemClock, ids: systemIds, logger: silentLogger };
const driver = retryingStorage(createOssStorageDriver({ limits: { idleMs: 700 } }), {
  ...tools,
  firstDelayMs: 10,
  maxDelayMs: 50,
});

let target: Awaited<ReturnType<typeof sandboxTarget>>;
let plant: JobPlant;
beforeAll(async () => {
  target = await sandboxTarget('https', { faults, region: 'sandbox-1' });
  const registry = createRegistry();
  registerCommonDrivers(registry);
  registerGatewayDrivers(registry, tools);
  plant = await startJobPlant(
    [{ name: vm, changeTracking: true, disks: [{ capacityBytes: 6 * mib, dataBytes: 2 * mib }] }],
    {},
    {
      agent: { drivers: { ...registry, storage: () => driver } },
      storage: { driver, target: driver.parseTarget(target.settings) },
    },
  );
  await plant.backup(vm);
});
afterEach(() => faults.clear());
afterAll(async () => {
  await plant?.[Symbol.asyncDispose]();
  await target?.close();
});

const tenth = (effect: FaultEffect) => faults.add({ operation: 'oss.*', share: 0.1, effect });

describe('an object server that fails at a tenth of all requests', () => {
  it('costs tries and no job, whether it answers 503, resets, stalls or cuts off', async () => {
    tenth({ kind: 'error', code: 'ServiceUnavailable' });
    tenth({ kind: 'close' });
    tenth({ kind: 'close', afterwards: true });
    tenth({ kind: 'stall' });
    tenth({ kind: 'truncate' });
    for (let round = 1; round <= 2; round += 1) {
      await plant.guest.write({ vm, offset: mib, data: sampleBytes(2 * mib, round) });
      const { jobId } = await plant.backup(vm);
      await plant.expectRestores(jobId, await plant.hashes(vm));
      await plant.nothingLeft();
    }
    expect(faults.happened().length).toBeGreaterThan(3);
  });

  it('and leaves a sound vault, and each job ended once', async () => {
    await plant.backup(vm);
    await plant.vaultVerifies();
    await plant.expectOneEndEach();
  });
});
