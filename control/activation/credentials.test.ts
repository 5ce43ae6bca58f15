import type { Updateable } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { createTestControl, type TestControl } from '../../tests/support/control.ts';
import {
  activationRequest,
  agent,
  bearerOf,
  type ControlScene,
  claim,
  claimOne,
  commitBody,
  complete,
  createActivatedGateway,
  createScene,
  createVcenter,
  generateGatewayKeys,
  issueCertificate,
  readJob,
  retry,
  type SceneGateway,
} from '../../tests/support/control-scene.ts';
import { databases, type TestDatabase } from '../../tests/support/databases.ts';
import { issueAccessKey } from '../access-keys/issue-access-key.ts';
import { completeAttempt } from '../attempts/complete.ts';
import { issueStorageCredentials } from '../attempts/storage-credentials.ts';
import type { AccessKeyTable } from '../database/tables.ts';
import { gatewaysByIds } from '../gateways/gateways.ts';
import { statusReason } from '../gateways/status-reason.ts';
import { startBackup } from '../jobs/start-backup.ts';
import { sweeper } from '../jobs/sweeper.ts';
import { commitRecoveryPoint } from '../recovery-points/commit.ts';
import { activateGateway } from './activate.ts';
import { authenticateGateway } from './authenticate-gateway.ts';
import { hello } from './hello.ts';
import { notePresence } from './presence.ts';
import { issueAccessKeyChallenge, replaceAccessKey } from './replace-access-key.ts';
import { touchGateway } from './touch-gateway.ts';

const never = new AbortController().signal;
const day = 24 * 3_600_000;

describe.each(databases())('credentials of gateways on $name', ({ open }) => {
  const clock = new ManualClock();
  let database: TestDatabase;
  let control: TestControl;
  let scene: ControlScene;
  beforeAll(async () => {
    database = await open();
    control = await createTestControl({ database, clock, config: { maxAttempts: 1 } });
    scene = await createScene(control);
  });
  afterAll(async () => {
    await control?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
  });

  const newKey = async (expiresAt: Date | null = null) =>
    issueAccessKey(control, { name: 'gateway', scopes: ['gateway:write'], resourceGroups: 'ALL', expiresAt });

  interface Case extends SceneGateway {
    readonly keyRowId: string;
    readonly accessKey: string;
    readonly virtualMachineIds: readonly [string, string, string];
  }
  /** An activated gateway with a key and a vCenter of its own. */
  const gatewayWith = async (expiresAt: Date | null = null): Promise<Case> => {
    const { accessKeyId: keyRowId, secret } = await newKey(expiresAt);
    const gateway = await createActivatedGateway(control, scene.viewer, secret, scene.vaultId);
    const { resource_group_id } = await rowOf(gateway.gatewayId);
    const { virtualMachineIds } = await createVcenter(control, resource_group_id, gateway.gatewayId);
    return { ...gateway, keyRowId, accessKey: secret, virtualMachineIds };
  };
  const changeKey = (id: string, change: Updateable<AccessKeyTable>) =>
    control.db.updateTable('access_key').set(change).where('id', '=', id).execute();
  async function rowOf(gatewayId: string) {
    const [row] = await gatewaysByIds(control, scene.viewer, [gatewayId]);
    if (!row) throw new Error('no gateway');
    return row;
  }
  const reasonOf = async (gatewayId: string) => {
    const row = await rowOf(gatewayId);
    return { status: row.status, reason: statusReason(row)?.code ?? null };
  };
  const eventsOf = async (subjectId: string, type: string) => {
    const query = control.db.selectFrom('event').select('data').where('subject_id', '=', subjectId);
    return (await query.where('type', '=', type).orderBy('position').execute()).map(({ data }) => data);
  };
  const replace = async (gateway: SceneGateway, accessKey: string, by = gateway) => {
    const { challenge } = await issueAccessKeyChallenge(control, by);
    const [accessKeyId = '', accessKeySecret = ''] = accessKey.split('.');
    const made = await control.identity.prove({ accessKeyId, accessKeySecret }, challenge, never);
    const proof = { ...made, values: { ...made.values } };
    return replaceAccessKey(control, gateway, { challenge, proof }, never);
  };

  const now = () => new Date(clock.now());
  const troubles: readonly [string, () => Parameters<typeof changeKey>[1]][] = [
    ['ACCESS_KEY_REVOKED', () => ({ revoked_at: now() })],
    ['ACCESS_KEY_EXPIRED', () => ({ expires_at: now() })],
    ['ACCESS_KEY_ROTATED', () => ({ secret_changed_at: new Date(clock.now() + 1) })],
    ['ACCESS_KEY_SCOPE_MISSING', () => ({ scopes: ['gateway:read'] })],
    ['ACCESS_KEY_GROUP_MISSING', () => ({ all_resource_groups: false, resource_group_ids: [] })],
  ];
  it.each(troubles)('are found wrong with the next heartbeat: %s', async (code, change) => {
    const gateway = await gatewayWith();
    const [virtualMachineId] = gateway.virtualMachineIds;
    const jobId = await startBackup(control, scene.viewer, { virtualMachineId });
    await changeKey(gateway.keyRowId, change());
    const answer = await claim(control, gateway);
    expect(answer).toMatchObject({ work: [], problem: { code } });
    expect(await reasonOf(gateway.gatewayId)).toEqual({ status: 'CREDENTIALS_EXPIRED', reason: code });
    expect(await readJob(control, jobId)).toMatchObject({ status: 'QUEUED', wait_reason: 'CREDENTIALS' });
    const [last] = (await eventsOf(gateway.gatewayId, 'GATEWAY_STATUS_CHANGED')).slice(-1);
    expect(last).toMatchObject({ status: 'CREDENTIALS_EXPIRED', previousStatus: 'ACTIVATED', reason: code });

    await replace(gateway, (await newKey()).secret);
    expect(await reasonOf(gateway.gatewayId)).toEqual({ status: 'ACTIVATED', reason: null });
    expect(await readJob(control, jobId)).toMatchObject({ status: 'QUEUED', wait_reason: null });
    const { work, problem } = await claim(control, gateway);
    expect({ ids: work.map((each) => each.jobId), problem }).toEqual({ ids: [jobId], problem: null });
    expect(await eventsOf(gateway.gatewayId, 'GATEWAY_ACCESS_KEY_REPLACED')).toHaveLength(1);
  });

  it('count again by themselves when the key does, and for as long as an old secret is still good', async () => {
    const gateway = await gatewayWith(new Date(clock.now() + 1_000));
    await clock.advance(1_000);
    await sweeper(control).runOnce();
    expect(await reasonOf(gateway.gatewayId)).toMatchObject({ reason: 'ACCESS_KEY_EXPIRED' });
    await changeKey(gateway.keyRowId, { expires_at: new Date(clock.now() + 90 * day) });
    await sweeper(control).runOnce();
    expect(await reasonOf(gateway.gatewayId)).toEqual({ status: 'ACTIVATED', reason: null });

    const change = { secret_changed_at: now(), previous_secret_until: new Date(clock.now() + 60_000) };
    await clock.advance(1);
    await changeKey(gateway.keyRowId, { ...change, secret_changed_at: now() });
    expect((await claim(control, gateway)).problem).toBeNull();
    await clock.advance(60_000);
    expect((await claim(control, gateway)).problem).toMatchObject({ code: 'ACCESS_KEY_ROTATED' });
  });

  it('let an attempt end with the credentials it has, and be given back without counting when those are over', async () => {
    const gateway = await gatewayWith();
    const jobIds = [];
    for (const virtualMachineId of gateway.virtualMachineIds.slice(0, 2)) {
      jobIds.push(await startBackup(control, scene.viewer, { virtualMachineId }));
    }
    const { work } = await claim(control, gateway);
    const [first, second] = work;
    if (!first || !second) throw new Error('no work');
    await issueStorageCredentials(control, gateway, first.attemptId, { fence: first.fence }, never);
    await changeKey(gateway.keyRowId, { revoked_at: now() });
    const running = work.map(({ attemptId }) => attemptId);
    expect(await claim(control, gateway, running)).toMatchObject({ work: [], lost: [] });
    const more = issueStorageCredentials(control, gateway, second.attemptId, { fence: second.fence }, never);
    await expect(more).rejects.toMatchObject({ code: 'CREDENTIALS_EXPIRED', retryable: true });
    await commitRecoveryPoint(control, gateway, first.attemptId, commitBody(first));
    await completeAttempt(control, gateway, first.attemptId, { fence: first.fence, outcome: complete });
    const outcome = retry('CREDENTIALS_EXPIRED');
    await completeAttempt(control, gateway, second.attemptId, { fence: second.fence, outcome });
    expect(await readJob(control, first.jobId)).toMatchObject({ status: 'COMPLETE' });
    const given = { status: 'QUEUED', wait_reason: 'CREDENTIALS', failed_attempts: 0 };
    expect(await readJob(control, second.jobId)).toMatchObject(given);
    await replace(gateway, (await newKey()).secret);
    const [again] = (await claim(control, gateway)).work;
    if (again?.jobId !== second.jobId) throw new Error('not given out again');
    // Given back after the gateway has another key: it does not wait for one.
    await completeAttempt(control, gateway, again.attemptId, { fence: again.fence, outcome });
    await claim(control, gateway, [], 0);
    expect(await readJob(control, second.jobId)).toMatchObject({ status: 'QUEUED', wait_reason: 'GATEWAY_BUSY' });
  });

  it('are replaced with the keys by another activation: what ran is queued again, without a failed try', async () => {
    const gateway = await gatewayWith();
    const [virtualMachineId] = gateway.virtualMachineIds;
    const jobId = await startBackup(control, scene.viewer, { virtualMachineId });
    const work = await claimOne(control, gateway);
    const bearer = await bearerOf(control, gateway.gatewayId, gateway.keys);
    const certificate = await issueCertificate(control, scene.viewer, gateway.gatewayId);
    const keys = generateGatewayKeys();
    const request = await activationRequest(control, certificate, (await newKey()).secret, keys);
    await activateGateway(control, request, never);
    expect(await readJob(control, jobId)).toMatchObject({ status: 'QUEUED', failed_attempts: 0 });
    await expect(authenticateGateway(control, bearer)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const late = completeAttempt(control, gateway, work.attemptId, { fence: work.fence, outcome: complete });
    await expect(late).rejects.toMatchObject({ code: 'FENCED' });
    const instanceId = control.ids.uuid();
    await hello(control, gateway, { instanceId, previousInstanceId: null, agent });
    expect(await claimOne(control, { ...gateway, keys, instanceId })).toMatchObject({ jobId, fence: work.fence + 1 });
  });

  it('are replaced only by a challenge of that gateway and a key that counts', async () => {
    const [gateway, other] = [await gatewayWith(), await gatewayWith()];
    const { secret } = await newKey();
    await expect(replace(gateway, secret, other)).rejects.toMatchObject({ code: 'CHALLENGE_INVALID' });
    await expect(replace(gateway, `${secret}x`)).rejects.toMatchObject({ code: 'INVALID_ACCESS_KEY' });
    await changeKey(other.keyRowId, { revoked_at: now() });
    await expect(replace(gateway, other.accessKey)).rejects.toMatchObject({ code: 'ACCESS_KEY_DISABLED' });
    expect(await rowOf(gateway.gatewayId)).toMatchObject({ access_key_id: gateway.accessKey.split('.')[0] });
  });

  it('and silence have an order: offline, expired, and after days of it a new certificate', async () => {
    const gateway = await gatewayWith();
    await clock.advance(control.config.heartbeatTimeoutMs + 1);
    await sweeper(control).runOnce();
    const row = await rowOf(gateway.gatewayId);
    expect(statusReason(row)).toMatchObject({ code: 'NO_HEARTBEAT' });
    expect(statusReason(row)?.message).toContain(`${row.last_seen_at?.toISOString()} (on the control channel`);
    await changeKey(gateway.keyRowId, { revoked_at: now() });
    await sweeper(control).runOnce();
    expect(await reasonOf(gateway.gatewayId)).toMatchObject({ status: 'CREDENTIALS_EXPIRED' });
    await changeKey(gateway.keyRowId, { revoked_at: null });
    await sweeper(control).runOnce();
    expect(await reasonOf(gateway.gatewayId)).toMatchObject({ status: 'OFFLINE' });
    await changeKey(gateway.keyRowId, { revoked_at: now() });
    await sweeper(control).runOnce();

    await clock.advance(control.config.certificateSilenceMs);
    // A connection to the broker may have outlived all of it, and nobody has swept yet.
    await touchGateway(control, gateway.gatewayId, 'message', gateway.instanceId);
    await sweeper(control).runOnce();
    expect(await reasonOf(gateway.gatewayId)).toEqual({ status: 'CERTIFICATE_EXPIRED', reason: 'SILENT_TOO_LONG' });
    await changeKey(gateway.keyRowId, { revoked_at: null });
    await sweeper(control).runOnce();
    expect(await reasonOf(gateway.gatewayId)).toMatchObject({ status: 'CERTIFICATE_EXPIRED' });
    const refused = bearerOf(control, gateway.gatewayId, gateway.keys);
    await expect(refused).rejects.toMatchObject({
      code: 'CERTIFICATE_EXPIRED',
      remedy: expect.stringContaining('new certificate'),
    });
    const statuses = (await eventsOf(gateway.gatewayId, 'GATEWAY_STATUS_CHANGED')).map(({ status }) => status);
    const back = ['OFFLINE', 'CREDENTIALS_EXPIRED', 'OFFLINE', 'CREDENTIALS_EXPIRED', 'CERTIFICATE_EXPIRED'];
    expect(statuses).toEqual(['ACTIVATED', ...back]);
  });

  it('that expire soon are told of 14, 7 and 1 days before, each once, and anew for another key', async () => {
    const gateway = await gatewayWith(new Date(clock.now() + 20 * day));
    const sweepTwice = async () => {
      await claim(control, gateway);
      // As two processes would.
      await Promise.all([sweeper(control).runOnce(), sweeper(control).runOnce()]);
    };
    const told = async (id: string, type: string) => (await eventsOf(id, type)).map(({ days }) => days);
    for (const days of [4, 1, 1, 1, 4, 1, 1, 1, 4, 1]) {
      await clock.advance(days * day);
      await sweepTwice();
    }
    await clock.advance(day);
    expect(await told(gateway.gatewayId, 'GATEWAY_CREDENTIALS_EXPIRING')).toEqual([14, 7, 1]);
    expect(await told(gateway.keyRowId, 'ACCESS_KEY_EXPIRING')).toEqual([14, 7, 1]);
    const { accessKeyId, secret } = await newKey(new Date(clock.now() + 5 * day));
    await replace(gateway, secret);
    await sweepTwice();
    await sweepTwice();
    expect(await told(gateway.gatewayId, 'GATEWAY_CREDENTIALS_EXPIRING')).toEqual([14, 7, 1, 7]);
    expect(await told(accessKeyId, 'ACCESS_KEY_EXPIRING')).toEqual([7]);
  });

  it('that expire soon are all told of, also where many were told before', async () => {
    const crowd = Array.from({ length: 201 }, (_, count) => ({
      id: control.ids.uuid(),
      key_id: `CROWD${count}`,
      name: 'crowd',
      secret_hash: Buffer.alloc(32),
      scopes: [],
      all_resource_groups: true,
      resource_group_ids: [],
      expires_at: new Date(clock.now() + 10 * day),
      expiry_told_for: new Date(clock.now() + 10 * day),
      expiry_told_days: 14,
      created_at: now(),
    }));
    await control.db.insertInto('access_key').values(crowd).execute();
    const { accessKeyId } = await newKey(new Date(clock.now() + 10 * day));
    await sweeper(control).runOnce();
    expect(await eventsOf(accessKeyId, 'ACCESS_KEY_EXPIRING')).toMatchObject([{ days: 14 }]);
  });

  it('outlive a control plane that was away for days: silence counts only while somebody listened', async () => {
    const [gateway, other] = [await gatewayWith(), await gatewayWith()];
    const { heartbeatTimeoutMs, certificateSilenceMs } = control.config;
    const statuses = async () => [(await rowOf(gateway.gatewayId)).status, (await rowOf(other.gatewayId)).status];
    await notePresence(control, { dueInMs: day });
    await clock.advance(certificateSilenceMs + day);
    // Both channels may be open again before the first sweep.
    expect(await bearerOf(control, gateway.gatewayId, gateway.keys)).toBeTruthy();
    await touchGateway(control, other.gatewayId, 'message', other.instanceId);
    expect((await rowOf(other.gatewayId)).last_seen_at).toEqual(now());
    const processes = [notePresence(control, { dueInMs: 10 * day }), notePresence(control, { dueInMs: 10 * day })];
    await Promise.all(processes);
    await sweeper(control).runOnce();
    expect(await statuses()).toEqual(['ACTIVATED', 'ACTIVATED']);
    await clock.advance(heartbeatTimeoutMs + 1);
    await touchGateway(control, other.gatewayId, 'control');
    await sweeper(control).runOnce();
    expect(await statuses()).toEqual(['OFFLINE', 'ACTIVATED']);
    expect(await bearerOf(control, gateway.gatewayId, gateway.keys)).toBeTruthy();

    // What it was silent for before and after is added up, however often the control plane was away.
    await clock.advance(certificateSilenceMs - heartbeatTimeoutMs - 1);
    await sweeper(control).runOnce();
    expect((await statuses())[0]).toBe('OFFLINE');
    await clock.advance(1);
    await expect(bearerOf(control, gateway.gatewayId, gateway.keys)).rejects.toMatchObject({
      code: 'CERTIFICATE_EXPIRED',
    });
    await sweeper(control).runOnce();
    expect((await statuses())[0]).toBe('CERTIFICATE_EXPIRED');
  });
});
