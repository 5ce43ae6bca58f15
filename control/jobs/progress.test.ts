import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { type UpMessage, upTopic } from '../../protocol/messages.ts';
import type { Progress, Work } from '../../protocol/work.ts';
import { createTestControl, type TestControl } from '../../tests/support/control.ts';
import {
  type ControlScene,
  claimOne,
  createActivatedGateway,
  createScene,
  finishBackup,
} from '../../tests/support/control-scene.ts';
import { databases, type TestDatabase } from '../../tests/support/databases.ts';
import { renewAttempt } from '../attempts/renew.ts';
import { attachMessageChannel } from '../message-channel.ts';
import { acceptProgress } from './accept-progress.ts';
import { type ProgressUpdate, progressHub } from './progress-hub.ts';
import { startBackup } from './start-backup.ts';
import { sweeper } from './sweeper.ts';

describe.each(databases())('progress on $name', ({ open }) => {
  const clock = new ManualClock();
  let database: TestDatabase;
  let control: TestControl;
  let scene: ControlScene;
  let gatewayId: string;
  let work: Work;
  beforeAll(async () => {
    database = await open();
    control = await createTestControl({ database, clock });
    scene = await createScene(control);
    ({ gatewayId } = scene.gateway);
    const [virtualMachineId] = scene.virtualMachineIds;
    await startBackup(control, scene.viewer, { virtualMachineId });
    work = await claimOne(control, scene.gateway);
  });
  afterAll(async () => {
    await control[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const progress = (bytesDone: number): Progress => ({
    phase: 'TRANSFER',
    bytesTotal: 100,
    bytesDone,
    bytesRead: bytesDone,
    bytesZero: 0,
    bytesDeduplicated: 0,
    bytesStored: 0,
    rate: 10,
  });
  const update = (sequence: number, fence = work.fence) => ({
    attemptId: work.attemptId,
    fence,
    sequence,
    progress: progress(sequence),
  });
  const stored = () =>
    control.db.selectFrom('job_progress').selectAll().where('job_id', '=', work.jobId).executeTakeFirst();

  it('takes newer progress of the running attempt only, and tells listeners once', async () => {
    const heard: ProgressUpdate[] = [];
    using _listener = progressHub(control).subscribe(work.jobId, (one) => heard.push(one));
    expect(await acceptProgress(control, gatewayId, update(3))).toBe(true);
    expect(await acceptProgress(control, gatewayId, update(3))).toBe(false);
    expect(await acceptProgress(control, gatewayId, update(2))).toBe(false);
    expect(await acceptProgress(control, gatewayId, update(9, work.fence + 1))).toBe(false);
    expect(await acceptProgress(control, gatewayId, update(4))).toBe(true);
    expect(heard.map(({ sequence }) => sequence)).toEqual([3, 4]);
    expect(await stored()).toMatchObject({ sequence: 4, progress: progress(4) });
    const other = await createActivatedGateway(control, scene.viewer, scene.accessKey, scene.vaultId);
    expect(await acceptProgress(control, other.gatewayId, update(5))).toBe(false);
  });

  it('reaches the listeners of every process, whichever wrote it first', async () => {
    const second = await createTestControl({ database, clock });
    const heard: number[] = [];
    using _listener = progressHub(second).subscribe(work.jobId, ({ sequence }) => heard.push(sequence));
    expect(await acceptProgress(control, gatewayId, update(6))).toBe(true);
    expect(await acceptProgress(second, gatewayId, update(6))).toBe(false);
    expect(await acceptProgress(second, gatewayId, update(5))).toBe(false);
    expect(heard).toEqual([6]);
    await second[Symbol.asyncDispose]();
  });

  it('comes with a renewal too', async () => {
    const { fence } = work;
    await renewAttempt(control, { gatewayId }, work.attemptId, { fence, sequence: 7, progress: progress(7) });
    expect(await stored()).toMatchObject({ sequence: 7 });
  });

  it('comes over the message channel, as a contact that keeps the gateway online', async () => {
    await using _channel = await attachMessageChannel(control);
    await clock.advance(control.config.heartbeatTimeoutMs + 1);
    const publish = (topicId: string, message: unknown) =>
      control.bus.publish(upTopic(topicId), Buffer.from(JSON.stringify(message)));
    const message: UpMessage = {
      version: 1,
      gatewayId,
      instanceId: scene.gateway.instanceId,
      sentAt: new Date(clock.now()).toISOString(),
      progress: [update(8)],
    };
    await control.bus.publish(upTopic(gatewayId), Buffer.from('nonsense'));
    await publish(control.ids.uuid(), { ...message, progress: [update(20)] });
    await publish(gatewayId, message);
    await expect.poll(async () => (await stored())?.sequence).toBe(8);
    await sweeper(control).runOnce();
    const row = await control.db
      .selectFrom('gateway')
      .select(['status', 'last_message_at'])
      .where('id', '=', gatewayId)
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ status: 'ACTIVATED', last_message_at: new Date(clock.now()) });
  });

  it('ends with the attempt', async () => {
    // The lease ran out while time passed above; the job's next attempt starts its own sequence.
    work = await claimOne(control, scene.gateway);
    expect(await acceptProgress(control, gatewayId, update(1))).toBe(true);
    await finishBackup(control, scene.gateway, work);
    expect(await acceptProgress(control, gatewayId, update(2))).toBe(false);
  });
});
