import { chmod, mkdir, readdir, readFile, rename, rm, rmdir, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { closeTimes, delayOnce, errorOnce, errorTimes } from '../base/faults.ts';
import { cancelJob } from '../control/jobs/cancel-job.ts';
import { type JobPlant, startJobPlant } from './support/job-plant.ts';
import { sampleBytes } from './vault-fixture.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const mib = 2 ** 20;
const vm = 'web-01';

let plant: JobPlant;
beforeAll(async () => {
  plant = await startJobPlant([
    { name: vm, changeTracking: true, disks: [{ capacityBytes: 6 * mib, dataBytes: 2 * mib }] },
    { name: 'two-01', changeTracking: true, disks: [{ capacityBytes: 4 * mib, dataBytes: mib }] },
  ]);
});
afterEach(() => plant?.guest.clearFaults());
afterAll(() => plant?.[Symbol.asyncDispose]());

const gatewayRef = async () => (await plant.guest.vm('holdfast-gateway')).ref;

/** A job that ends without success says what to do, and leaves nothing. */
const expectTypedFailure = async (jobId: string, code: string) => {
  const { status, error } = await plant.ended(jobId);
  expect({ status, code: error?.code, error }).toMatchObject({ status: 'FAILED', code });
  expect(error?.message.length).toBeGreaterThan(10);
  expect(error?.remedy.length).toBeGreaterThan(10);
};

describe('a snapshot', () => {
  it('that cannot be removed leaves a complete job with a finding, and a clean-up that tries again until it is gone', async () => {
    // The job's try, and the clean-up's first.
    await plant.guest.injectFault(errorTimes('RemoveSnapshot_Task', 2, 'GenericVmConfigFault'));
    const jobId = await plant.startBackup(vm);
    const job = await plant.ended(jobId);
    expect(job).toMatchObject({ status: 'COMPLETE', findings: [{ code: 'SNAPSHOT_LEFT', severity: 'ERROR' }] });
    const [cleanUp] = await plant.cleanUps(jobId);
    expect((await plant.ended(cleanUp?.id ?? '')).status).toBe('COMPLETE');
    await plant.nothingLeft();
  });

  it('whose delta stays is consolidated, also when the first consolidation fails', async () => {
    await plant.guest.injectFault(errorOnce('RemoveSnapshot_Task', 'consolidationNeeded'));
    await plant.guest.injectFault(errorOnce('ConsolidateVMDisks_Task', 'TaskInProgress'));
    const { job } = await plant.backup(vm);
    expect(job.findings).toEqual([]);
    await plant.nothingLeft();
  });

  it('whose consolidation fails for good is a finding, and the clean-up consolidates', async () => {
    await plant.guest.injectFault(errorOnce('RemoveSnapshot_Task', 'consolidationNeeded'));
    await plant.guest.injectFault(errorOnce('ConsolidateVMDisks_Task', 'GenericVmConfigFault'));
    const { job } = await plant.backup(vm);
    expect(job.findings).toMatchObject([{ code: 'SNAPSHOT_LEFT' }]);
    const [cleanUp] = await plant.cleanUps(job.id);
    expect((await plant.ended(cleanUp?.id ?? '')).status).toBe('COMPLETE');
    await plant.nothingLeft();
  });

  it('that cannot be quiesced, or that vSphere took without quiescing, is a crash-consistent point with PREFER', async () => {
    for (const fault of ['ApplicationQuiesceFault', 'notQuiesced']) {
      await plant.guest.injectFault(errorOnce('CreateSnapshot_Task', fault));
      const { job, point } = await plant.backup(vm, { quiesce: 'PREFER' });
      expect(job.findings).toMatchObject([{ code: 'QUIESCE_FAILED', severity: 'WARNING' }]);
      expect(point.quiesced).toBe(false);
      await plant.nothingLeft();
    }
  });

  it('that is not quiesced is no recovery point with REQUIRE', async () => {
    await plant.guest.injectFault(errorOnce('CreateSnapshot_Task', 'ApplicationQuiesceFault'));
    await plant.guest.injectFault(errorTimes('CreateSnapshot_Task', 2, 'notQuiesced'));
    await expectTypedFailure(await plant.startBackup(vm, { quiesce: 'REQUIRE' }), 'QUIESCE_FAILED');
    await plant.nothingLeft();
  });
});

describe('a disk on the gateway', () => {
  it('whose detaching fails once is detached all the same', async () => {
    const entity = await gatewayRef();
    const jobId = await plant.startBackup(vm, { forceFull: true });
    await plant.phase(jobId, 'SNAPSHOT');
    await plant.guest.injectFault({ ...errorOnce('ReconfigVM_Task', 'TaskInProgress', entity), after: 1 });
    expect((await plant.ended(jobId)).status).toBe('COMPLETE');
    await plant.nothingLeft();
  });

  it('whose detaching fails for good does not lock its machine for ever', async () => {
    const entity = await gatewayRef();
    const jobId = await plant.startBackup(vm, { forceFull: true });
    await plant.phase(jobId, 'SNAPSHOT');
    await plant.guest.injectFault({ ...errorOnce('ReconfigVM_Task', 'GenericVmConfigFault', entity), after: 1 });
    await plant.ended(jobId);
    await plant.nothingLeft();
    await plant.backup(vm);
    await plant.nothingLeft();
  });

  it('that is locked for a moment is tried again', async () => {
    const entity = await gatewayRef();
    await plant.guest.injectFault(errorOnce('ReconfigVM_Task', 'FileLocked', entity));
    expect(await plant.ended(await plant.startBackup(vm))).toMatchObject({ status: 'COMPLETE' });
    await plant.nothingLeft();
  });

  it('that stays locked is a typed failure that leaves no snapshot', async () => {
    const entity = await gatewayRef();
    await plant.guest.injectFault(errorTimes('ReconfigVM_Task', 1_000, 'FileLocked', entity));
    await expectTypedFailure(await plant.startBackup(vm), 'DISK_LOCKED');
    await plant.guest.clearFaults();
    await plant.nothingLeft();
  });

  it('is let go when the job is canceled while it is being attached', async () => {
    const entity = await gatewayRef();
    await plant.guest.injectFault(delayOnce('ReconfigVM_Task', 700, entity));
    const jobId = await plant.startBackup(vm, { forceFull: true });
    await plant.phase(jobId, 'TRANSFER');
    await cancelJob(plant.plant.control, plant.plant.viewer, { jobId });
    expect((await plant.ended(jobId)).status).toBe('CANCELED');
    await plant.nothingLeft();
  });

  it('is let go when the attempt is lost while it is being attached', async () => {
    const entity = await gatewayRef();
    await plant.guest.injectFault(delayOnce('ReconfigVM_Task', 1_500, entity));
    const jobId = await plant.startBackup(vm, { forceFull: true });
    await plant.phase(jobId, 'TRANSFER');
    await plant.db
      .updateTable('job_attempt')
      .set({ lease_until: new Date(0) })
      .where('job_id', '=', jobId)
      .execute();
    expect((await plant.ended(jobId)).status).toBe('COMPLETE');
    await plant.nothingLeft();
  });
});

describe('a vCenter', () => {
  it('that forgets its logins in the middle is logged in to again', async () => {
    const entity = await gatewayRef();
    await plant.guest.injectFault(delayOnce('ReconfigVM_Task', 500, entity));
    const jobId = await plant.startBackup(vm, { forceFull: true });
    await plant.phase(jobId, 'TRANSFER');
    await plant.guest.expireSessions();
    const job = await plant.ended(jobId);
    expect({ status: job.status, error: job.error }).toEqual({ status: 'COMPLETE', error: null });
    await plant.nothingLeft();
  });

  it('that drops connections in the middle is tried again', async () => {
    for (const operation of ['FindAllByUuid', 'RetrievePropertiesEx', 'WaitForUpdatesEx'])
      await plant.guest.injectFault(closeTimes(operation, 1));
    const job = await plant.ended(await plant.startBackup(vm));
    expect({ status: job.status, error: job.error }).toEqual({ status: 'COMPLETE', error: null });
    await plant.nothingLeft();
  });

  it('that stays away ends the job with its reason, and what was left is removed once it is back', async () => {
    const entity = await gatewayRef();
    await plant.guest.injectFault(delayOnce('ReconfigVM_Task', 800, entity));
    const jobId = await plant.startBackup(vm, { forceFull: true });
    await plant.phase(jobId, 'TRANSFER');
    for (const operation of [
      'RetrievePropertiesEx',
      'WaitForUpdatesEx',
      'CreatePropertyCollector',
      'Login',
      'RetrieveServiceContent',
      'FindAllByUuid',
      'RemoveSnapshot_Task',
      'ReconfigVM_Task',
    ])
      await plant.guest.injectFault(closeTimes(operation, 500));
    await expectTypedFailure(jobId, 'UNREACHABLE');
    const [cleanUp] = await plant.cleanUps(jobId);
    expect(cleanUp).toBeDefined();
    await plant.guest.clearFaults();
    expect((await plant.ended(cleanUp?.id ?? '')).status).toBe('COMPLETE');
    await plant.nothingLeft();
  });
});

describe('a vault or spool', () => {
  const vaultDirectory = async () => {
    const { location } = await plant.db.selectFrom('vault').select('location').executeTakeFirstOrThrow();
    return join(location.bucket, location.prefix).replace(/\/$/, '');
  };

  it('whose manifest is not the one committed is not restored, and makes the next backup a full one', async () => {
    const { jobId } = await plant.backup('two-01');
    const { manifest_key } = await plant.point(jobId);
    const path = join(await vaultDirectory(), manifest_key);
    const sound = await readFile(path);
    const tampered = Buffer.from(sound);
    tampered.writeUInt8(tampered.readUInt8(tampered.length - 1) ^ 1, tampered.length - 1);
    await chmod(path, 0o600);
    await writeFile(path, tampered);
    const { jobId: restoreId, vmName } = await plant.startRestore(jobId);
    await expectTypedFailure(restoreId, 'VAULT_CORRUPT');
    expect((await plant.guest.state()).vms.map(({ name }) => name)).not.toContain(vmName);
    const next = await plant.backup('two-01');
    expect(next.job.findings).toMatchObject([{ code: 'PARENT_UNREADABLE' }]);
    expect(next.point.kind).toBe('FULL');
    await plant.expectRestores(next.jobId, await plant.hashes('two-01'));
  });

  it('with a damaged pack is told at the restore, which leaves no machine', async () => {
    await plant.guest.write({ vm: 'two-01', offset: 2 * mib, data: sampleBytes(mib, 99) });
    const packs = async () => {
      const directory = join(await vaultDirectory(), 'packs');
      const names = await readdir(directory, { recursive: true, withFileTypes: true });
      return names.filter((name) => name.isFile()).map((name) => join(name.parentPath, name.name));
    };
    const before = new Set(await packs());
    const { jobId } = await plant.backup('two-01');
    const fresh = (await packs()).filter((path) => !before.has(path));
    expect(fresh.length).toBeGreaterThan(0);
    for (const path of fresh) {
      const bytes = await readFile(path);
      for (let at = 200; at < bytes.length - 100; at += 1_000) bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);
      await chmod(path, 0o600);
      await writeFile(path, bytes);
    }
    const { jobId: restoreId, vmName } = await plant.startRestore(jobId);
    await expectTypedFailure(restoreId, 'VAULT_CORRUPT');
    expect((await plant.job(restoreId)).error?.message).toContain('packs/');
    expect((await plant.guest.state()).vms.map(({ name }) => name)).not.toContain(vmName);
    await plant.nothingLeft();
  });

  it('that is not there, like a share that is not mounted, is not begun anew', async () => {
    const directory = await vaultDirectory();
    await rename(directory, `${directory}-elsewhere`);
    await mkdir(directory);
    await expectTypedFailure(await plant.startBackup(vm), 'VAULT_MISSING');
    expect(await readdir(directory)).toEqual([]);
    await rmdir(directory);
    await rename(`${directory}-elsewhere`, directory);
    await plant.nothingLeft();
    expect((await plant.backup(vm)).point.kind).toBe('INCREMENTAL');
  });

  it('whose directory cannot be written is a typed failure that leaves no snapshot', async () => {
    await plant.guest.write({ vm, offset: 3 * mib, data: sampleBytes(700_000, 4_321) });
    const packs = join(await vaultDirectory(), 'packs');
    await rename(packs, `${packs}-elsewhere`);
    await symlink('/proc/1/nothing', packs);
    const { status, error } = await plant.ended(await plant.startBackup(vm, { forceFull: true }));
    expect(status).toBe('FAILED');
    expect(['ACCESS_DENIED', 'NO_SPACE', 'UNREACHABLE', 'NOT_FOUND']).toContain(error?.code);
    expect(error?.remedy.length).toBeGreaterThan(10);
    await unlink(packs);
    await rename(`${packs}-elsewhere`, packs);
    await plant.nothingLeft();
    await plant.backup(vm);
  });

  it('whose spool cannot be written ends a backup with the reason', async () => {
    const spool = join(plant.plant.directory, 'gateway', 'spool');
    await plant.guest.write({ vm, offset: mib, data: sampleBytes(500_000, 1234) });
    await rm(spool, { recursive: true });
    await writeFile(spool, 'a file in its place');
    const jobId = await plant.startBackup(vm, { forceFull: true });
    await expectTypedFailure(jobId, 'SPOOL_NOT_WRITABLE');
    await rm(spool);
    await mkdir(spool, { mode: 0o700 });
    await plant.nothingLeft();
    await plant.backup(vm);
  });

  it('ends each job once', () => plant.expectOneEndEach());
});
