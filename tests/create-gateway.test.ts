import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningApi } from '../api/start.ts';
import { DriverError } from '../base/errors.ts';
import type { ControlContext } from '../control/context.ts';
import { scopes } from '../control/scopes.ts';
import type { StorageDriver } from '../drivers/storage/contract.ts';
import { createOssStorageDriver } from '../drivers/storage/oss/driver.ts';
import { sandboxTarget } from '../drivers/storage/oss/testing/sandbox-target.ts';
import { KEYRING_KEY, openKeyring } from '../repository/keys/keyring.ts';
import { parseRecoveryKey } from '../repository/keys/recovery-key.ts';
import { encodeId, parseId } from '../schema/global-id.ts';
import { createTestControl, type TestControl } from './support/control.ts';
import { databases } from './support/databases.ts';
import { mutationDocuments } from './support/mutations.ts';
import { type Answer, newKey, openApi, read } from './support/public-api.ts';
import { createTenant, createViewer } from './support/viewers.ts';

const signal = new AbortController().signal;

describe('createGateway', () => {
  let stack: AsyncDisposableStack;
  let control: TestControl;
  let api: RunningApi;
  let key: string;
  let vaultId: string;
  let tenant: { readonly key: string; readonly resourceGroupId: string };
  let tenantVaultId: string;

  beforeAll(async () => {
    stack = new AsyncDisposableStack();
    const kind = databases().at(-1);
    if (!kind) throw new Error('no database');
    control = stack.use(await createTestControl({ database: stack.use(await kind.open()) }));
    api = stack.use(await openApi(control));
    key = await newKey(control);
    vaultId = (await run('createVault', { regionId: 'cn-shanghai', name: 'there' })).vault.id;
    const { resourceGroupId } = await createTenant(control, await createViewer(control), 'tenant');
    tenant = { resourceGroupId, key: await newKey(control, { resourceGroups: [resourceGroupId] }) };
    tenantVaultId = (await run('createVault', { regionId: 'cn-shanghai' }, tenant.key)).vault.id;
  });
  afterAll(() => stack.disposeAsync());

  const run = async (
    field: 'createVault' | 'createGateway' | 'issueGatewayCertificate',
    input: Record<string, unknown>,
    by = key,
    at: Pick<RunningApi, 'url'> = api,
  ): Promise<Answer['data']> => (await read(at, by, mutationDocuments[field], { input }))[field];
  const input = (changes: Record<string, unknown>) => ({
    name: 'gw',
    platform: 'ONPREM_VSPHERE',
    networkType: 'INTERNET',
    useHttps: true,
    ...changes,
  });
  const create = (changes: Record<string, unknown>, by?: string, at?: Pick<RunningApi, 'url'>) =>
    run('createGateway', input(changes), by, at);
  /** What storage holds of vaults, and the database of vaults and gateways. */
  const inventory = async () => {
    const count = async (table: 'vault' | 'gateway') =>
      Number(
        (
          await control.db
            .selectFrom(table)
            .select((eb) => eb.fn.countAll().as('n'))
            .executeTakeFirstOrThrow()
        ).n,
      );
    const files = await readdir(join(control.storageRoot, 'vaults'), { recursive: true, withFileTypes: true });
    const keyrings = files.filter((file) => file.isFile()).length;
    return { keyrings, vaults: await count('vault'), gateways: await count('gateway') };
  };
  /** The same installation with another storage, as long as `work` runs. */
  const withStorage = async <T>(
    storage: ControlContext['storage'],
    work: (api: RunningApi, control: ControlContext) => Promise<T>,
  ): Promise<T> => {
    const other = { ...control, storage };
    await using otherApi = await openApi(other);
    return await work(otherApi, other);
  };
  const withDriver = <T>(changes: Partial<StorageDriver>, work: (api: RunningApi) => Promise<T>) =>
    withStorage({ ...control.storage, driver: { ...control.storage.driver, ...changes } }, work);

  it('makes a gateway in a vault that is there, with its first certificate', async () => {
    const made = await create({ vaultId, name: 'in the region', networkType: 'VPC', vpcRegion: 'cn-shanghai' });
    expect(made).toMatchObject({
      gateway: { name: 'in the region', status: 'NOT_ACTIVATED', networkType: 'VPC', vault: { id: vaultId } },
      newVault: null,
      recoveryKey: null,
      certificateDownload: { fileName: expect.stringMatching(/^in-the-region-[0-9a-f]{8}\.holdfast-gateway$/) },
    });
    expect(made.gateway.latestCertificate).toEqual({ id: made.certificate.id });
  });

  it.each([
    ['cn-hangzhou', 'ZRS', 'ZONE_REDUNDANT'],
    ['cn-qingdao', 'LRS', 'REGION_WITHOUT_ZONES'],
  ])('makes a vault with it in %s: %s, and says why', async (regionId, redundancyType, redundancyReason) => {
    await using own = new AsyncDisposableStack();
    const { settings, close } = await sandboxTarget('http', { region: regionId });
    own.defer(close);
    const driver = createOssStorageDriver();
    const target = driver.parseTarget({ ...settings, bucket: 'made-<region>' });
    await withStorage({ driver, target }, async (at) => {
      const newVault = { regionId, resourceGroupId: encodeId('ResourceGroup', tenant.resourceGroupId) };
      const made = await create({ newVault, networkType: 'VPC', vpcRegion: regionId }, key, at);
      expect(made).toMatchObject({
        gateway: { vault: { id: made.newVault.id } },
        newVault: {
          name: expect.stringMatching(/^[a-z]+-[a-z]+-\d{4}$/),
          regionId,
          redundancyType,
          redundancyReason,
          resourceGroup: { id: newVault.resourceGroupId },
        },
        certificate: { id: expect.any(String) },
      });
      const { location } = await control.db
        .selectFrom('vault')
        .select('location')
        .where('id', '=', parseId(made.newVault.id).id)
        .executeTakeFirstOrThrow();
      await using store = driver.open({
        location,
        credentials: (inner) => driver.issueCredentials(target, location, 'read', inner),
        endpoint: { scheme: 'http', network: 'INTERNET' },
      });
      const opened = openKeyring(await store.get(KEYRING_KEY, undefined, signal), parseRecoveryKey(made.recoveryKey));
      expect(opened.vaultId).toBe(parseId(made.newVault.id).id);
    });
  });

  it('refuses what cannot be, with the reason, before storage is touched', async () => {
    await create({ vaultId, name: 'taken' });
    const before = await inventory();
    const here = { regionId: 'cn-shanghai' };
    const nowhere = encodeId('ResourceGroup', control.ids.uuid());
    for (const [changes, expected] of [
      [{}, { issues: [{ path: ['vaultId'], code: 'REQUIRED' }] }],
      [{ vaultId, newVault: here }, { issues: [{ path: ['newVault'], code: 'NOT_ALLOWED' }] }],
      [
        { newVault: { regionId: 'cn-nowhere' } },
        { issues: [{ path: ['newVault', 'regionId'], code: 'UNKNOWN_REGION' }] },
      ],
      [{ newVault: { ...here, name: '' } }, { issues: [{ path: ['newVault', 'name'], code: 'TOO_SMALL' }] }],
      [{ newVault: { ...here, resourceGroupId: nowhere } }, { code: 'NOT_FOUND' }],
      [{ newVault: { ...here, name: 'there' } }, { code: 'NAME_TAKEN' }],
      [{ newVault: here, networkType: 'VPC' }, { issues: [{ path: ['vpcRegion'], code: 'REQUIRED' }] }],
      [{ newVault: here, vpcRegion: 'cn-shanghai' }, { issues: [{ path: ['vpcRegion'], code: 'NOT_ALLOWED' }] }],
      [
        { newVault: here, networkType: 'VPC', vpcRegion: 'cn-beijing' },
        { issues: [{ path: ['vpcRegion'], code: 'OTHER_REGION', message: expect.stringContaining('cn-shanghai') }] },
      ],
      [
        { vaultId, networkType: 'VPC', vpcRegion: 'cn-beijing' },
        { issues: [{ path: ['vpcRegion'], code: 'OTHER_REGION', message: expect.stringContaining('cn-shanghai') }] },
      ],
      [{ vaultId, networkType: 'VPC' }, { issues: [{ path: ['vpcRegion'], code: 'REQUIRED' }] }],
      [{ vaultId, name: 'x'.repeat(65) }, { issues: [{ path: ['name'], code: 'TOO_BIG' }] }],
      [{ newVault: here, name: ' ' }, { issues: [{ path: ['name'], code: 'TOO_SMALL' }] }],
      [{ vaultId, name: 'taken' }, { code: 'NAME_TAKEN' }],
      [{ vaultId: encodeId('Vault', control.ids.uuid()) }, { code: 'NOT_FOUND' }],
    ] satisfies [Record<string, unknown>, Record<string, unknown>][])
      expect(await create(changes), JSON.stringify(changes)).toMatchObject({ remedy: expect.any(String), ...expected });
    expect(await inventory()).toEqual(before);
  });

  it('needs the scope for vaults too where it makes one, and keeps resource groups apart', async () => {
    const before = await inventory();
    const gatewaysOnly = await newKey(control, { scopes: ['gateway:write'] });
    const newVault = { regionId: 'cn-shanghai' };
    expect(await create({ newVault }, gatewaysOnly)).toMatchObject({ code: 'FORBIDDEN', requiredScope: 'vault:write' });
    const { resourceGroupId } = await createTenant(control, await createViewer(control), 'other tenant');
    const foreign = await newKey(control, { scopes, resourceGroups: [resourceGroupId] });
    expect(await create({ vaultId: tenantVaultId }, foreign)).toMatchObject({ code: 'NOT_FOUND' });
    const inTenant = { ...newVault, resourceGroupId: encodeId('ResourceGroup', tenant.resourceGroupId) };
    expect(await create({ newVault: inTenant }, foreign)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await inventory()).toEqual(before);
    const made = await create({ newVault }, foreign);
    expect(made.newVault.resourceGroup.id).toBe(encodeId('ResourceGroup', resourceGroupId));
  });

  it('leaves nothing behind when the vault’s name is taken meanwhile', async () => {
    const before = await inventory();
    const { provision } = control.storage.driver;
    const wanted = { newVault: { regionId: 'cn-beijing', name: 'raced' } };
    const slow: Partial<StorageDriver> = {
      async provision(...args) {
        await run('createVault', wanted.newVault);
        return await provision(...args);
      },
    };
    expect(await withDriver(slow, (at) => create(wanted, key, at))).toMatchObject({ code: 'NAME_TAKEN' });
    expect(await inventory()).toEqual({ ...before, keyrings: before.keyrings + 1, vaults: before.vaults + 1 });
  });

  it('answers a repeated request with the same vault and gateway, and makes no second one', async () => {
    const before = await inventory();
    const wanted = { newVault: { regionId: 'cn-beijing' }, idempotencyKey: 'again' };
    const first = await create(wanted);
    expect(first.recoveryKey).toEqual(expect.any(String));
    const again = await create(wanted);
    expect(again).toMatchObject({
      gateway: { id: first.gateway.id },
      newVault: { id: first.newVault.id, name: first.newVault.name },
      recoveryKey: null,
      certificate: { id: first.certificate.id },
      certificateDownload: { sha256: first.certificateDownload.sha256 },
    });
    expect(await inventory()).toEqual({
      keyrings: before.keyrings + 1,
      vaults: before.vaults + 1,
      gateways: before.gateways + 1,
    });
    const { certificate } = await run('issueGatewayCertificate', { gatewayId: first.gateway.id });
    expect((await create(wanted)).certificate.id).toBe(certificate.id);
    expect(await create({ ...wanted, useHttps: false })).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('makes one vault of two requests that come at once', async () => {
    const before = await inventory();
    const wanted = { newVault: { regionId: 'cn-beijing' }, idempotencyKey: 'twice' };
    const answers = await Promise.all([create(wanted), create(wanted)]);
    expect(new Set(answers.map(({ newVault }) => newVault.id)).size).toBe(1);
    expect(new Set(answers.map(({ gateway }) => gateway.id)).size).toBe(1);
    expect(answers.filter(({ recoveryKey }) => recoveryKey !== null)).toHaveLength(1);
    expect(await inventory()).toEqual({
      keyrings: before.keyrings + 1,
      vaults: before.vaults + 1,
      gateways: before.gateways + 1,
    });
  });

  it('goes on with the same key after storage was away', async () => {
    const before = await inventory();
    const wanted = { newVault: { regionId: 'cn-beijing' }, idempotencyKey: 'after trouble' };
    const away: Partial<StorageDriver> = {
      provision: () =>
        Promise.reject(
          new DriverError({ kind: 'transient', code: 'UNREACHABLE', message: 'Away.', remedy: 'Wait a little.' }),
        ),
    };
    const refused = await withDriver(away, (at) => create(wanted, key, at));
    expect(refused).toMatchObject({ code: 'UNREACHABLE', retryable: true });
    expect(await inventory()).toEqual(before);
    expect(await create(wanted)).toMatchObject({ recoveryKey: expect.any(String) });
    expect((await inventory()).vaults).toBe(before.vaults + 1);
  });
});
