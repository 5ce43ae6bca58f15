import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../base/clock.ts';
import { hurriedClock } from '../support/hurried-clock.ts';
import { type JobPlant, startJobPlant } from '../support/job-plant.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const mib = 2 ** 20;
const vm = 'web-01';
const hour = 3_600_000;

/** A wall clock that is wrong, and one that becomes wrong while the gateway runs. */
const clocks: readonly [string, () => Clock][] = [
  ['an hour ahead', () => ({ ...hurriedClock, now: () => hurriedClock.now() + hour })],
  ['an hour behind', () => ({ ...hurriedClock, now: () => hurriedClock.now() - hour })],
  [
    'set back an hour at each look',
    () => {
      let offset = 0;
      return {
        ...hurriedClock,
        now: () => {
          offset -= hour;
          return hurriedClock.now() + offset;
        },
      };
    },
  ],
];

describe.each(clocks)("a gateway's clock %s", (_name, makeClock) => {
  let plant: JobPlant;
  beforeAll(async () => {
    plant = await startJobPlant(
      [{ name: vm, changeTracking: true, disks: [{ capacityBytes: 4 * mib, dataBytes: mib }] }],
      { leaseMs: 2_000 },
      { laterClock: makeClock() },
    );
  });
  afterAll(() => plant?.[Symbol.asyncDispose]());

  it('hinders no backup, lease or restore, and no recovery point carries its time', async () => {
    const before = hurriedClock.now();
    const { jobId, point } = await plant.backup(vm);
    expect(point.captured_at.getTime()).toBeGreaterThan(before - 60_000);
    expect(point.captured_at.getTime()).toBeLessThan(hurriedClock.now() + 60_000);
    await plant.expectRestores(jobId, await plant.hashes(vm));
    const attempts = await plant.db.selectFrom('job_attempt').select('id').execute();
    const jobs = await plant.db.selectFrom('job').select('id').execute();
    expect(attempts).toHaveLength(jobs.length);
    expect(plant.agent.status().problem).toBeNull();
    await plant.nothingLeft();
    await plant.expectOneEndEach();
  });
});
