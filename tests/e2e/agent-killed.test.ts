import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BackupStep, backupSteps, killAt, type RestoreStep } from '../../agent/steps.ts';
import { systemIds } from '../../base/ids.ts';
import { followJob, mustBeComplete, startBackup, startRestore } from '../../bin/demo/journey.ts';
import { RecoveryPointsDocument } from '../../client/gen/documents.ts';
import { openTestLab, type TestLab } from './test-lab.ts';

interface KillPoints {
  readonly transport: 'HOTADD' | 'NFC';
  readonly backup: readonly BackupStep[];
  readonly restore: readonly RestoreStep[];
}

/** Every boundary of a backup; `pack-sealed` and the like are met by each of them because new data is written first. */
const killPoints: readonly KillPoints[] = [
  {
    transport: 'HOTADD',
    backup: backupSteps,
    restore: ['vm-created', 'restore-disk-opened', 'restore-disk-written', 'restore-completing'],
  },
  {
    transport: 'NFC',
    // Where a lease is held, or was just given back.
    backup: ['disk-opened', 'pack-uploaded', 'map-written', 'disk-closed'],
    restore: ['vm-created', 'restore-disk-opened', 'restore-disk-written', 'vm-finished'],
  },
];

describe.each(killPoints)(
  'an agent killed in the middle of its work ($transport)',
  ({ transport, backup, restore }) => {
    let lab: TestLab;

    beforeAll(async () => {
      lab = await openTestLab({ transport });
      // The first backup switches change tracking on, so that the killed ones are incremental.
      mustBeComplete(await followJob(lab, await startBackup(lab, { virtualMachineId: lab.machine('web-01').id })));
    }, 120_000);
    afterAll(() => lab?.[Symbol.asyncDispose](), 60_000);

    const nothingIsLeft = async () => {
      const state = await lab.control.state();
      expect(state.attached).toEqual([]);
      expect(state.violations).toEqual([]);
      expect(state.vms.flatMap((vm) => vm.snapshots)).toEqual([]);
      expect(state.leases.filter((lease) => lease.end === null)).toEqual([]);
    };

    /** Runs a job whose agent is killed at `step`, starts the agent again and follows the job to its end. */
    const surviveKill = async (step: BackupStep | RestoreStep, start: () => Promise<string>) => {
      await lab.restartAgent({ HOLDFAST_FAULTS: JSON.stringify([killAt(step)]) });
      const jobId = await start();
      expect(await lab.agent.ended).toBe('SIGKILL');
      await lab.restartAgent();
      const job = mustBeComplete(await followJob(lab, jobId));
      expect(await lab.countEvents(jobId, 'JOB_FINISHED')).toBe(1);
      return job;
    };

    it.each(backup)(
      'ends a backup well after a kill at %s',
      async (step) => {
        await lab.control.write({ vm: 'web-01', offset: 7 * 1_048_576, data: systemIds.bytes(600_000) });
        const sha = await lab.control.sha256({ vm: 'web-01' });
        const job = await surviveKill(step, () => startBackup(lab, { virtualMachineId: lab.machine('web-01').id }));
        await nothingIsLeft();
        expect(await lab.countEvents(job.id, 'RECOVERY_POINT_CREATED')).toBeLessThanOrEqual(1);
        expect(await lab.control.sha256({ vm: 'web-01' })).toBe(sha);
      },
      60_000,
    );

    it('has one recovery point for each job, a sound vault, and restores the last point to the byte', async () => {
      const { recoveryPoints } = await lab.client.query(RecoveryPointsDocument, { first: 100 });
      expect(recoveryPoints?.nodes.length).toBe(backup.length + 1);
      const report = await lab.verify();
      expect(report.problems).toEqual([]);
      expect(report.manifests).toBe(backup.length + 1);
      const sha = await lab.control.sha256({ vm: 'web-01' });
      const newest = recoveryPoints?.nodes.toSorted((a, b) => b.capturedAt.localeCompare(a.capturedAt))[0];
      const recoveryPointId = newest?.id ?? '';
      mustBeComplete(
        await followJob(lab, await startRestore(lab, { recoveryPointId, vmName: 'restored-after-kills' })),
      );
      expect(await lab.control.sha256({ vm: 'restored-after-kills' })).toBe(sha);
    }, 60_000);

    it.each(restore)(
      'ends a restore well after a kill at %s, with one machine',
      async (step) => {
        const { recoveryPoints } = await lab.client.query(RecoveryPointsDocument, { first: 100 });
        const newest = recoveryPoints?.nodes.toSorted((a, b) => b.capturedAt.localeCompare(a.capturedAt))[0];
        const vmName = `restored-${step}`;
        await surviveKill(step, () => startRestore(lab, { recoveryPointId: newest?.id ?? '', vmName }));
        await nothingIsLeft();
        const state = await lab.control.state();
        expect(state.vms.filter((vm) => vm.name.startsWith(vmName)).map((vm) => vm.name)).toEqual([vmName]);
        expect(await lab.control.sha256({ vm: vmName })).toBe(await lab.control.sha256({ vm: 'web-01' }));
      },
      60_000,
    );
  },
);
