import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { FaultPlan } from '../../base/fault-plan.ts';
import { delayOnce } from '../../base/faults.ts';
import { FaultyProxy } from '../../sandbox/proxy/proxy.ts';
import { type JobPlant, startJobPlant } from '../support/job-plant.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const mib = 2 ** 20;
const vm = 'web-01';
const leaseMs = 3_000;
const faults = new FaultPlan();

let proxy: FaultyProxy;
let plant: JobPlant;
beforeAll(async () => {
  proxy = await FaultyProxy.start();
  plant = await startJobPlant(
    [{ name: vm, changeTracking: true, disks: [{ capacityBytes: 4 * mib, dataBytes: mib }] }],
    { leaseMs },
    { proxy, agent: { faults } },
  );
  await plant.backup(vm);
});
afterEach(() => {
  proxy.restore();
  faults.clear();
});
afterAll(async () => {
  await plant?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
});

const attemptsOf = async (jobId: string) =>
  (await plant.db.selectFrom('job_attempt').select('id').where('job_id', '=', jobId).execute()).length;

/** Starts a backup that waits at `step` and cuts the control channel while it does. */
const cutAt = async (step: string, waitMs: number, act = () => proxy.cut()) => {
  faults.add(delayOnce(`step.${step}`, waitMs));
  const jobId = await plant.startBackup(vm, { forceFull: true });
  await vi.waitUntil(() => faults.list().length === 0, { timeout: 20_000, interval: 5 });
  act();
  return jobId;
};

const endsWell = async (jobId: string) => {
  const { status, error } = await plant.ended(jobId);
  expect({ status, error }).toEqual({ status: 'COMPLETE', error: null });
  const points = await plant.db.selectFrom('recovery_point').select('id').where('job_id', '=', jobId).execute();
  expect(points).toHaveLength(1);
  await vi.waitFor(() => plant.nothingLeft(), { timeout: 10_000 });
};

describe('a control channel that is cut for less than a lease', () => {
  // While data moves; before the commit's request; before the last word.
  it.each(['disk-opened', 'manifest-put', 'backup-completing'])('at %s costs nothing', async (step) => {
    const jobId = await cutAt(step, 300);
    await new Promise((resolve) => setTimeout(resolve, leaseMs / 3));
    proxy.restore();
    await endsWell(jobId);
    expect(await attemptsOf(jobId)).toBe(1);
  });
});

describe('a control channel that is cut for longer than a lease', () => {
  it.each(['disk-opened', 'manifest-put', 'backup-completing'])(
    'at %s loses the attempt on both sides, and another one ends the job once',
    async (step) => {
      const jobId = await cutAt(step, 300);
      await vi.waitUntil(
        async () => {
          const { status } = await plant.job(jobId);
          return status === 'QUEUED' || status === 'COMPLETE';
        },
        { timeout: 20_000 },
      );
      await vi.waitUntil(() => plant.agent.status().jobs.length === 0, { timeout: 20_000 });
      proxy.restore();
      await endsWell(jobId);
    },
  );

  it('and that drops everything instead of refusing it is the same', async () => {
    const jobId = await cutAt('disk-opened', 300, () => proxy.hold());
    await vi.waitUntil(async () => (await plant.job(jobId)).status === 'QUEUED', { timeout: 20_000 });
    await vi.waitUntil(() => plant.agent.status().jobs.length === 0, { timeout: 20_000 });
    proxy.restore();
    await endsWell(jobId);
  });
});

describe('answers of the control plane', () => {
  it('that are lost, cut off or late are asked for again', async () => {
    const share = 0.1;
    faults.clear();
    proxy.faults.add({ operation: 'downstream', share, times: 4, effect: { kind: 'close' } });
    proxy.faults.add({ operation: 'downstream', share, times: 4, effect: { kind: 'truncate' } });
    proxy.faults.add({ operation: 'upstream', share, times: 4, effect: { kind: 'close' } });
    proxy.faults.add({ operation: 'downstream', share, times: 4, effect: { kind: 'delay', ms: 300 } });
    for (let round = 0; round < 3; round += 1) await endsWell(await plant.startBackup(vm));
    expect(proxy.faults.happened().length).toBeGreaterThan(3);
    proxy.faults.clear();
  });
});

it('each job has ended once, in a sound vault, and the gateway goes on', async () => {
  await plant.backup(vm);
  await plant.vaultVerifies();
  await plant.expectOneEndEach();
});
