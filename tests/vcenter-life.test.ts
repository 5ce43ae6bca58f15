import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunningAgent } from '../agent/start.ts';
import { SandboxControl } from '../sandbox/control-client.ts';
import { type RunningSandbox, startSandbox } from '../sandbox/start.ts';
import { decodeId, encodeId } from '../schema/global-id.ts';
import { makeAuthority } from './support/authority.ts';
import { hasGovmomi, startVcsim } from './support/govmomi.ts';
import { heldStep } from './support/held-step.ts';
import { type JobPlant, startJobPlant } from './support/job-plant.ts';
import { mutation } from './support/mutations.ts';
import { read } from './support/public-api.ts';

const mib = 2 ** 20;
const waitMs = 20_000;
/** The id that every vCenter has for it. */
const administratorRole = -1;
const fields =
  'id name address username status statusMessage statusSince trustedFingerprint presentedFingerprint removedAt version';
const documents = {
  addVCenter: mutation('addVCenter', `vcenter { ${fields} }`),
  updateVCenter: mutation('updateVCenter', `vcenter { ${fields} }`),
  removeVCenter: mutation('removeVCenter', `vcenter { ${fields} } } ... on JobsOpenError { jobs { id status }`),
  testVCenter: mutation('testVCenter', `name certificateFingerprint vcenter { ${fields} }`),
  trustVCenterCertificate: mutation('trustVCenterCertificate', `vcenter { ${fields} }`),
  refreshInventory: mutation('refreshInventory', 'vcenter { id inventoryState }'),
  startBackup: mutation('startBackup', 'job { id status waitReason }'),
  startRestore: mutation('startRestore', 'job { id status }'),
  preflightBackup: mutation('preflightBackup', 'reports { canBackUp }'),
};

/** The second gateway's next backup, after its snapshot. */
const held = heldStep('snapshot-created');

let plant: JobPlant;
let other: RunningSandbox;
let second: RunningAgent;
let secondGateway: string;
let vcenterId: string;
let otherId: string;

const run = async (field: keyof typeof documents, input: Record<string, unknown>) =>
  (await read(plant.plant.api, plant.plant.accessKey, documents[field], { input }))[field];
const vcenter = async (id = vcenterId) =>
  (await read(plant.plant.api, plant.plant.accessKey, `query ($id: ID!) { vcenter(id: $id) { ${fields} } }`, { id }))
    .vcenter;
const eventsOf = async (type: string) =>
  (await plant.db.selectFrom('event').select('data').where('type', '=', type).orderBy('position').execute()).map(
    ({ data }) => data,
  );
const waiting = (jobId: string, reason: string) =>
  vi.waitUntil(
    async () => {
      const { status, wait_reason } = await plant.job(jobId);
      return status === 'QUEUED' && wait_reason === reason;
    },
    { timeout: waitMs, interval: 30 },
  );
/** The gateway has asked for work so many times more. */
const claimed = async (gatewayId: string, times: number) => {
  const seen = new Set<number>();
  await vi.waitUntil(
    async () => {
      const row = plant.db.selectFrom('gateway').select('last_control_at').where('id', '=', gatewayId);
      seen.add((await row.executeTakeFirstOrThrow()).last_control_at?.getTime() ?? 0);
      return seen.size > times;
    },
    { timeout: waitMs, interval: 50 },
  );
};
const vmId = async (name: string) => {
  const row = plant.db.selectFrom('virtual_machine').select('id').where('name', '=', name);
  return encodeId('VirtualMachine', (await row.executeTakeFirstOrThrow()).id);
};
const completed = async (jobId: string) => {
  const { status, error } = await plant.ended(jobId);
  expect({ status, error }).toEqual({ status: 'COMPLETE', error: null });
};

beforeAll(async () => {
  plant = await startJobPlant(
    ['one-01', 'two-01', 'three-01'].map((name) => ({ name, disks: [{ capacityBytes: 4 * mib, dataBytes: mib }] })),
    { pollIntervalMs: 200 },
  );
  vcenterId = encodeId('VCenter', plant.vcenterId);
  other = await startSandbox({ directory: join(plant.plant.directory, 'other'), taskDelayMs: 5, vms: [] });
  secondGateway = await plant.plant.createGateway();
  second = await plant.plant.startAgent('second', held.options);
  await plant.plant.activate(second, secondGateway);
  const { vcenterAddress, username, password, fingerprint } = plant.sandbox;
  const added = await run('addVCenter', {
    gatewayId: encodeId('Gateway', secondGateway),
    address: vcenterAddress,
    username,
    password,
    certificateFingerprint: fingerprint,
  });
  expect(added.vcenter.id).toBe(vcenterId);
});
afterAll(async () => {
  await plant?.[Symbol.asyncDispose]();
  await other?.close();
});

describe('any login works', () => {
  const specials = [...'`^~=;!/([]{}@$\\&#%+\'"<>|?*:,._-)'];
  const passwords = [
    specials.join(''),
    ` ${specials.toReversed().join('')} `,
    '密码パスワードÄßñ🔐👩🏽‍🚀',
    ']]>&amp;&#x41;<![CDATA[x]]>',
    '%00%2F\\u0041$HOME$(id)',
  ];
  const usernames = ['VSPHERE.LOCAL\\backup', "o'neil+backup@vsphere.local", 'Sicherung & Köpie <ü>@vsphere.local'];

  it('with each of these passwords and user names, when it is added and when it is changed', async () => {
    for (const username of usernames) other.permit(username, administratorRole);
    let name = usernames[0] ?? '';
    other.users.setPassword(name, passwords[0] ?? '');
    const { vcenter: added } = await run('addVCenter', {
      gatewayId: encodeId('Gateway', plant.gatewayId),
      address: other.vcenterAddress,
      username: name,
      password: passwords[0],
      certificateFingerprint: other.fingerprint,
      name: 'the other',
    });
    otherId = added.id;
    expect(added).toMatchObject({ name: 'the other', username: name, status: 'CONNECTED' });
    for (const [index, password] of passwords.slice(1).entries()) {
      name = usernames[index % usernames.length] ?? '';
      other.users.setPassword(name, password);
      const changed = await run('updateVCenter', { vcenterId: added.id, username: name, password });
      expect({ password, ...changed.vcenter }).toMatchObject({ password, username: name, status: 'CONNECTED' });
    }
    expect(other.users.refused).toBe(0);
    // None of them is where people look things up.
    const { rows: told } = await sql<{ text: string }>`select concat(
      (select json_agg(event) from event), (select json_agg(audit_entry) from audit_entry),
      (select json_agg(audit_outcome) from audit_outcome), (select json_agg(result) from gateway_command)) as text`.execute(
      plant.db,
    );
    expect(told[0]?.text).toContain('updateVCenter');
    for (const secret of ['$HOME$(id)', '密码', 'CDATA[x]', '&#+%'.slice(1)])
      expect(told[0]?.text).not.toContain(secret);
    const wrong = await run('updateVCenter', { vcenterId: added.id, password: 'wrong' });
    expect(wrong).toMatchObject({ __typename: 'VCenterConnectionError', code: 'INVALID_LOGIN' });
    // The login there is still works and was not touched.
    expect(await vcenter(added.id)).toMatchObject({ status: 'CONNECTED', username: name });
    const refreshed = await run('refreshInventory', { vcenterId: added.id });
    expect(refreshed.vcenter.inventoryState).toBe('REFRESHING');
    await vi.waitUntil(
      async () => (await eventsOf('INVENTORY_REFRESHED')).filter(({ state }) => state === 'CURRENT').length === 2,
      { timeout: waitMs },
    );
  });

  it.skipIf(!hasGovmomi('vcsim'))('at a vCenter written by others as well', async () => {
    for (const password of [specials.join(''), ' ]]>&amp; 密🔐 ']) {
      await using vcsim = await startVcsim('-vm', '1', '-password', password);
      const { address, username, trustedFingerprint: certificateFingerprint } = vcsim.connection;
      const connection = { address, username, password, certificateFingerprint };
      const gatewayId = encodeId('Gateway', plant.gatewayId);
      expect(await run('testVCenter', { gatewayId, connection })).toMatchObject({
        certificateFingerprint,
        vcenter: null,
      });
      const wrong = await run('testVCenter', { gatewayId, connection: { ...connection, password: `${password} ` } });
      expect(wrong).toMatchObject({ code: 'INVALID_LOGIN' });
    }
  });

  it('but not where another vCenter answers', async () => {
    const { vcenterAddress, username, password, fingerprint } = other;
    const moved = { vcenterId, address: vcenterAddress, username, password, certificateFingerprint: fingerprint };
    expect(await run('updateVCenter', moved)).toMatchObject({ code: 'ANOTHER_VCENTER' });
    expect(await run('updateVCenter', { vcenterId, name: 'late', expectedVersion: 99 })).toMatchObject({
      code: 'VERSION_CONFLICT',
    });
    expect(await vcenter()).toMatchObject({ address: plant.sandbox.vcenterAddress });
    const recorded = plant.db.updateTable('vcenter').where('id', '=', decodeId(otherId, 'VCenter', []));
    await recorded.set({ instance_uuid: sql`'before-' || instance_uuid` }).execute();
    expect(await run('testVCenter', { vcenterId: otherId })).toMatchObject({ code: 'ANOTHER_VCENTER' });
    await recorded.set({ instance_uuid: sql`substr(instance_uuid, 8)` }).execute();
  });
});

describe('a wrong password', () => {
  it('is tried once by each gateway at most; then all waits, and goes on with the right one', async () => {
    const first = (await plant.backup('one-01')).jobId;
    const { users, username, password } = plant.sandbox;
    users.setPassword(username, 'changed at the vCenter');
    users.endAll();
    const before = users.refused;
    const jobs = [await plant.startBackup('one-01'), await plant.startBackup('two-01')];
    const others = await plant.startBackup('three-01', { gatewayId: secondGateway });
    for (const jobId of [...jobs, others]) await waiting(jobId, 'VCENTER_CREDENTIALS');
    const stopped = await vcenter();
    expect(stopped).toMatchObject({
      status: 'CREDENTIALS_INVALID',
      statusMessage: expect.stringContaining('Logging in'),
    });
    expect(await run('refreshInventory', { vcenterId })).toMatchObject({
      __typename: 'VCenterConnectionError',
      code: 'INVALID_LOGIN',
    });
    // A restart forgets what was refused, the control plane does not.
    await plant.agent.close();
    plant.agent = await plant.startAgent();
    await vi.waitUntil(() => plant.agent.status().activated, { timeout: waitMs });
    await claimed(plant.gatewayId, 2);
    expect(users.refused - before).toBeGreaterThanOrEqual(1);
    expect(users.refused - before).toBeLessThanOrEqual(2);
    for (const jobId of [...jobs, others]) expect(await plant.job(jobId)).toMatchObject({ failed_attempts: 0 });

    const still = users.refused;
    const updated = await run('updateVCenter', { vcenterId, password: 'changed at the vCenter' });
    expect(updated.vcenter).toMatchObject({ status: 'CONNECTED', statusMessage: null });
    for (const jobId of [...jobs, others]) await completed(jobId);
    expect(users.refused).toBe(still);
    expect((await plant.point(jobs[0] ?? '')).parent_id).toBe((await plant.point(first)).id);
    const changes = (await eventsOf('VCENTER_STATUS_CHANGED')).map(({ status }) => status);
    expect(changes).toEqual(['CREDENTIALS_INVALID', 'CONNECTED']);
    users.setPassword(username, password);
    expect((await run('updateVCenter', { vcenterId, password })).vcenter.status).toBe('CONNECTED');
    await plant.expectOneEndEach();
  });
});

describe('a certificate', () => {
  it('that changed stops everything until somebody trusts it on purpose', async () => {
    const old = plant.sandbox.fingerprint;
    held.hold();
    const running = await plant.startBackup('three-01', { gatewayId: secondGateway });
    await held.reached();
    // The running job keeps its session while others get a new one.
    await run('updateVCenter', { vcenterId, password: plant.sandbox.password });
    const looked = { virtualMachineIds: [await vmId('two-01')], gatewayId: encodeId('Gateway', secondGateway) };
    expect(await run('preflightBackup', looked)).toMatchObject({ reports: [{ canBackUp: true }] });
    const next = await plant.sandbox.replaceCertificate();
    const jobId = await plant.startBackup('two-01');
    await waiting(jobId, 'VCENTER_CERTIFICATE');
    await claimed(secondGateway, 2);
    held.letGo();
    // Its gateway was told by the control plane, before it met the certificate itself.
    await waiting(running, 'VCENTER_CERTIFICATE');
    const attempts = plant.db.selectFrom('job_attempt').select('error').where('job_id', '=', running);
    expect(await attempts.execute()).toEqual([{ error: expect.objectContaining({ code: 'SESSION_LOST' }) }]);
    const changed = await vcenter();
    expect(changed).toMatchObject({
      status: 'CERTIFICATE_CHANGED',
      trustedFingerprint: old,
      presentedFingerprint: next,
    });
    expect(await run('refreshInventory', { vcenterId })).toMatchObject({ __typename: 'CertificateNotTrustedError' });
    expect(await run('trustVCenterCertificate', { vcenterId, fingerprint: old })).toMatchObject({
      __typename: 'CertificateNotTrustedError',
    });
    const trusted = await run('trustVCenterCertificate', { vcenterId, fingerprint: next });
    expect(trusted.vcenter).toMatchObject({
      status: 'CONNECTED',
      trustedFingerprint: next,
      presentedFingerprint: null,
    });
    for (const stopped of [jobId, running]) {
      await completed(stopped);
      expect(await plant.job(stopped)).toMatchObject({ failed_attempts: 0 });
    }
    expect(await eventsOf('VCENTER_CERTIFICATE_TRUSTED')).toEqual([
      expect.objectContaining({
        trustedFingerprint: next,
        previousFingerprint: old,
        accessKey: plant.plant.accessKey.split('.')[0],
      }),
    ]);
    expect(await run('trustVCenterCertificate', { vcenterId, fingerprint: next })).toMatchObject({
      code: 'CERTIFICATE_NOT_CHANGED',
    });
  });

  it('that an authority signed for the address is trusted, also a renewed one; for another host it is not', async () => {
    const authority = await makeAuthority();
    const signed = (ip: string, how = {}) => authority.sign({ ip, ...how });
    await other.replaceCertificate(await signed('127.0.0.1'));
    const connection = { address: other.vcenterAddress, username: other.username, password: other.password };
    const gatewayId = encodeId('Gateway', plant.gatewayId);
    const trust = { certificateAuthority: authority.certificate };
    const test = (changes: object) => run('testVCenter', { gatewayId, connection: { ...connection, ...changes } });
    expect(await test({})).toMatchObject({ __typename: 'CertificateNotTrustedError' });
    expect(await test({ certificateAuthority: 'no certificate' })).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await test(trust)).toMatchObject({ name: 'VMware vCenter Server', vcenter: null });
    await other.replaceCertificate(await signed('127.0.0.1'));
    expect(await test(trust)).toMatchObject({ name: 'VMware vCenter Server' });
    const between = await authority.sign({ ip: '127.0.0.1' });
    const unfit = [
      await signed('10.1.2.3'),
      await signed('127.0.0.1', { validUntil: new Date(Date.now() - 1_000) }),
      // A server's certificate is no authority, whoever signed it.
      await signed('127.0.0.1', { by: between }),
    ];
    for (const certificate of unfit) {
      await other.replaceCertificate(certificate);
      const given = { certificateAuthority: `${authority.certificate}${between.cert}` };
      expect(await test(given)).toMatchObject({ __typename: 'CertificateNotTrustedError' });
    }
    await other.replaceCertificate(await signed('127.0.0.1'));
    expect(await run('testVCenter', { vcenterId: otherId })).toMatchObject({
      __typename: 'CertificateNotTrustedError',
    });
    expect((await vcenter(otherId)).status).toBe('CERTIFICATE_CHANGED');
    expect((await run('updateVCenter', { vcenterId: otherId, ...trust })).vcenter.status).toBe('CONNECTED');
  });
});

describe('a vCenter that is removed', () => {
  it('from one gateway only: not under a running job, unless that is to be cancelled, and never from the last', async () => {
    held.hold();
    const running = await plant.startBackup('three-01', { gatewayId: secondGateway });
    await held.reached();
    const fromSecond = { vcenterId, gatewayId: encodeId('Gateway', secondGateway) };
    expect(await run('removeVCenter', fromSecond)).toMatchObject({
      __typename: 'JobsOpenError',
      jobs: [{ id: encodeId('BackupJob', running), status: 'RUNNING' }],
    });
    const removing = run('removeVCenter', { ...fromSecond, cancelRunningJobs: true });
    await vi.waitUntil(async () => (await plant.job(running)).status === 'CANCELING', { timeout: waitMs });
    held.letGo();
    expect(await removing).toMatchObject({ vcenter: { removedAt: null } });
    expect((await plant.job(running)).status).toBe('CANCELED');
    expect(await run('removeVCenter', fromSecond)).toMatchObject({ code: 'GATEWAY_NOT_CONNECTED' });
    const { gateways } = (
      await read(plant.plant.api, plant.plant.accessKey, 'query ($id: ID!) { vcenter(id: $id) { gateways { id } } }', {
        id: vcenterId,
      })
    ).vcenter;
    expect(gateways).toEqual([{ id: encodeId('Gateway', plant.gatewayId) }]);
  });

  it('is not removed under its jobs, keeps its points, and has them again when it is added again', async () => {
    const { jobId: before } = await plant.backup('one-01');
    const point = await plant.point(before);
    const { users, username, password } = plant.sandbox;
    users.setPassword(username, 'locked');
    users.endAll();
    const stopped = await plant.startBackup('one-01');
    await waiting(stopped, 'VCENTER_CREDENTIALS');
    const refused = await run('removeVCenter', { vcenterId });
    expect(refused).toMatchObject({ __typename: 'JobsOpenError', code: 'JOBS_OPEN', jobs: [{ status: 'QUEUED' }] });
    const fromLast = { vcenterId, gatewayId: encodeId('Gateway', plant.gatewayId), cancelRunningJobs: true };
    expect(await run('removeVCenter', fromLast)).toMatchObject({ code: 'LAST_GATEWAY' });
    // Nothing was cancelled for a removal that could not be.
    expect((await plant.job(stopped)).status).toBe('QUEUED');
    const removed = await run('removeVCenter', { vcenterId, cancelRunningJobs: true, idempotencyKey: 'once' });
    expect(removed.vcenter.removedAt).not.toBeNull();
    expect(
      (await run('removeVCenter', { vcenterId, cancelRunningJobs: true, idempotencyKey: 'once' })).vcenter.id,
    ).toBe(vcenterId);
    expect((await plant.job(stopped)).status).toBe('CANCELED');
    const listed = await read(
      plant.plant.api,
      plant.plant.accessKey,
      '{ vcenters { nodes { name } } recoveryPoints { nodes { id virtualMachine { name vcenter { removedAt viewerCanRemove } } } } }',
    );
    expect(listed.vcenters.nodes).toEqual([{ name: 'the other' }]);
    expect(listed.recoveryPoints.nodes).toContainEqual({
      id: encodeId('RecoveryPoint', point.id),
      virtualMachine: { name: 'one-01', vcenter: { removedAt: expect.any(String), viewerCanRemove: false } },
    });
    expect(await run('refreshInventory', { vcenterId })).toMatchObject({ code: 'NOT_FOUND' });
    const recoveryPointId = encodeId('RecoveryPoint', point.id);
    expect(await run('startRestore', { recoveryPointId })).toMatchObject({ code: 'VCENTER_REMOVED' });
    const elsewhere = await run('startRestore', {
      recoveryPointId,
      vcenterId: otherId,
      vmName: 'moved',
    });
    expect(elsewhere.code).toBeUndefined();
    await completed(decodeId(elsewhere.job.id, 'RestoreJob', []));
    const contents = new SandboxControl(other.controlUrl).sha256({ vm: 'moved' });
    expect([await contents]).toEqual(await plant.hashes('one-01'));

    users.setPassword(username, password);
    const { vcenter: again } = await run('addVCenter', {
      gatewayId: encodeId('Gateway', plant.gatewayId),
      address: plant.sandbox.vcenterAddress,
      username,
      password,
      certificateFingerprint: removed.vcenter.trustedFingerprint,
    });
    expect(again).toMatchObject({ id: vcenterId, status: 'CONNECTED', removedAt: null });
    await plant.refresh();
    const { point: next } = await plant.backup('one-01');
    expect(next).toMatchObject({ kind: 'INCREMENTAL', parent_id: point.id });
  });
});
