import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { retryingStorage } from '../../drivers/retrying-storage.ts';
import { createOssStorageDriver } from '../../drivers/storage/oss/driver.ts';
import { sandboxTarget } from '../../drivers/storage/oss/testing/sandbox-target.ts';
import { KEYRING_KEY, openKeyring } from '../../repository/keys/keyring.ts';
import { parseRecoveryKey } from '../../repository/keys/recovery-key.ts';
import { parseVaultKeys } from '../../repository/keys/vault-keys.ts';
import { onDatabases } from '../../tests/support/on-databases.ts';
import { createTenant, createViewer } from '../../tests/support/viewers.ts';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '../errors.ts';
import type { Viewer } from '../viewer.ts';
import { type CreateVaultInput, createVault } from './create-vault.ts';
import { listVaults, vaultsByIds } from './vaults.ts';

onDatabases('vaults', (suite) => {
  let admin: Viewer;
  beforeAll(async () => {
    admin = await createViewer(suite.control);
  });

  it('are made with keys, a keyring in the storage, and a recovery key that opens it', async () => {
    const { vault, recoveryKey } = await createVault(suite.control, admin, { name: 'first', regionId: 'sandbox-1' });
    expect(vault).toMatchObject({
      name: 'first',
      status: 'ACTIVE',
      redundancy_type: 'LRS',
      storage_driver: 'file',
      location: { bucket: suite.control.storageRoot, prefix: `vaults/${vault.id}/`, region: 'sandbox-1' },
      created_by: admin.accessKeyId,
    });
    expect(vault).not.toHaveProperty('keys_sealed');
    await using store = suite.control.storage.driver.open({
      location: vault.location,
      credentials: async () => ({ access: 'read', expiresAt: null, values: {} }),
    });
    const keyring = await store.get(KEYRING_KEY, undefined, new AbortController().signal);
    const opened = openKeyring(keyring, parseRecoveryKey(recoveryKey ?? ''));
    const { keys_sealed: sealed } = await suite.control.db
      .selectFrom('vault')
      .select('keys_sealed')
      .where('id', '=', vault.id)
      .executeTakeFirstOrThrow();
    const place = { table: 'vault', column: 'keys_sealed', id: vault.id };
    expect(parseVaultKeys(suite.control.vault.open(sealed, place))).toEqual(opened);
    expect(opened.vaultId).toBe(vault.id);
  });

  it('get a random name, and no more redundancy than a directory has', async () => {
    const { vault } = await createVault(suite.control, admin, { regionId: 'cn-hangzhou' });
    const noZones = { redundancy_type: 'LRS', redundancy_reason: 'STORAGE_WITHOUT_ZONES' };
    expect(vault).toMatchObject({ ...noZones, name: expect.stringMatching(/^[a-z]+-[a-z]+-\d{4}$/) });
  });

  it.each([
    ['was made for vaults', { bucket: 'made-<region>' }, undefined, 'ZRS', 'ZONE_REDUNDANT', 'STANDARD', []],
    ['was there with less than the region has', {}, undefined, 'LRS', 'BUCKET_IN_ONE_ZONE', 'STANDARD', ['oneZone']],
    ['does not tell', {}, 'oss:GetBucketInfo', 'LRS', 'STORAGE_DID_NOT_TELL', 'UNKNOWN', ['unknown']],
  ] as const)(
    'are recorded with the redundancy and storage class of a bucket that %s',
    async (_how, more, denied, redundancy, reason, storageClass, told) => {
      const allow = { Effect: 'Allow', Resource: '*' } as const;
      const everything = { ...allow, Action: ['oss:*', 'sts:AssumeRole'] };
      const policy = {
        Version: '1' as const,
        Statement: denied ? [everything, { ...allow, Effect: 'Deny' as const, Action: denied }] : [everything],
      };
      await using stack = new AsyncDisposableStack();
      const { settings, close } = await sandboxTarget('http', { users: [{ identityType: 'RAMUser', policy }] });
      stack.defer(close);
      const driver = retryingStorage(createOssStorageDriver(), suite.control);
      const warned: string[] = [];
      const warn = (_fields: object, message: string) => {
        warned.push(message.includes('does not tell') ? 'unknown' : 'oneZone');
      };
      const control = {
        ...suite.control,
        logger: { ...suite.control.logger, warn },
        storage: { driver, target: driver.parseTarget({ ...settings, ...more }) },
      };
      const { vault } = await createVault(control, admin, { regionId: 'cn-hangzhou' });
      expect(vault).toMatchObject({
        redundancy_type: redundancy,
        redundancy_reason: reason,
        storage_class: storageClass,
      });
      expect(warned).toEqual(told);
    },
  );

  it('are replayed without the recovery key and without a second prefix', async () => {
    const input = { name: 'again', regionId: 'sandbox-1', idempotencyKey: 'again' };
    const first = await createVault(suite.control, admin, input);
    const prefixes = await readdir(join(suite.control.storageRoot, 'vaults'));
    expect(await createVault(suite.control, admin, input)).toEqual({ vault: first.vault, recoveryKey: null });
    expect(await readdir(join(suite.control.storageRoot, 'vaults'))).toEqual(prefixes);
  });

  it('have one name in a region and resource group', async () => {
    await createVault(suite.control, admin, { name: 'taken', regionId: 'sandbox-1' });
    const again = createVault(suite.control, admin, { name: ' taken ', regionId: 'sandbox-1' });
    await expect(again).rejects.toBeInstanceOf(ConflictError);
    await expect(again).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await createVault(suite.control, admin, { name: 'taken', regionId: 'cn-beijing' });
  });

  it('are seen only in their resource group', async () => {
    const one = await createTenant(suite.control, admin, 'one');
    const two = await createTenant(suite.control, admin, 'two');
    const { vault } = await createVault(suite.control, one.viewer, { name: 'mine', regionId: 'sandbox-1' });
    expect(vault.resource_group_id).toBe(one.resourceGroupId);
    expect(await vaultsByIds(suite.control, one.viewer, [vault.id, 'nonsense', admin.accessKeyId])).toEqual([
      vault,
      undefined,
      undefined,
    ]);
    expect(await vaultsByIds(suite.control, two.viewer, [vault.id])).toEqual([undefined]);
    expect(await listVaults(suite.control, two.viewer, {})).toMatchObject({ rows: [], totalCount: 0 });
    expect(await listVaults(suite.control, one.viewer, {})).toMatchObject({ rows: [vault], totalCount: 1 });
    const filter = { resourceGroupId: one.resourceGroupId };
    expect(await listVaults(suite.control, two.viewer, { filter })).toMatchObject({ rows: [], totalCount: 0 });
    const foreign = createVault(suite.control, two.viewer, {
      regionId: 'sandbox-1',
      resourceGroupId: one.resourceGroupId,
    });
    await expect(foreign).rejects.toBeInstanceOf(NotFoundError);
  });

  it('need scopes', async () => {
    const reader = await createViewer(suite.control, { scopes: ['vault:read'] });
    await expect(createVault(suite.control, reader, { regionId: 'sandbox-1' })).rejects.toBeInstanceOf(ForbiddenError);
    const writer = await createViewer(suite.control, { scopes: ['vault:write'] });
    await expect(listVaults(suite.control, writer, {})).rejects.toBeInstanceOf(ForbiddenError);
    const { vault } = await createVault(suite.control, writer, { regionId: 'sandbox-1' });
    await expect(vaultsByIds(suite.control, writer, [vault.id])).rejects.toBeInstanceOf(ForbiddenError);
  });

  it('are filtered and ordered', async () => {
    const { viewer, resourceGroupId } = await createTenant(suite.control, admin, 'lists');
    for (const [name, regionId] of [
      ['b', 'sandbox-1'],
      ['a', 'cn-beijing'],
      ['Ä', 'cn-beijing'],
    ] as const)
      await createVault(suite.control, viewer, { name, regionId });
    // As object storage would have it there; the suite's directory has no zones.
    await suite.control.db
      .updateTable('vault')
      .set({ redundancy_type: 'ZRS' })
      .where('resource_group_id', '=', resourceGroupId)
      .where('region_id', '=', 'cn-beijing')
      .execute();
    const names = async (page: Parameters<typeof listVaults>[2]) =>
      (await listVaults(suite.control, viewer, page)).rows.map((vault) => vault.name);
    expect(await names({ orderBy: 'NAME_ASC' })).toEqual(['a', 'b', 'Ä']);
    expect(await names({})).toEqual(['Ä', 'a', 'b']);
    expect(await names({ orderBy: 'CREATED_AT_ASC', filter: { regionId: 'cn-beijing' } })).toEqual(['a', 'Ä']);
    expect(await names({ filter: { redundancyType: 'LRS' } })).toEqual(['b']);
    expect(await names({ filter: { statuses: ['ERROR', 'DELETING'] } })).toEqual([]);
    expect(await names({ filter: { statuses: [] } })).toEqual([]);
  });

  it.each([
    [{ name: '' }, 'name', 'TOO_SMALL'],
    [{ name: '   ' }, 'name', 'TOO_SMALL'],
    [{ name: '😀'.repeat(65) }, 'name', 'TOO_BIG'],
    [{ name: 'a\u0000b' }, 'name', 'INVALID_FORMAT'],
    [{ regionId: 'cn-nowhere' }, 'regionId', 'UNKNOWN_REGION'],
    [{ idempotencyKey: 'x'.repeat(129) }, 'idempotencyKey', 'TOO_BIG'],
  ] satisfies [Partial<CreateVaultInput>, string, string][])('refuse %j', async (wrong, field, code) => {
    const creating = createVault(suite.control, admin, { regionId: 'sandbox-1', ...wrong });
    await expect(creating).rejects.toBeInstanceOf(InvalidInputError);
    await expect(creating).rejects.toMatchObject({ issues: [{ path: [field], code, message: expect.any(String) }] });
  });

  it('count characters, not code units', async () => {
    const { vault } = await createVault(suite.control, admin, { name: '😀'.repeat(64), regionId: 'sandbox-1' });
    expect(vault.name).toBe('😀'.repeat(64));
  });
});
