import { execFileSync } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { FaultPlan } from '../../base/fault-plan.ts';
import { errorOnce, errorTimes } from '../../base/faults.ts';
import { type JobPlant, startJobPlant } from '../support/job-plant.ts';
import { sampleBytes } from '../vault-fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const mib = 2 ** 20;
const vm = 'web-01';
const faults = new FaultPlan();

let plant: JobPlant;
beforeAll(async () => {
  plant = await startJobPlant(
    [{ name: vm, changeTracking: true, disks: [{ capacityBytes: 8 * mib, dataBytes: 4 * mib }] }],
    {},
    { agent: { faults } },
  );
});
afterEach(() => faults.clear());
afterAll(() => plant?.[Symbol.asyncDispose]());

let seed = 0;
/** New data, which has to be spooled. */
const change = () => {
  seed += 1;
  return plant.guest.write({ vm, offset: mib, data: sampleBytes(2 * mib, seed) });
};
/** A job's spool goes when its end was reported, a moment after the control plane knows. */
const spoolIsEmpty = () => vi.waitUntil(async () => (await readdir(spool())).length === 0, { timeout: 5_000 });
const spool = () => join(plant.plant.directory, 'gateway', 'spool');

const mustFailWith = async (jobId: string, code: string) => {
  const { status, error } = await plant.ended(jobId);
  expect({ status, code: error?.code }).toEqual({ status: 'FAILED', code });
  expect(error?.message).toContain(spool());
  expect(error?.remedy.length).toBeGreaterThan(20);
};

const attemptsOf = async (jobId: string) =>
  (await plant.db.selectFrom('job_attempt').select('id').where('job_id', '=', jobId).execute()).length;

describe('a spool', () => {
  it('that has no space for a moment costs tries and not the job', async () => {
    await change();
    faults.add(errorOnce('spool.open', 'ENOSPC'));
    faults.add(errorOnce('spool.seal', 'EDQUOT'));
    const { jobId } = await plant.backup(vm);
    expect(await attemptsOf(jobId)).toBe(3);
    expect(faults.list()).toEqual([]);
    await plant.nothingLeft();
  });

  it('that stays full is SPOOL_FULL, and its packs are not kept to fill it further', async () => {
    await change();
    // The first disk's data fits; its map does not.
    faults.add({ ...errorTimes('spool.write', 1_000, 'ENOSPC'), after: 1 });
    await mustFailWith(await plant.startBackup(vm), 'SPOOL_FULL');
    await spoolIsEmpty();
    await plant.nothingLeft();
  });

  it('that cannot be written is SPOOL_NOT_WRITABLE at once', async () => {
    await change();
    faults.add(errorTimes('spool.write', 1_000, 'EIO'));
    const jobId = await plant.startBackup(vm);
    await mustFailWith(jobId, 'SPOOL_NOT_WRITABLE');
    expect(await attemptsOf(jobId)).toBe(1);
    await spoolIsEmpty();
    await plant.nothingLeft();
  });
});

// A job that found no space needs none for itself the next time: what it spooled is gone.
describe.runIf(process.getuid?.() === 0)('a disk that is really full (needs root, to mount one)', () => {
  beforeAll(() => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m,mode=0700', 'holdfast-test', spool()]);
  });
  afterAll(() => {
    execFileSync('umount', [spool()]);
  });

  it('ends the job with SPOOL_FULL, and the next one works when there is space', async () => {
    await change();
    const ballast = join(spool(), 'ballast');
    await expect(writeFile(ballast, Buffer.alloc(8 * mib))).rejects.toMatchObject({ code: 'ENOSPC' });
    await mustFailWith(await plant.startBackup(vm), 'SPOOL_FULL');
    await plant.nothingLeft();
    await rm(ballast);
    await plant.backup(vm);
    await spoolIsEmpty();
  });
});

it('leaves an agent that goes on and a sound vault, and ends each job once', async () => {
  await plant.backup(vm);
  await spoolIsEmpty();
  await plant.nothingLeft();
  await plant.vaultVerifies();
  await plant.expectOneEndEach();
});
