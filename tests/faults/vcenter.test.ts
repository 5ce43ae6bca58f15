import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { answerLostOnce, closeTimes, delayOnce, errorOnce } from '../../base/faults.ts';
import { type JobPlant, startJobPlant } from '../support/job-plant.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const mib = 2 ** 20;
const vm = 'web-01';

let plant: JobPlant;
beforeAll(async () => {
  plant = await startJobPlant([
    { name: vm, changeTracking: true, disks: [{ capacityBytes: 4 * mib, dataBytes: mib }] },
    { name: 'idle-01', disks: [{ capacityBytes: mib, dataBytes: 4_096 }] },
  ]);
  await plant.backup(vm);
});
afterEach(() => plant?.guest.clearFaults());
afterAll(() => plant?.[Symbol.asyncDispose]());

const gatewayRef = async () => (await plant.guest.vm('holdfast-gateway')).ref;
const attemptsOf = async (jobId: string) =>
  (await plant.db.selectFrom('job_attempt').select('id').where('job_id', '=', jobId).execute()).length;
/** What was planned did happen. */
const happened = async (operation: string) =>
  (await plant.guest.state()).happened.filter((fault) => fault.operation === operation).length;

/** A backup that ends well in one attempt although `operation` went wrong, and leaves nothing. */
const survivesInOneAttempt = async (operation: string) => {
  const before = await happened(operation);
  const { jobId, job } = await plant.backup(vm, { forceFull: true });
  expect(await happened(operation)).toBe(before + 2);
  expect(job.findings).toEqual([]);
  expect(await attemptsOf(jobId)).toBe(1);
  await plant.nothingLeft();
};

describe('a task whose outcome nobody tells', () => {
  it.each([
    ['CreateSnapshot_Task', 'its answer is lost'],
    ['CreateSnapshot_Task', 'vCenter forgets it'],
    ['ReconfigVM_Task', 'its answer is lost'],
    ['ReconfigVM_Task', 'vCenter forgets it'],
    ['RemoveSnapshot_Task', 'its answer is lost'],
    ['RemoveSnapshot_Task', 'vCenter forgets it'],
  ])('is found out and not guessed: %s when %s', async (operation, what) => {
    // It takes its time, so that whoever looks at once finds nothing yet.
    await plant.guest.injectFault(delayOnce(operation, 300));
    await plant.guest.injectFault(
      what === 'its answer is lost' ? answerLostOnce(operation) : errorOnce(operation, 'taskForgotten'),
    );
    await survivesInOneAttempt(operation);
  });

  it('leaves one machine and not two when the answer to the creation of a VM is lost', async () => {
    const { jobId } = await plant.backup(vm);
    await plant.guest.injectFault(delayOnce('CreateVM_Task', 300));
    await plant.guest.injectFault(answerLostOnce('CreateVM_Task'));
    const restored = await plant.expectRestores(jobId, await plant.hashes(vm));
    expect(await happened('CreateVM_Task')).toBe(2);
    expect((await plant.guest.state()).vms.filter(({ name }) => name.startsWith(restored))).toHaveLength(1);
    await plant.nothingLeft();
  });

  it.each([
    ['never began', closeTimes('CreateSnapshot_Task', 1)],
    ['was not made in time', errorOnce('CreateSnapshot_Task', 'Timedout')],
    ['failed with its host', errorOnce('CreateSnapshot_Task', 'HostNotConnected')],
  ])('of a snapshot that %s is made by another attempt', async (_what, fault) => {
    await plant.guest.injectFault(fault);
    const { jobId } = await plant.backup(vm);
    expect(await attemptsOf(jobId)).toBe(2);
    await plant.nothingLeft();
  });
});

describe('an answer of vCenter', () => {
  it.each([{ kind: 'truncate' } as const, { kind: 'close', afterwards: true } as const])(
    'that is spoilt in the middle of the work costs a try at most: %j',
    async (effect) => {
      for (const operation of ['RetrievePropertiesEx', 'QueryChangedDiskAreas', 'CreateFilter'])
        await plant.guest.injectFault({ operation, times: 1, after: 1, effect });
      await plant.backup(vm);
      await plant.nothingLeft();
    },
  );
});

describe('a vCenter that restarts', () => {
  it.each([
    ['while the snapshot is made', 'CreateSnapshot_Task', 'SNAPSHOT'],
    ['while a disk is attached', 'ReconfigVM_Task', 'TRANSFER'],
  ])('%s forgets sessions and tasks, and the job ends well', async (_when, operation, phase) => {
    const subject = operation === 'ReconfigVM_Task' ? await gatewayRef() : undefined;
    await plant.guest.injectFault(delayOnce(operation, 700, subject));
    const jobId = await plant.startBackup(vm, { forceFull: true });
    await plant.phase(jobId, phase);
    await plant.guest.restartVcenter(500);
    const { status, error } = await plant.ended(jobId);
    expect({ status, error }).toEqual({ status: 'COMPLETE', error: null });
    await plant.nothingLeft();
  });

  it('while nothing runs is not noticed by the next job', async () => {
    await plant.guest.restartVcenter(10);
    const { jobId } = await plant.backup(vm);
    expect(await attemptsOf(jobId)).toBe(1);
    await plant.nothingLeft();
  });
});

it('each job has ended once, in a sound vault, and the gateway goes on with any machine', async () => {
  await plant.backup('idle-01');
  await plant.nothingLeft();
  await plant.vaultVerifies();
  await plant.expectOneEndEach();
});

describe('a vCenter that ends its idle sessions', () => {
  let idle: JobPlant;
  // Long enough that a busy machine gets from one request to the next in time.
  const idleTimeoutMs = 1_000;
  beforeAll(async () => {
    idle = await startJobPlant(
      [{ name: vm, changeTracking: true, disks: [{ capacityBytes: mib, dataBytes: 4_096 }] }],
      {},
      { sandbox: { vcenter: { idleTimeoutMs } } },
    );
  });
  afterAll(() => idle?.[Symbol.asyncDispose]());

  it('within a job and between two is logged in to again', async () => {
    await idle.guest.injectFault(delayOnce('CreateSnapshot_Task', 2 * idleTimeoutMs));
    await idle.backup(vm);
    await new Promise((resolve) => setTimeout(resolve, 2 * idleTimeoutMs));
    await idle.backup(vm);
    await idle.nothingLeft();
    await idle.expectOneEndEach();
  });
});
