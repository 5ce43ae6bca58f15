import { beforeAll, expect, it } from 'vitest';
import { type ControlScene, claimOne, createScene, finishBackup } from '../../tests/support/control-scene.ts';
import { onDatabases } from '../../tests/support/on-databases.ts';
import { createTenant, createViewer } from '../../tests/support/viewers.ts';
import { ForbiddenError } from '../errors.ts';
import { listRecoveryPoints, recoveryPointsByIds } from '../recovery-points/recovery-points.ts';
import { acceptProgress } from './accept-progress.ts';
import { attemptsByJobIds, jobsByIds, listJobs, progressByJobIds } from './list-jobs.ts';
import { startBackup } from './start-backup.ts';

onDatabases('jobs and recovery points', (suite) => {
  let scene: ControlScene;
  let finished: string;
  let running: string;
  let waiting: string;
  let recoveryPointId: string;
  beforeAll(async () => {
    scene = await createScene(suite.control);
    const [first, second, third] = scene.virtualMachineIds;
    finished = await startBackup(suite.control, scene.viewer, { virtualMachineId: first });
    recoveryPointId = await finishBackup(suite.control, scene.gateway, await claimOne(suite.control, scene.gateway));
    running = await startBackup(suite.control, scene.viewer, { virtualMachineId: second });
    const work = await claimOne(suite.control, scene.gateway);
    const progress = {
      phase: 'TRANSFER',
      bytesTotal: 10,
      bytesDone: 4,
      bytesRead: 4,
      bytesZero: 0,
      bytesDeduplicated: 0,
      bytesStored: 2,
      rate: 1,
    } as const;
    const { attemptId, fence } = work;
    await acceptProgress(suite.control, scene.gateway.gatewayId, { attemptId, fence, sequence: 1, progress });
    waiting = await startBackup(suite.control, scene.viewer, { virtualMachineId: third });
  });

  it('are listed by status, kind, owner and time', async () => {
    const ids = async (filter: NonNullable<Parameters<typeof listJobs>[2]['filter']>) =>
      (await listJobs(suite.control, scene.viewer, { filter, orderBy: 'CREATED_AT_ASC' })).rows.map((job) => job.id);
    expect(await ids({})).toEqual([finished, running, waiting]);
    expect(await ids({ statuses: ['RUNNING', 'QUEUED'] })).toEqual([running, waiting]);
    expect(await ids({ kinds: ['RESTORE'] })).toEqual([]);
    expect(await ids({ virtualMachineId: scene.virtualMachineIds[0] })).toEqual([finished]);
    expect(
      await ids({ vaultId: scene.vaultId, gatewayId: scene.gateway.gatewayId, vcenterId: scene.vcenterId }),
    ).toHaveLength(3);
    expect(await ids({ vaultId: 'nonsense' })).toEqual([]);
    const [job] = await jobsByIds(suite.control, scene.viewer, [running]);
    const createdAt = job?.created_at ?? new Date();
    expect(await ids({ createdAfter: createdAt })).toEqual([running, waiting]);
    expect(await ids({ createdBefore: createdAt })).toEqual([finished]);
    expect(job).not.toHaveProperty('fence');
  });

  it('come with attempts and progress, in the order asked for', async () => {
    const attempts = await attemptsByJobIds(suite.control, scene.viewer, [waiting, running, finished]);
    expect(attempts.map((list) => list.map((attempt) => attempt.status))).toEqual([[], ['RUNNING'], ['COMPLETE']]);
    expect(attempts[1]?.[0]).not.toHaveProperty('fence');
    const progress = await progressByJobIds(suite.control, scene.viewer, [waiting, running]);
    expect(progress.map((row) => row?.progress.bytesDone)).toEqual([undefined, 4]);
  });

  it('leave recovery points behind', async () => {
    const page = await listRecoveryPoints(suite.control, scene.viewer, {
      filter: { virtualMachineId: scene.virtualMachineIds[0], vaultId: scene.vaultId, statuses: ['AVAILABLE'] },
    });
    expect(page).toMatchObject({ rows: [{ id: recoveryPointId, job_id: finished, kind: 'FULL' }], totalCount: 1 });
    expect(page.rows[0]).not.toHaveProperty('commit_object');
    expect(await recoveryPointsByIds(suite.control, scene.viewer, [recoveryPointId])).toEqual(page.rows);
    const later = await listRecoveryPoints(suite.control, scene.viewer, {
      filter: { capturedAfter: new Date('2027-01-01') },
    });
    expect(later.rows).toEqual([]);
  });

  it('are not to be seen from another resource group', async () => {
    const { viewer } = await createTenant(suite.control, scene.viewer, 'elsewhere');
    expect(await listJobs(suite.control, viewer, {})).toMatchObject({ rows: [], totalCount: 0 });
    expect(await jobsByIds(suite.control, viewer, [running])).toEqual([undefined]);
    expect(await attemptsByJobIds(suite.control, viewer, [running])).toEqual([[]]);
    expect(await progressByJobIds(suite.control, viewer, [running])).toEqual([undefined]);
    expect((await listRecoveryPoints(suite.control, viewer, {})).totalCount).toBe(0);
    expect(await recoveryPointsByIds(suite.control, viewer, [recoveryPointId])).toEqual([undefined]);
  });

  it('need scopes', async () => {
    const blind = await createViewer(suite.control, { scopes: ['vault:read'] });
    await expect(listJobs(suite.control, blind, {})).rejects.toBeInstanceOf(ForbiddenError);
    await expect(attemptsByJobIds(suite.control, blind, [running])).rejects.toBeInstanceOf(ForbiddenError);
    await expect(listRecoveryPoints(suite.control, blind, {})).rejects.toBeInstanceOf(ForbiddenError);
  });
});
