import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { FaultPlan } from '../../base/fault-plan.ts';
import { errorTimes, type FaultEffect, type PlannedFault } from '../../base/faults.ts';
import { type JobPlant, startJobPlant } from '../support/job-plant.ts';
import { sampleBytes } from '../vault-fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const mib = 2 ** 20;
const vm = 'web-01';
const faults = new FaultPlan([], 20_261_126);

let plant: JobPlant;
beforeAll(async () => {
  plant = await startJobPlant(
    [{ name: vm, changeTracking: true, disks: [{ capacityBytes: 8 * mib, dataBytes: 2 * mib }] }],
    {},
    { agent: { faults } },
  );
  await plant.backup(vm);
});
afterEach(() => faults.clear());
afterAll(() => plant?.[Symbol.asyncDispose]());

let seed = 0;
const change = () => {
  seed += 1;
  return plant.guest.write({ vm, offset: 2 * mib, data: sampleBytes(2 * mib, seed) });
};
const plan = (...planned: readonly PlannedFault[]) => {
  for (const fault of planned) faults.add(fault);
};
const tenth = (operation: string, effect: FaultEffect): PlannedFault => ({ operation, share: 0.1, effect });

describe('storage that fails at a tenth of all requests', () => {
  it('costs tries and no job, whether it refuses, resets, stalls or answers short', async () => {
    plan(
      tenth('storage.*', { kind: 'error', code: 'THROTTLED' }),
      tenth('storage.*', { kind: 'close' }),
      tenth('storage.*', { kind: 'close', afterwards: true }),
      tenth('storage.*', { kind: 'stall' }),
      { ...tenth('storage.get', { kind: 'truncate' }), subject: 'packs/*' },
    );
    for (let round = 0; round < 2; round += 1) {
      await change();
      const { jobId } = await plant.backup(vm);
      await plant.expectRestores(jobId, await plant.hashes(vm));
      await plant.nothingLeft();
    }
    expect(new Set(faults.happened().map(({ effect }) => effect.kind)).size).toBeGreaterThanOrEqual(3);
  });
});

describe('storage that fails for good', () => {
  it.each([
    ['storage.putFile', 'NO_SPACE'],
    ['storage.putFile', 'ACCESS_DENIED'],
    ['storage.putIfAbsent', 'THROTTLED'],
    ['storage.head', 'CREDENTIALS_EXPIRED'],
  ])('at %s with %s is that typed failure, and the gateway goes on', async (operation, code) => {
    await change();
    plan(errorTimes(operation, 1_000, code));
    const { status, error } = await plant.ended(await plant.startBackup(vm));
    expect({ status, code: error?.code }).toEqual({ status: 'FAILED', code });
    expect(error?.remedy.length).toBeGreaterThan(10);
    faults.clear();
    await plant.nothingLeft();
    await plant.backup(vm);
  });

  it('by never answering is TIMEOUT, and keeps no job for ever', async () => {
    await change();
    plan({ operation: 'storage.putFile', effect: { kind: 'stall' } });
    const { status, error } = await plant.ended(await plant.startBackup(vm));
    expect({ status, code: error?.code }).toEqual({ status: 'FAILED', code: 'TIMEOUT' });
    faults.clear();
    await plant.nothingLeft();
  });

  it('in the middle of a restore leaves no machine', async () => {
    const { jobId } = await plant.backup(vm);
    plan({ ...errorTimes('storage.get', 1_000, 'UNREACHABLE'), subject: 'packs/*' });
    const restore = await plant.startRestore(jobId);
    const { status, error } = await plant.ended(restore.jobId);
    expect({ status, code: error?.code }).toEqual({ status: 'FAILED', code: 'UNREACHABLE' });
    expect((await plant.guest.state()).vms.map(({ name }) => name)).not.toContain(restore.vmName);
    await plant.nothingLeft();
  });
});

it('each job has ended once, in a sound vault', async () => {
  await plant.backup(vm);
  await plant.vaultVerifies();
  await plant.expectOneEndEach();
});
