import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FaultPlan } from '../base/fault-plan.ts';
import { answerLostOnce, errorOnce } from '../base/faults.ts';
import { openVaultSession } from '../control/attempts/vault-session.ts';
import type { ControlContext } from '../control/context.ts';
import { deletionSweeper } from '../control/deletion/deletion-sweeper.ts';
import { startBackup } from '../control/jobs/start-backup.ts';
import { startRestore } from '../control/jobs/start-restore.ts';
import type { Scope } from '../control/scopes.ts';
import { createVault } from '../control/vaults/create-vault.ts';
import { faultyStorage } from '../drivers/faulty-storage.ts';
import type { StorageDriver } from '../drivers/storage/contract.ts';
import { createOssStorageDriver } from '../drivers/storage/oss/driver.ts';
import { sandboxTarget } from '../drivers/storage/oss/testing/sandbox-target.ts';
import { encodeId } from '../schema/global-id.ts';
import { claimOne, createActivatedGateway, finishBackup } from './support/control-scene.ts';
import { deletionScene, never } from './support/deletion-scene.ts';
import { onApi } from './support/on-api.ts';
import { ask, newKey, read } from './support/public-api.ts';

onApi('deletion of recovery points and vaults', (suite) => {
  const on = deletionScene(suite);
  const { run, deleteGateway, sweep, keysOf, backup, eventsOf } = on;

  it('of recovery points is all or nothing, leaves the last one, and waits for whoever reads it', async () => {
    const { control } = suite;
    const [first, second] = [await backup(), await backup()];
    const remove = (ids: readonly string[], more: object = {}, key?: string) =>
      run('deleteRecoveryPoints', { recoveryPointIds: ids, ...more }, key);
    const unknown = encodeId('RecoveryPoint', control.ids.uuid());
    expect(await remove([first.gid, unknown])).toMatchObject({ code: 'NOT_FOUND' });
    expect(await remove([first.gid, second.gid])).toMatchObject({ code: 'LAST_RECOVERY_POINT' });
    expect(await remove([])).toMatchObject({ code: 'INVALID_INPUT' });
    const all: readonly Scope[] = ['recoveryPoint:read', 'gateway:write', 'vault:write'];
    const weak = await newKey(control, { scopes: all });
    expect(await remove([first.gid], {}, weak)).toMatchObject({ requiredScope: 'recoveryPoint:delete' });
    const restore = await startRestore(control, on.scene.viewer, { recoveryPointId: first.id });
    expect(await remove([first.gid])).toMatchObject({ code: 'RECOVERY_POINT_IN_USE', retryable: true });
    await control.db.updateTable('job').set({ status: 'CANCELED' }).where('id', '=', restore).execute();

    // A backup that builds on it has pinned it: it goes when that has ended.
    await startBackup(control, on.scene.viewer, { virtualMachineId: on.scene.virtualMachineIds[0] });
    const work = await claimOne(control, on.scene.gateway);
    const principal = { gatewayId: on.scene.gateway.gatewayId };
    await openVaultSession(control, principal, work.attemptId, { fence: work.fence, pins: [second.id] });
    const input = { idempotencyKey: 'twice' };
    const removed = await remove([second.gid], input);
    expect(removed.recoveryPoints).toEqual([{ id: second.gid, status: 'DELETING' }]);
    await sweep();
    expect(await keysOf(on.scene.vaultId)).toContain(`manifests/${second.name}`);
    let opened = 0;
    const { driver, target } = control.storage;
    const open: StorageDriver['open'] = (options) => {
      opened += 1;
      return driver.open(options);
    };
    await deletionSweeper({ ...control, storage: { driver: { ...driver, open }, target } }).runOnce(never);
    expect(opened, 'whoever waits for a job leaves the storage alone').toBe(0);
    await expect(
      openVaultSession(control, principal, work.attemptId, { fence: work.fence, pins: [second.id] }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const own = await finishBackup(control, on.scene.gateway, work);
    await sweep();
    expect(await keysOf(on.scene.vaultId)).not.toContain(`manifests/${second.name}`);
    expect(await remove([second.gid], input)).toMatchObject({ recoveryPointIds: [second.gid], recoveryPoints: [] });
    expect(await remove([second.gid])).toMatchObject({ code: 'NOT_FOUND' });
    expect(await remove([first.gid, encodeId('RecoveryPoint', own)], { deleteLast: true })).toMatchObject({
      recoveryPointIds: expect.any(Array),
    });
  });

  it('of the last one is refused as well while the others are about to go with a gateway or a vault', async () => {
    const { control } = suite;
    const { viewer, accessKey, vcenterId, virtualMachineIds, gateway } = on.scene;
    const { vault } = await createVault(control, viewer, { regionId: 'sandbox-1' });
    const far = await createActivatedGateway(control, viewer, accessKey, vault.id);
    await control.db
      .insertInto('vcenter_gateway')
      .values({ vcenter_id: vcenterId, gateway_id: far.gatewayId })
      .execute();
    const [last, inVault, ofGateway] = [await backup(), await backup(0, far), await backup(0, await on.otherGateway())];
    const { gateway_id: near } = await control.db
      .selectFrom('recovery_point')
      .select('gateway_id')
      .where('id', '=', ofGateway.id)
      .executeTakeFirstOrThrow();
    // Both are held up by a job that runs, so their recovery points are AVAILABLE still.
    const busy = async (virtualMachineId: string, gatewayId: string) => {
      await startBackup(control, viewer, { virtualMachineId, gatewayId });
      const { instance_id: instanceId } = await on.gatewayRow(gatewayId);
      await claimOne(control, { ...far, gatewayId, instanceId: instanceId ?? '' });
    };
    await busy(virtualMachineIds[1], far.gatewayId);
    await busy(virtualMachineIds[2], near);
    const losing = async () => {
      const told = await suite.read(
        'query ($id: ID!) { deletionImpact(gatewayId: $id, deleteBackupData: true) { virtualMachinesLosingAll byVirtualMachine { otherRecoveryPoints } } }',
        { id: encodeId('Gateway', gateway.gatewayId) },
      );
      const { virtualMachinesLosingAll: all, byVirtualMachine } = told.deletionImpact;
      return [all, byVirtualMachine[0].otherRecoveryPoints];
    };
    expect(await losing()).toEqual([0, 2]);
    const cancelRunningJobs = true;
    const vaultId = encodeId('Vault', vault.id);
    expect(await run('deleteVault', { vaultId, confirmName: vault.name, cancelRunningJobs })).toMatchObject({
      vault: { status: 'DELETING' },
    });
    expect(await losing()).toEqual([0, 1]);
    const { name: confirmName } = await on.gatewayRow(near);
    const data = { deleteBackupData: true, confirmName, cancelRunningJobs };
    expect(await deleteGateway({ gatewayId: encodeId('Gateway', near), ...data })).toMatchObject({
      gateway: { status: 'DELETING' },
    });
    expect(await losing()).toEqual([1, 0]);
    const protection = 'query ($id: ID!) { virtualMachine(id: $id) { protection { recoveryPointCount } } }';
    expect(await suite.read(protection, { id: encodeId('VirtualMachine', virtualMachineIds[0]) })).toEqual({
      virtualMachine: { protection: { recoveryPointCount: 1 } },
    });
    for (const { id } of [inVault, ofGateway])
      await expect(startRestore(control, viewer, { recoveryPointId: id })).rejects.toMatchObject({
        code: 'RECOVERY_POINT_NOT_AVAILABLE',
      });
    expect(await run('deleteRecoveryPoints', { recoveryPointIds: [last.gid] })).toMatchObject({
      code: 'LAST_RECOVERY_POINT',
    });
    await control.db
      .updateTable('job_attempt')
      .set({ lease_until: new Date(0) })
      .where('gateway_id', 'in', [far.gatewayId, near])
      .execute();
    await sweep();
    expect(await keysOf(on.scene.vaultId)).toContain(`manifests/${last.name}`);
  });

  it('goes on after every way of being cut off, and never takes a missing mount for an empty one', async () => {
    const point = await backup();
    await deleteGateway({ deleteBackupData: true, confirmName: on.gatewayName });
    const { control } = suite;
    const faults = new FaultPlan([
      errorOnce('storage.head', 'UNREACHABLE'),
      errorOnce('storage.delete', 'THROTTLED'),
      answerLostOnce('storage.delete'),
    ]);
    const { driver, target } = control.storage;
    const storage = { driver: faultyStorage(driver, { faults, clock: control.clock }), target };
    const troubled: ControlContext = { ...control, storage };
    const turn = () => deletionSweeper(troubled).runOnce(never);
    expect([await turn(), await turn(), await turn()]).toEqual(
      Array.from({ length: 3 }, () => ({ recoveryPoints: 0, vaults: 0 })),
    );
    expect(faults.list()).toEqual([]);
    // The commit went and its answer was lost: without one the manifest is no recovery point.
    expect(await keysOf(on.scene.vaultId)).toEqual(expect.not.arrayContaining([`commits/${point.name}`]));
    expect(await keysOf(on.scene.vaultId)).toContain(`manifests/${point.name}`);
    const place = join(control.storageRoot, 'vaults', on.scene.vaultId);
    await rename(place, `${place}-away`);
    expect((await turn()).recoveryPoints).toBe(0);
    expect(await eventsOf(point.id)).not.toContain('RECOVERY_POINT_DELETED');
    await rename(`${place}-away`, place);
    const [here, there] = await Promise.all([turn(), deletionSweeper(control).runOnce(never)]);
    expect(here.recoveryPoints + there.recoveryPoints).toBeGreaterThanOrEqual(1);
    expect((await eventsOf(point.id)).filter((type) => type === 'RECOVERY_POINT_DELETED')).toHaveLength(1);
  });

  it('waits when the mount goes away in the middle', async () => {
    const { control } = suite;
    const point = await backup();
    const { name } = await control.db
      .selectFrom('vault')
      .select('name')
      .where('id', '=', on.scene.vaultId)
      .executeTakeFirstOrThrow();
    await run('deleteVault', { vaultId: encodeId('Vault', on.scene.vaultId), confirmName: name });
    const place = join(control.storageRoot, 'vaults', on.scene.vaultId);
    const { driver, target } = control.storage;
    const away = () => rename(place, `${place}-away`).catch(() => undefined);
    /** Gone after the first look and before the `what` that follows. */
    const goneBefore = (what: 'delete' | 'list'): StorageDriver => ({
      ...driver,
      open(options) {
        const store = driver.open(options);
        const inner = { delete: store.delete.bind(store), list: store.list.bind(store) };
        store.delete = async (keys, signal) => {
          if (what === 'delete') await away();
          return inner.delete(keys, signal);
        };
        store.list = async function* (range, signal) {
          if (what === 'list') await away();
          yield* inner.list(range, signal);
        };
        return store;
      },
    });
    const turnGone = async (what: 'delete' | 'list') => {
      await deletionSweeper({ ...control, storage: { driver: goneBefore(what), target } }).runOnce(never);
      await rename(`${place}-away`, place);
    };
    const problem = async () => {
      const row = control.db.selectFrom('vault').select('deletion').where('id', '=', on.scene.vaultId);
      return (await row.executeTakeFirstOrThrow()).deletion?.problem;
    };
    await turnGone('delete');
    expect(await eventsOf(point.id)).not.toContain('RECOVERY_POINT_DELETED');
    expect(await problem()).toMatchObject({ code: 'VAULT_MISSING' });
    // Somebody still reads in the vault: its recovery points go, and nothing is the matter any more.
    const session = { id: control.ids.uuid(), vault_id: on.scene.vaultId, pins: [], opened_at: new Date(0) };
    await control.db.insertInto('vault_session').values(session).execute();
    expect(await sweep()).toEqual({ recoveryPoints: 1, vaults: 0 });
    expect(await problem()).toBeNull();
    await control.db
      .updateTable('vault_session')
      .set({ ended_at: new Date(1) })
      .where('id', '=', session.id)
      .execute();
    await turnGone('list');
    expect(await eventsOf(on.scene.vaultId)).not.toContain('VAULT_DELETED');
    expect(await keysOf(on.scene.vaultId)).toContain('keyring');
    expect((await sweep()).vaults).toBe(1);
    expect(await keysOf(on.scene.vaultId)).toEqual([]);
  });

  // Once is enough: it is about the storage.
  const onceOnly = suite.kind === 'postgresql' ? it : undefined;
  onceOnly?.('of a vault in OSS takes many pages of objects and nothing beside them', async () => {
    await using stack = new AsyncDisposableStack();
    const { settings, close } = await sandboxTarget('http', { region: 'sandbox-1' });
    stack.defer(close);
    const driver = createOssStorageDriver();
    const target = driver.parseTarget(settings);
    const control: ControlContext = { ...suite.control, storage: { driver, target } };
    const { vault } = await createVault(control, on.scene.viewer, { regionId: 'sandbox-1' });
    const { vault: other } = await createVault(control, on.scene.viewer, { regionId: 'sandbox-1' });
    const storeAt = (prefix: string) => {
      const location = { ...vault.location, prefix };
      const credentials = (signal: AbortSignal) => driver.issueCredentials(target, location, 'maintain', signal);
      const endpoint = driver.ownEndpoint?.(target);
      return stack.use(driver.open({ location, credentials, ...(endpoint && { endpoint }) }));
    };
    const own = storeAt(vault.location.prefix);
    const beside = [storeAt(other.location.prefix), storeAt(`vaults/${vault.id}x/`), storeAt('vaults/')];
    for (const store of beside) await store.put('packs/kept', Buffer.from('kept'), never);
    const many = Array.from({ length: 1_010 }, (_, index) => `packs/${String(index).padStart(4, '0')}`);
    while (many.length > 0) await Promise.all(many.splice(0, 60).map((key) => own.put(key, Buffer.from(key), never)));
    await control.db
      .updateTable('vault')
      .set({ status: 'DELETING', deletion: JSON.stringify({ objectsDeleted: 0, problem: null }) })
      .where('id', '=', vault.id)
      .execute();
    expect(await deletionSweeper(control).runOnce(never)).toEqual({ recoveryPoints: 0, vaults: 1 });
    expect(await Array.fromAsync(own.list({ prefix: '' }, never))).toEqual([]);
    for (const store of beside) expect(await store.head('packs/kept', never)).toBeDefined();
    expect(await beside[0]?.head('keyring', never)).toBeDefined();
    const { deletion } = await control.db
      .selectFrom('vault')
      .select('deletion')
      .where('id', '=', vault.id)
      .executeTakeFirstOrThrow();
    expect(deletion?.objectsDeleted).toBe(1_010);
  });

  it('of a vault: empty at once, otherwise with its name, and then nothing is left of it', async () => {
    const { control } = suite;
    const { vault: row } = await suite.read('query ($id: ID!) { vault(id: $id) { name version } }', {
      id: encodeId('Vault', on.scene.vaultId),
    });
    const id = encodeId('Vault', on.scene.vaultId);
    const renamed = await run('updateVault', { vaultId: id, name: 'renamed', expectedVersion: row.version });
    expect(renamed.vault).toMatchObject({ name: 'renamed', version: row.version + 1 });
    expect(await run('updateVault', { vaultId: id, name: 'x', expectedVersion: 1 })).toMatchObject({
      __typename: 'VersionConflictError',
    });
    const point = await backup();
    const remove = (input: object, key?: string) => run('deleteVault', { vaultId: id, ...input }, key);
    expect(await remove({})).toMatchObject({ code: 'VAULT_NOT_EMPTY' });
    expect(await remove({ confirmName: row.name })).toMatchObject({ issues: [{ code: 'NAME_MISMATCH' }] });
    const weak = await newKey(control, { scopes: ['vault:read', 'vault:write', 'gateway:write'] });
    const can = async (key: string) =>
      (await read(suite.api, key, 'query ($id: ID!) { vault(id: $id) { viewerCanDelete } }', { id })).vault
        .viewerCanDelete;
    expect([await can(weak), await can(suite.key)]).toEqual([false, true]);
    expect(await remove({ confirmName: 'renamed' }, weak)).toMatchObject({ requiredScope: 'recoveryPoint:delete' });
    const open = await startBackup(control, on.scene.viewer, { virtualMachineId: on.scene.virtualMachineIds[1] });
    expect(await remove({ confirmName: 'renamed' })).toMatchObject({
      __typename: 'VaultHasJobsError',
      jobs: [{ id: encodeId('BackupJob', open) }],
    });
    const begun = await remove({ confirmName: 'renamed', cancelRunningJobs: true, idempotencyKey: 'v' });
    expect(begun).toMatchObject({
      vault: { status: 'DELETING' },
      impact: { recoveryPoints: 1, gateways: 1, openJobs: 1 },
    });
    expect(
      await run('createGateway', { vaultId: id, name: 'late', platform: 'ACVS', networkType: 'INTERNET' }),
    ).toMatchObject({ code: 'NOT_FOUND' });
    const place = join(control.storageRoot, 'vaults', on.scene.vaultId);
    await rename(place, `${place}-away`);
    await sweep();
    const told = 'query ($id: ID!) { vault(id: $id) { status deletion { recoveryPoints problem { code } } } }';
    expect(await suite.read(told, { id })).toEqual({
      vault: { status: 'DELETING', deletion: { recoveryPoints: 1, problem: { code: 'VAULT_MISSING' } } },
    });
    await rename(`${place}-away`, place);
    expect(await sweep()).toEqual({ recoveryPoints: 1, vaults: 1 });
    expect(await keysOf(on.scene.vaultId)).toEqual([]);
    expect((await eventsOf(on.scene.vaultId)).at(-1)).toBe('VAULT_DELETED');
    expect((await eventsOf(point.id)).at(-1)).toBe('RECOVERY_POINT_DELETED');
    expect(await remove({ confirmName: 'renamed', cancelRunningJobs: true, idempotencyKey: 'v' })).toMatchObject({
      vault: null,
      impact: begun.impact,
    });
    const { keys_sealed: keys } = await control.db
      .selectFrom('vault')
      .select('keys_sealed')
      .where('id', '=', on.scene.vaultId)
      .executeTakeFirstOrThrow();
    expect(keys).toHaveLength(0);
    // The name is free; an empty vault asks for nothing.
    const made = await run('createVault', { regionId: 'sandbox-1', name: 'renamed' });
    expect(await run('deleteVault', { vaultId: made.vault.id })).toMatchObject({ impact: { recoveryPoints: 0 } });
    expect((await sweep()).vaults).toBe(1);
  });

  it('of what is locked is refused', async () => {
    const point = await backup();
    await suite.control.db
      .updateTable('vault')
      .set({ worm_enabled: true })
      .where('id', '=', on.scene.vaultId)
      .execute();
    const locked = { code: 'VAULT_LOCKED' };
    const asked = 'query ($id: ID!) { recoveryPoint(id: $id) { viewerCanDelete vault { viewerCanDelete } } }';
    expect(await suite.read(asked, { id: point.gid })).toEqual({
      recoveryPoint: { viewerCanDelete: false, vault: { viewerCanDelete: false } },
    });
    expect(await deleteGateway({ deleteBackupData: true, confirmName: on.gatewayName })).toMatchObject(locked);
    const all = { recoveryPointIds: [point.gid], deleteLast: true };
    expect(await run('deleteRecoveryPoints', all)).toMatchObject(locked);
    const { name } = await suite.control.db
      .selectFrom('vault')
      .select('name')
      .where('id', '=', on.scene.vaultId)
      .executeTakeFirstOrThrow();
    const vaultId = encodeId('Vault', on.scene.vaultId);
    expect(await run('deleteVault', { vaultId, confirmName: name })).toMatchObject(locked);
  });

  it('is reflected in what a vault tells of its usage', async () => {
    await backup(0);
    await backup(0);
    const last = await backup(1);
    const fields =
      'usage { recoveryPoints virtualMachines logicalBytes storedBytes byVirtualMachine(first: 1) { virtualMachine { name } recoveryPoints storedBytes } byDay { date recoveryPoints storedBytes } }';
    const usage = async () =>
      (
        await suite.read(`query ($id: ID!) { vault(id: $id) { ${fields} } }`, {
          id: encodeId('Vault', on.scene.vaultId),
        })
      ).vault.usage;
    const today = { date: new Date(suite.control.clock.now()).toISOString().slice(0, 10), recoveryPoints: 3 };
    const before = await usage();
    expect(before).toMatchObject({
      recoveryPoints: 3,
      virtualMachines: 2,
      logicalBytes: 3 * 1_024,
      storedBytes: 900,
      byVirtualMachine: [{ virtualMachine: { name: 'vm 1' }, recoveryPoints: 2, storedBytes: 600 }],
    });
    expect(before.byDay).toHaveLength(30);
    expect(before.byDay.at(-1)).toEqual({ ...today, storedBytes: 900 });
    await run('deleteRecoveryPoints', { recoveryPointIds: [last.gid], deleteLast: true });
    const after = await usage();
    expect(after).toMatchObject({ recoveryPoints: 2, virtualMachines: 1, storedBytes: 600 });
    expect(after.byDay.at(-1)).toMatchObject(today);
    const wrong = 'query ($id: ID!) { vault(id: $id) { usage { byDay(from: "2020-01-01T00:00:00Z") { date } } } }';
    const { errors } = await ask(suite.api, suite.key, wrong, { id: encodeId('Vault', on.scene.vaultId) });
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
    const listed = await suite.read('{ vaults(first: 100) { nodes { id usage { recoveryPoints } } } }');
    expect(listed.vaults.nodes).toContainEqual({
      id: encodeId('Vault', on.scene.vaultId),
      usage: { recoveryPoints: 2 },
    });
  });
});
