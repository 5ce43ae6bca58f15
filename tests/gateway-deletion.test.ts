import { expect, it } from 'vitest';
import { completeAttempt } from '../control/attempts/complete.ts';
import { replaceGatewayAccessKey } from '../control/gateways/replace-gateway-access-key.ts';
import { startBackup } from '../control/jobs/start-backup.ts';
import { startRestore } from '../control/jobs/start-restore.ts';
import { readMetrics } from '../control/metrics/read-metrics.ts';
import { testVCenter } from '../control/vcenters/test-vcenter.ts';
import { encodeId } from '../schema/global-id.ts';
import { bearerOf, claim, claimOne } from './support/control-scene.ts';
import { deletionScene, impact } from './support/deletion-scene.ts';
import { onApi } from './support/on-api.ts';
import { ask, newKey } from './support/public-api.ts';

onApi('deletion of gateways', (suite) => {
  const on = deletionScene(suite);
  const { run, gatewayRow, deleteGateway, sweep, keysOf, backup, eventsOf, otherGateway } = on;

  it('of a gateway leaves its recovery points, and everything that names it says so', async () => {
    const { gatewayId } = on.scene.gateway;
    const point = await backup();
    const bearer = await bearerOf(suite.control, gatewayId, on.scene.gateway.keys);
    const asked = '{ gateway { id } }';
    const deleted = await deleteGateway({ confirmName: on.gatewayName });
    expect(deleted).toMatchObject({
      gatewayId: encodeId('Gateway', gatewayId),
      gateway: null,
      deletesBackupData: false,
      impact: { recoveryPoints: 1, virtualMachinesLosingAll: 1, storedBytes: 300, logicalBytes: 1_024, openJobs: 0 },
    });
    const told = await suite.read(
      `query ($point: ID!, $job: ID!, $gateway: ID!) { recoveryPoint(id: $point) { status gateway { id } vault { id } }
        job(id: $job) { gateway { id } attempts { gateway { id } } } node(id: $gateway) { id }
        gateways(first: 100) { nodes { id } } vcenters(first: 100) { nodes { id gateways { id } } } }`,
      { point: point.gid, job: encodeId('BackupJob', point.jobId), gateway: encodeId('Gateway', gatewayId) },
    );
    expect(told).toMatchObject({
      recoveryPoint: { status: 'AVAILABLE', gateway: null, vault: { id: encodeId('Vault', on.scene.vaultId) } },
      job: { gateway: null, attempts: [{ gateway: null }] },
      node: null,
    });
    expect(JSON.stringify(told)).not.toContain(encodeId('Gateway', gatewayId));
    expect(told.vcenters.nodes).toContainEqual({ id: encodeId('VCenter', on.scene.vcenterId), gateways: [] });
    expect(
      await ask(suite.api, suite.key, `query ($id: ID!) ${asked.replace('gateway', 'gateway(id: $id)')}`, {
        id: encodeId('Gateway', gatewayId),
      }),
    ).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    expect(await eventsOf(gatewayId)).toContain('GATEWAY_DELETED');
    // The name is free again, and nobody speaks for the old one any more.
    const again = {
      vaultId: encodeId('Vault', on.scene.vaultId),
      name: on.gatewayName,
      platform: 'ACVS',
      networkType: 'INTERNET',
    };
    expect(await run('createGateway', again)).toMatchObject({ gateway: { id: expect.any(String) } });
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ instanceId: on.scene.gateway.instanceId, freeSlots: 1, running: [] });
    const refused = await fetch(`${suite.api.url}/gateway/v1/claim`, { method: 'POST', headers, body });
    expect([refused.status, await refused.json()]).toMatchObject([
      410,
      { error: { code: 'GATEWAY_DELETED', retryable: false } },
    ]);
    await expect(bearerOf(suite.control, gatewayId, on.scene.gateway.keys)).rejects.toMatchObject({
      code: 'GATEWAY_DELETED',
    });
    expect(await deleteGateway()).toMatchObject({ code: 'NOT_FOUND' });
    const { control } = suite;
    const { viewer } = on.scene;
    expect((await readMetrics(control, viewer)).gateways.map(({ status }) => status)).not.toContain('DELETING');
    const filter = { gatewayId: encodeId('Gateway', gatewayId) };
    const counted = 'query ($filter: VaultFilter) { vaults(filter: $filter) { totalCount } }';
    expect(await suite.read(counted, { filter })).toEqual({ vaults: { totalCount: 0 } });
    const secret = 'x'.repeat(30);
    await expect(
      replaceGatewayAccessKey(control, viewer, { gatewayId, accessKeyId: 'id', accessKeySecret: secret }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const connection = { address: 'vcenter.example', username: 'u', password: 'p' };
    await expect(testVCenter(control, viewer, { gatewayId, connection })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // Through another gateway of the vault, chosen by itself, the data comes back.
    await expect(startRestore(suite.control, on.scene.viewer, { recoveryPointId: point.id })).rejects.toMatchObject({
      code: 'GATEWAY_NOT_ACTIVATED',
    });
    const other = await otherGateway();
    await startRestore(suite.control, on.scene.viewer, { recoveryPointId: point.id });
    expect(await claimOne(suite.control, other)).toMatchObject({
      kind: 'RESTORE',
      recoveryPoint: { recoveryPointId: point.id },
    });
  });

  it('of a gateway is refused while jobs are open and lists them; cancelled, it goes when the last has ended', async () => {
    const { control } = suite;
    const { gatewayId } = on.scene.gateway;
    const running = await startBackup(control, on.scene.viewer, { virtualMachineId: on.scene.virtualMachineIds[0] });
    const work = await claimOne(control, on.scene.gateway);
    const waiting = await startBackup(control, on.scene.viewer, { virtualMachineId: on.scene.virtualMachineIds[1] });
    const jobs = [running, waiting].map((id) => ({ id: encodeId('BackupJob', id) }));
    expect(await deleteGateway()).toMatchObject({
      __typename: 'GatewayHasJobsError',
      code: 'GATEWAY_HAS_JOBS',
      jobs,
      totalCount: 2,
    });
    const document = `query ($id: ID!) { deletionImpact(gatewayId: $id) { ${impact} } }`;
    const { deletionImpact } = await suite.read(document, { id: encodeId('Gateway', gatewayId) });
    expect(deletionImpact).toMatchObject({ recoveryPoints: 0, openJobs: 2, jobs });
    expect((await gatewayRow(gatewayId)).status).toBe('ACTIVATED');

    const key = await newKey(control, { scopes: ['gateway:write'] });
    expect(await deleteGateway({ cancelRunningJobs: true }, key)).toMatchObject({ requiredScope: 'job:write' });
    const input = { cancelRunningJobs: true, idempotencyKey: 'go' };
    const begun = await deleteGateway(input);
    expect(begun).toMatchObject({ gateway: { status: 'DELETING' }, impact: { openJobs: 2 } });
    const statusOf = async (id: string) =>
      (await control.db.selectFrom('job').select('status').where('id', '=', id).executeTakeFirstOrThrow()).status;
    expect([await statusOf(running), await statusOf(waiting)]).toEqual(['CANCELING', 'CANCELED']);
    // No work, but what runs can still tell how it ends.
    expect(await claim(control, on.scene.gateway, [work.attemptId])).toMatchObject({ work: [], lost: [] });
    await expect(
      startBackup(control, on.scene.viewer, { virtualMachineId: on.scene.virtualMachineIds[2] }),
    ).rejects.toMatchObject({ code: 'GATEWAY_NOT_ACTIVATED' });
    await sweep();
    expect((await gatewayRow(gatewayId)).deleted_at).toBeNull();
    expect(await deleteGateway(input)).toEqual(begun);
    expect(await deleteGateway()).toMatchObject({ code: 'GATEWAY_DELETING' });
    const outcome = { status: 'CANCELED' as const, findings: [] };
    await completeAttempt(control, { gatewayId }, work.attemptId, { fence: work.fence, outcome });
    await sweep();
    expect((await gatewayRow(gatewayId)).deleted_at).not.toBeNull();
    expect(await deleteGateway(input)).toMatchObject({ gateway: null, impact: begun.impact });
    expect((await eventsOf(gatewayId)).filter((type) => type === 'GATEWAY_DELETED')).toHaveLength(1);
  });

  it('of a silent gateway ends with the lease, and its clean-up goes to another one', async () => {
    const { control } = suite;
    const running = await startBackup(control, on.scene.viewer, { virtualMachineId: on.scene.virtualMachineIds[0] });
    await claimOne(control, on.scene.gateway);
    const other = await otherGateway();
    await deleteGateway({ cancelRunningJobs: true });
    await control.db
      .updateTable('job_attempt')
      .set({ lease_until: new Date(0) })
      .where('job_id', '=', running)
      .execute();
    await sweep();
    await sweep();
    expect((await gatewayRow(on.scene.gateway.gatewayId)).deleted_at).not.toBeNull();
    expect(await claimOne(control, other)).toMatchObject({ kind: 'CLEANUP', ofJobId: running });
  });

  it('of backup data needs the name, the scope and the resource group, and takes nothing else with it', async () => {
    const { control } = suite;
    const { gatewayId } = on.scene.gateway;
    const [mine, alsoMine] = [await backup(0), await backup(1)];
    const other = await otherGateway();
    const theirs = await backup(0, other);
    const data = { deleteBackupData: true };
    const issue = (code: string) => ({ issues: [{ path: ['confirmName'], code }] });
    expect(await deleteGateway(data)).toMatchObject(issue('REQUIRED'));
    for (const typed of [` ${on.gatewayName}`, on.gatewayName.toUpperCase(), '', `${on.gatewayName} `])
      expect(await deleteGateway({ ...data, confirmName: typed }), typed).toMatchObject(issue('NAME_MISMATCH'));
    expect(await deleteGateway({ confirmName: 'another' })).toMatchObject(issue('NAME_MISMATCH'));
    const confirmed = { ...data, confirmName: on.gatewayName };
    const weak = await newKey(control, { scopes: ['gateway:write', 'job:write'] });
    expect(await deleteGateway(confirmed, weak)).toMatchObject({ requiredScope: 'recoveryPoint:delete' });
    const stranger = await newKey(control, { resourceGroups: [control.ids.uuid()] });
    expect(await deleteGateway(confirmed, stranger)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await deleteGateway({ ...confirmed, expectedVersion: 99 })).toMatchObject({ code: 'VERSION_CONFLICT' });
    // A restore of it through another gateway stands in the way as well.
    const restore = await startRestore(control, on.scene.viewer, {
      recoveryPointId: mine.id,
      gatewayId: other.gatewayId,
    });
    expect(await deleteGateway(confirmed)).toMatchObject({
      jobs: [{ id: encodeId('RestoreJob', restore) }],
      totalCount: 1,
    });
    await sweep();
    expect(await keysOf(on.scene.vaultId)).toHaveLength(10);

    const begun = await deleteGateway({ ...confirmed, cancelRunningJobs: true });
    expect(begun).toMatchObject({
      gateway: null,
      deletesBackupData: true,
      impact: {
        recoveryPoints: 2,
        virtualMachines: 2,
        virtualMachinesLosingAll: 1,
        storedBytes: 600,
        byVirtualMachine: [
          { virtualMachine: { name: 'vm 2' }, otherRecoveryPoints: 0 },
          { virtualMachine: { name: 'vm 1' }, otherRecoveryPoints: 1 },
        ],
      },
    });
    const listed = `query ($vault: ID!) { recoveryPoints(filter: { vaultId: $vault, statuses: [DELETING] }) { totalCount } }`;
    const vault = encodeId('Vault', on.scene.vaultId);
    expect(await suite.read(listed, { vault })).toEqual({ recoveryPoints: { totalCount: 2 } });
    await expect(startRestore(control, on.scene.viewer, { recoveryPointId: mine.id })).rejects.toMatchObject({
      code: 'RECOVERY_POINT_NOT_AVAILABLE',
    });
    expect((await sweep()).recoveryPoints).toBe(2);
    expect((await sweep()).recoveryPoints).toBe(0);
    // Gone are two objects of each; packs are shared, and stay until they are collected.
    const packs = [mine, alsoMine, theirs].map(({ jobId }) => `packs/ab/${jobId}`);
    expect(await keysOf(on.scene.vaultId)).toEqual(
      [`commits/${theirs.name}`, `manifests/${theirs.name}`, 'keyring', ...packs].sort(),
    );
    for (const { id } of [mine, alsoMine]) expect((await eventsOf(id)).at(-1)).toBe('RECOVERY_POINT_DELETED');
    const gone = await suite.read(
      'query ($id: ID!, $job: ID!) { node(id: $id) { id } job(id: $job) { ... on BackupJob { recoveryPoint { id } } } }',
      {
        id: mine.gid,
        job: encodeId('BackupJob', mine.jobId),
      },
    );
    expect(gone).toEqual({ node: null, job: { recoveryPoint: null } });
    await startRestore(control, on.scene.viewer, { recoveryPointId: theirs.id });
    expect(await claimOne(control, other)).toMatchObject({ kind: 'RESTORE' });
    expect(gatewayId).not.toBe(other.gatewayId);
  });
});
