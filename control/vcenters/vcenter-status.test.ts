import { beforeAll, expect, it } from 'vitest';
import type { Outcome, VcenterTrouble } from '../../protocol/work.ts';
import { claim, claimOne, createScene, finishBackup, readJob } from '../../tests/support/control-scene.ts';
import { onDatabases } from '../../tests/support/on-databases.ts';
import { completeAttempt } from '../attempts/complete.ts';
import { CertificateNotTrustedError, JobsOpenError, VcenterConnectionError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { startBackup } from '../jobs/start-backup.ts';
import { refreshInventory } from './refresh-inventory.ts';
import { releaseVcenter } from './release-vcenter.ts';
import { removeVCenter } from './remove-vcenter.ts';
import { trustVCenterCertificate } from './trust-certificate.ts';
import { reportVcenterStatus, type StatusReport } from './vcenter-status.ts';

const [trusted, presented] = ['AA', 'BB'].map((pair) => Array.from({ length: 32 }, () => pair).join(':'));

onDatabases('the status of a vCenter', (suite) => {
  let scene: Awaited<ReturnType<typeof createScene>>;
  beforeAll(async () => {
    scene = await createScene(suite.control);
    await suite.control.db.updateTable('vcenter').set({ trusted_fingerprint: trusted }).execute();
  });
  const vcenter = () =>
    suite.control.db.selectFrom('vcenter').selectAll().where('id', '=', scene.vcenterId).executeTakeFirstOrThrow();
  const report = (learned: StatusReport) =>
    inTransaction(suite.control, (trx, emit) =>
      reportVcenterStatus(suite.control, trx, emit, scene.vcenterId, learned),
    );
  const release = async () => {
    const row = await vcenter();
    await inTransaction(suite.control, (trx, emit) => releaseVcenter(suite.control, trx, emit, row, {}));
  };
  const backup = (index: 0 | 1 | 2) =>
    startBackup(suite.control, scene.viewer, { virtualMachineId: scene.virtualMachineIds[index] });
  const failed = (code: string, vcenterTrouble?: VcenterTrouble): Outcome => ({
    status: 'FAILED',
    error: { code, message: `${code}!`, remedy: 'act', retryable: false },
    findings: [],
    ...(vcenterTrouble && { vcenter: vcenterTrouble }),
  });
  const end = (work: { attemptId: string; fence: number }, outcome: Outcome) =>
    completeAttempt(suite.control, { gatewayId: scene.gateway.gatewayId }, work.attemptId, {
      fence: work.fence,
      outcome,
    });
  const statusEvents = async () =>
    (await suite.control.db.selectFrom('event').select('data').where('type', '=', 'VCENTER_STATUS_CHANGED').execute())
      .length;

  it('follows what attempts learn, and a vCenter that is away keeps nobody from trying again', async () => {
    const first = await backup(0);
    const away: Outcome = {
      status: 'RETRY',
      error: { code: 'UNREACHABLE', message: 'nobody there', remedy: 'look', retryable: true },
      findings: [],
      vcenter: { trouble: 'UNREACHABLE' },
    };
    await end(await claimOne(suite.control, scene.gateway), away);
    expect(await vcenter()).toMatchObject({ status: 'UNREACHABLE', status_message: 'nobody there' });
    expect(await readJob(suite.control, first)).toMatchObject({ wait_reason: 'RETRY_DELAY', failed_attempts: 1 });
    await suite.control.db.updateTable('job').set({ not_before: null }).execute();
    await finishBackup(suite.control, scene.gateway, await claimOne(suite.control, scene.gateway));
    expect(await vcenter()).toMatchObject({ status: 'CONNECTED', status_message: null });
    expect(await statusEvents()).toBe(2);
  });

  it('holds everything after a refused password, and is not led out of that by what still works on an old session', async () => {
    const [one, two] = [await backup(0), await backup(1)];
    const { work } = await claim(suite.control, scene.gateway, [], 2);
    const [first, second] = work;
    if (!first || !second) throw new Error('two jobs were expected');
    const running = [second.attemptId];
    await end(first, failed('INVALID_LOGIN'));
    expect(await vcenter()).toMatchObject({ status: 'CREDENTIALS_INVALID', status_message: 'INVALID_LOGIN!' });
    expect(await readJob(suite.control, one)).toMatchObject({
      status: 'QUEUED',
      wait_reason: 'VCENTER_CREDENTIALS',
      failed_attempts: 0,
    });
    await finishBackup(suite.control, scene.gateway, second);
    expect((await readJob(suite.control, two)).status).toBe('COMPLETE');
    expect((await vcenter()).status).toBe('CREDENTIALS_INVALID');
    expect((await claim(suite.control, scene.gateway, running)).work).toEqual([]);
    expect(await readJob(suite.control, await backup(2))).toMatchObject({ wait_reason: 'VCENTER_CREDENTIALS' });
    const refreshing = refreshInventory(suite.control, scene.viewer, { vcenterId: scene.vcenterId });
    await expect(refreshing).rejects.toBeInstanceOf(VcenterConnectionError);
    await expect(removeVCenter(suite.control, scene.viewer, { vcenterId: scene.vcenterId })).rejects.toBeInstanceOf(
      JobsOpenError,
    );
    await release();
    const again = (await claim(suite.control, scene.gateway)).work;
    expect(again).toHaveLength(2);
    for (const each of again) await finishBackup(suite.control, scene.gateway, each);
  });

  it('is not changed by a report about a login that was replaced since', async () => {
    const late = await backup(0);
    const work = await claimOne(suite.control, scene.gateway);
    await release();
    await end(work, failed('INVALID_LOGIN', { trouble: 'INVALID_LOGIN' }));
    expect((await vcenter()).status).toBe('CONNECTED');
    expect(await readJob(suite.control, late)).toMatchObject({
      status: 'QUEUED',
      wait_reason: null,
      failed_attempts: 0,
    });
    await finishBackup(suite.control, scene.gateway, await claimOne(suite.control, scene.gateway));
  });

  it('answers a refresh that no gateway has taken yet, and names the vCenter whose sessions have to end', async () => {
    const { vcenterId, viewer, gateway } = scene;
    await refreshInventory(suite.control, viewer, { vcenterId });
    await report({ status: 'CERTIFICATE_CHANGED', message: 'another one', presentedFingerprint: presented ?? '' });
    expect(await vcenter()).toMatchObject({ inventory_state: 'FAILED', presented_fingerprint: presented });
    const claimed = await claim(suite.control, gateway);
    expect(claimed).toMatchObject({ commands: [], untrustedVcenters: [vcenterId] });
    await report({ status: 'CREDENTIALS_INVALID', message: 'also refused' });
    expect((await vcenter()).status).toBe('CERTIFICATE_CHANGED');
    const trust = (fingerprint: string) => trustVCenterCertificate(suite.control, viewer, { vcenterId, fingerprint });
    await expect(trust(trusted ?? '')).rejects.toBeInstanceOf(CertificateNotTrustedError);
    expect((await trust(presented ?? '')).vcenter).toMatchObject({
      status: 'CONNECTED',
      trusted_fingerprint: presented,
      presented_fingerprint: null,
    });
    expect((await claim(suite.control, gateway)).untrustedVcenters).toEqual([]);
  });

  it('makes an attempt that lost its session with the others wait for the certificate, uncounted', async () => {
    const jobId = await backup(1);
    const work = await claimOne(suite.control, scene.gateway);
    await report({ status: 'CERTIFICATE_CHANGED', message: 'another one', presentedFingerprint: trusted ?? '' });
    await end(work, {
      status: 'RETRY',
      error: { code: 'SESSION_LOST', message: 'ended', remedy: 'again', retryable: true },
      findings: [],
    });
    expect(await readJob(suite.control, jobId)).toMatchObject({
      status: 'QUEUED',
      wait_reason: 'VCENTER_CERTIFICATE',
      failed_attempts: 0,
    });
    await release();
    await finishBackup(suite.control, scene.gateway, await claimOne(suite.control, scene.gateway));
  });
});
