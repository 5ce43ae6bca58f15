import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { RunningAgent } from '../../agent/start.ts';
import { systemClock } from '../../base/clock.ts';
import { delayOnce } from '../../base/faults.ts';
import { pagePassword } from '../support/gateway-plant.ts';
import { type JobPlant, startJobPlant } from '../support/job-plant.ts';
import { PageBrowser } from '../support/page-browser.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const mib = 2 ** 20;
const vm = 'web-01';
/** The pause between two tries of a refused instance is a poll interval of 15 seconds. Deadlines, which are longer, stay as they are. */
const hurried = {
  ...systemClock,
  sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms <= 15_000 ? Math.min(ms, 500) : ms, signal),
};

let plant: JobPlant;
let copy: RunningAgent;
beforeAll(async () => {
  plant = await startJobPlant(
    [{ name: vm, changeTracking: true, disks: [{ capacityBytes: 4 * mib, dataBytes: mib }] }],
    { leaseMs: 4_000 },
  );
});
afterAll(() => plant?.[Symbol.asyncDispose]());

it('a second agent with a copy of the state directory is refused by name, and the first one goes on undisturbed', async () => {
  await plant.guest.injectFault(delayOnce('CreateSnapshot_Task', 1_500));
  const jobId = await plant.startBackup(vm);
  await plant.phase(jobId, 'SNAPSHOT');
  const { directory } = plant.plant;
  // As a copy of the disk would have it: what listens on a socket is not copied with it.
  const filter = (path: string) => !path.endsWith('.sock');
  await cp(join(directory, 'gateway'), join(directory, 'copy'), { recursive: true, filter });
  copy = await plant.plant.startAgent('copy', {
    clock: hurried,
    deviceDirectory: plant.sandbox.deviceDirectory,
    vmUuid: plant.sandbox.gatewayVm.biosUuid,
  });
  await vi.waitUntil(() => copy.status().problem?.code === 'INSTANCE_CONFLICT', { timeout: 20_000 });
  expect(copy.status().problem).toMatchObject({
    code: 'INSTANCE_CONFLICT',
    message: expect.stringContaining('Another process with the identity of this gateway'),
    remedy: expect.stringContaining('copy'),
  });
  const page = new PageBrowser(copy);
  await page.post('/login', { password: pagePassword });
  expect((await page.get('/')).text).toContain('Another process with the identity of this gateway');

  const { status, error } = await plant.ended(jobId);
  expect({ status, error }).toEqual({ status: 'COMPLETE', error: null });
  const attempts = await plant.db.selectFrom('job_attempt').select('id').where('job_id', '=', jobId).execute();
  expect(attempts).toHaveLength(1);
  expect(plant.agent.status().problem).toBeNull();
  await plant.backup(vm);
  expect(copy.status()).toMatchObject({ jobs: [], problem: { code: 'INSTANCE_CONFLICT' } });
  await plant.nothingLeft();
});

it('takes over when the first one is gone for as long as a lease', async () => {
  await plant.agent.close();
  await vi.waitUntil(() => copy.status().problem === null, { timeout: 30_000 });
  plant.agent = copy;
  await plant.backup(vm);
  await plant.nothingLeft();
  await plant.expectOneEndEach();
});

it('and the first one is then the second', async () => {
  const back = await plant.startAgent();
  await vi.waitUntil(() => back.status().problem?.code === 'INSTANCE_CONFLICT', { timeout: 20_000 });
  expect(copy.status().problem).toBeNull();
  await plant.backup(vm);
});
