import { beforeAll, describe, expect, it } from 'vitest';
import type { InventoryVmBody } from '../../protocol/inventory.ts';
import { sealContext, unseal } from '../../protocol/sealed.ts';
import type { Command, CommandResult } from '../../protocol/work.ts';
import {
  claim,
  createActivatedGateway,
  createAdministrator,
  type SceneGateway,
} from '../../tests/support/control-scene.ts';
import { onDatabases } from '../../tests/support/on-databases.ts';
import { createTenant } from '../../tests/support/viewers.ts';
import { finishCommand } from '../commands/finish-command.ts';
import {
  CertificateNotTrustedError,
  ConflictError,
  GatewayUnavailableError,
  InvalidInputError,
  NotFoundError,
  VcenterConnectionError,
} from '../errors.ts';
import { createGateway } from '../gateways/create-gateway.ts';
import { createVault } from '../vaults/create-vault.ts';
import type { Viewer } from '../viewer.ts';
import { disksByVirtualMachineIds, listVirtualMachines } from '../virtual-machines/virtual-machines.ts';
import { acceptInventoryBatch } from './accept-inventory-batch.ts';
import { type AddVCenterInput, addVCenter } from './add-vcenter.ts';
import { isVcenterAddress } from './address.ts';
import { finishRefresh } from './finish-refresh.ts';
import { refreshInventory } from './refresh-inventory.ts';
import { gatewayIdsByVcenterIds, listVCenters, vcentersByIds } from './vcenters.ts';

const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');

describe('a vCenter address', () => {
  it.each(['vc', 'vc.example.com', 'vc.example.com:8443', '10.0.0.1', '10.0.0.1:443', '[::1]', '[::1]:443'])(
    'may be %s',
    (text) => expect(isVcenterAddress(text)).toBe(true),
  );
  it.each([
    '',
    'https://vc',
    'vc/sdk',
    'a@b',
    'vc:0',
    'vc:65536',
    'vc:x',
    '1.2.3',
    '::1',
    '-vc',
    'v c',
    '[vc]',
    'a..b',
  ])('may not be %j', (text) => expect(isVcenterAddress(text)).toBe(false));
});

onDatabases('vCenters', (suite) => {
  let admin: Viewer;
  let accessKey: string;
  let gateway: SceneGateway;
  let vaultId: string;
  beforeAll(async () => {
    ({ viewer: admin, accessKey } = await createAdministrator(suite.control));
    ({
      vault: { id: vaultId },
    } = await createVault(suite.control, admin, { regionId: 'sandbox-1' }));
    gateway = await createActivatedGateway(suite.control, admin, accessKey, vaultId);
  });

  const input = (changes: Partial<AddVCenterInput> = {}): AddVCenterInput => ({
    gatewayId: gateway.gatewayId,
    address: 'vc.example.com',
    username: 'backup@vsphere.local',
    password: ' p@ss:w/ö#rd %"\' ',
    certificateFingerprint: fingerprint.toLowerCase(),
    ...changes,
  });
  const about = (changes: object = {}): CommandResult => ({
    ok: true,
    result: {
      instanceUuid: 'vc-1',
      kind: 'VCENTER',
      name: 'VMware vCenter Server',
      version: '8.0.3',
      build: '1',
      fingerprint,
      ...changes,
    },
  });
  const failure = (code: string, details?: Record<string, unknown>): CommandResult => ({
    ok: false,
    error: { code, message: 'It did not work.', remedy: 'Do something.', retryable: false },
    ...(details ? { details } : {}),
  });
  /** Claims as the gateway until a command comes, and answers it. */
  const answer = async (result: CommandResult, by = gateway): Promise<Command> => {
    for (;;) {
      const [command] = (await claim(suite.control, by)).commands;
      if (!command) continue;
      await finishCommand(suite.control, { gatewayId: by.gatewayId }, command.commandId, result);
      return command;
    }
  };
  const add = async (result: CommandResult, changes: Partial<AddVCenterInput> = {}, by = gateway) => {
    const [added, command] = await Promise.allSettled([
      addVCenter(suite.control, admin, input({ gatewayId: by.gatewayId, ...changes })),
      answer(result, by),
    ]);
    if (added.status === 'rejected') throw added.reason;
    if (command.status === 'rejected') throw command.reason;
    return { ...added.value, command: command.value };
  };
  const eventsOf = async (subjectId: string) =>
    await suite.control.db
      .selectFrom('event')
      .select(['type', 'data'])
      .where('subject_id', '=', subjectId)
      .orderBy('position')
      .execute();

  it('are recorded after a log-in through the gateway; the password travels sealed and unchanged', async () => {
    const { vcenter, command } = await add(about(), { idempotencyKey: 'first' });
    expect(vcenter).toMatchObject({
      name: 'VMware vCenter Server',
      status: 'CONNECTED',
      trusted_fingerprint: fingerprint,
      platform_driver: 'vsphere',
      inventory_state: 'NEVER',
    });
    expect(vcenter).not.toHaveProperty('password_sealed');
    if (command.kind !== 'TEST_VCENTER') throw new Error('another command');
    const context = sealContext.vcenterPassword(command.vcenter.vcenterId);
    const opened = unseal(gateway.keys.sealing.privateKey, command.vcenter.sealedPassword, context);
    expect(opened.toString()).toBe(input().password);
    expect(await addVCenter(suite.control, admin, input({ idempotencyKey: 'first' }))).toEqual({ vcenter });
    expect(await gatewayIdsByVcenterIds(suite.control, admin, [vcenter.id])).toEqual([[gateway.gatewayId]]);
    expect((await eventsOf(vcenter.id)).map((event) => event.type)).toEqual(['VCENTER_ADDED']);
    await expect(add(about())).rejects.toBeInstanceOf(ConflictError);
  });

  it('get a second gateway as another way', async () => {
    const second = await createActivatedGateway(suite.control, admin, accessKey, vaultId);
    const { vcenter } = await add(about(), {}, second);
    const [ways] = await gatewayIdsByVcenterIds(suite.control, admin, [vcenter.id]);
    expect(ways).toEqual([gateway.gatewayId, second.gatewayId]);
    expect((await listVCenters(suite.control, admin, { filter: { gatewayId: second.gatewayId } })).rows).toEqual([
      vcenter,
    ]);
  });

  it('are recorded once when two gateways add them at the same moment', async () => {
    const others = [
      await createActivatedGateway(suite.control, admin, accessKey, vaultId),
      await createActivatedGateway(suite.control, admin, accessKey, vaultId),
    ];
    const added = await Promise.all(others.map((other) => add(about({ instanceUuid: 'vc-twice' }), {}, other)));
    expect(new Set(added.map(({ vcenter }) => vcenter.id)).size).toBe(1);
    const [ways] = await gatewayIdsByVcenterIds(suite.control, admin, [added[0]?.vcenter.id ?? '']);
    expect(ways).toEqual(others.map((other) => other.gatewayId));
  });

  it('say what is wrong with the connection', async () => {
    const details = { presentedFingerprint: fingerprint, trustedFingerprint: null };
    const untrusted = add(failure('CERTIFICATE_NOT_TRUSTED', details), { certificateFingerprint: null });
    await expect(untrusted).rejects.toBeInstanceOf(CertificateNotTrustedError);
    await expect(untrusted).rejects.toMatchObject(details);
    const refused = add(failure('INVALID_LOGIN'));
    await expect(refused).rejects.toBeInstanceOf(VcenterConnectionError);
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_LOGIN' });
  });

  it('cannot be added through a gateway that is not activated, or not there', async () => {
    const { gateway: idle } = await createGateway(suite.control, admin, {
      vaultId,
      name: 'idle',
      platform: 'ONPREM_VSPHERE',
      networkType: 'INTERNET',
      useHttps: true,
    });
    const early = addVCenter(suite.control, admin, input({ gatewayId: idle.id }));
    await expect(early).rejects.toBeInstanceOf(GatewayUnavailableError);
    const unknown = addVCenter(suite.control, admin, input({ gatewayId: admin.accessKeyId }));
    await expect(unknown).rejects.toBeInstanceOf(NotFoundError);
    const { viewer: stranger } = await createTenant(suite.control, admin, 'stranger');
    await expect(addVCenter(suite.control, stranger, input())).rejects.toBeInstanceOf(NotFoundError);
  });

  it.each([
    [{ address: 'https://vc' }, 'address'],
    [{ username: '' }, 'username'],
    [{ password: '' }, 'password'],
    [{ certificateFingerprint: 'AB:CD' }, 'certificateFingerprint'],
    [{ name: 'x'.repeat(65) }, 'name'],
  ] satisfies [Partial<AddVCenterInput>, string][])('refuse %j', async (wrong, field) => {
    const adding = addVCenter(suite.control, admin, input(wrong));
    await expect(adding).rejects.toBeInstanceOf(InvalidInputError);
    await expect(adding).rejects.toMatchObject({ issues: [{ path: [field] }] });
  });

  describe('and their inventory', () => {
    let vcenterId: string;
    beforeAll(async () => {
      const { vcenter } = await add(about({ instanceUuid: 'vc-inventory' }));
      vcenterId = vcenter.id;
    });
    const machine = (name: string, changes: Partial<InventoryVmBody> = {}): InventoryVmBody => ({
      ref: `ref-${name}`,
      name,
      instanceUuid: `instance-${name}`,
      biosUuid: `bios-${name}`,
      powerState: 'POWERED_ON',
      guestFullName: null,
      template: false,
      changeTrackingEnabled: false,
      path: `DC/vm/${name}`,
      host: 'esx-1',
      cpuCount: 2,
      memoryBytes: 2 ** 33,
      configFile: `[ds] ${name}/${name}.vmx`,
      disks: [disk(2000), disk(2001)],
      networks: ['VM Network'],
      ...changes,
    });
    const disk = (key: number, capacityBytes = 2 ** 40) => ({
      key,
      label: `Hard disk ${key - 1999}`,
      uuid: `disk-${key}`,
      capacityBytes,
      datastore: 'ds',
      fileName: `[ds] x/${key}.vmdk`,
      thin: true,
      obstacle: null,
    });
    const refresh = async (batches: readonly (readonly InventoryVmBody[])[]) => {
      const { vcenter } = await refreshInventory(suite.control, admin, { vcenterId });
      expect(vcenter.inventory_state).toBe('REFRESHING');
      const [command] = (await claim(suite.control, gateway)).commands;
      if (command?.kind !== 'REFRESH_INVENTORY') throw new Error('no refresh was asked for');
      expect(command.refreshId).toBe(vcenter.inventory_refresh_id);
      const { refreshId } = command;
      for (const virtualMachines of batches) {
        const batch = { refreshId, vcenterId, virtualMachines: [...virtualMachines] };
        await acceptInventoryBatch(suite.control, gateway.gatewayId, batch);
        await acceptInventoryBatch(suite.control, gateway.gatewayId, batch);
      }
      const count = batches.flat().length;
      const result: CommandResult = { ok: true, result: { virtualMachines: count } };
      await finishCommand(suite.control, { gatewayId: gateway.gatewayId }, command.commandId, result);
      await finishRefresh(suite.control, gateway.gatewayId, { refreshId, vcenterId }, result);
      await finishRefresh(suite.control, gateway.gatewayId, { refreshId, vcenterId }, failure('LATE'));
      return refreshId;
    };
    const listed = async (present: boolean | null = true) => {
      const { rows } = await listVirtualMachines(suite.control, admin, { filter: { vcenterId, present } });
      return rows.map((row) => row.name);
    };

    it('are taken in batches, kept by identity, and marked absent when no batch names them', async () => {
      await refresh([
        [machine('a'), machine('b')],
        [machine('c'), machine('a', { ref: 'copy', name: 'copy of a', biosUuid: 'bios-other' })],
        [],
      ]);
      expect(await listed()).toEqual(['a', 'b', 'c', 'copy of a']);
      const before = await listVirtualMachines(suite.control, admin, { filter: { vcenterId } });
      const ids = before.rows.map((row) => row.id);
      expect(before.rows[0]).toMatchObject({ memory_bytes: 2 ** 33, networks: ['VM Network'], present: true });
      const disks = await disksByVirtualMachineIds(suite.control, admin, [...ids, admin.accessKeyId]);
      expect(disks.map((list) => list.length)).toEqual([2, 2, 2, 2, 0]);

      await refresh([
        [machine('a', { name: 'renamed', ref: 'moved', disks: [disk(2000, 2 ** 41)] }), machine('c', { disks: [] })],
      ]);
      expect(await listed()).toEqual(['c', 'renamed']);
      expect(await listed(false)).toEqual(['b', 'copy of a']);
      expect(await listed(null)).toHaveLength(4);
      const { rows } = await listVirtualMachines(suite.control, admin, { filter: { vcenterId, nameContains: 'NAME' } });
      expect(rows.map((row) => row.id)).toEqual([ids[0]]);
      const [first, third] = await disksByVirtualMachineIds(suite.control, admin, [ids[0] ?? '', ids[2] ?? '']);
      expect(first?.map((row) => row.capacity_bytes)).toEqual([2 ** 41]);
      expect(third).toEqual([]);
      const [vcenter] = await vcentersByIds(suite.control, admin, [vcenterId]);
      expect(vcenter).toMatchObject({ inventory_state: 'CURRENT', status: 'CONNECTED' });
      const refreshed = (await eventsOf(vcenterId)).filter((event) => event.type === 'INVENTORY_REFRESHED');
      expect(refreshed.map((event) => event.data)).toEqual([
        { state: 'CURRENT', virtualMachines: 4 },
        { state: 'CURRENT', virtualMachines: 2 },
      ]);
    });

    it('refuse a batch of another refresh, and from a gateway that does not reach the vCenter', async () => {
      const old = await refresh([[machine('a')]]);
      const late = { refreshId: old, vcenterId, virtualMachines: [machine('z')] };
      await expect(acceptInventoryBatch(suite.control, gateway.gatewayId, late)).rejects.toBeInstanceOf(NotFoundError);
      const stranger = await createActivatedGateway(suite.control, admin, accessKey, vaultId);
      const { vcenter } = await refreshInventory(suite.control, admin, { vcenterId });
      const foreign = { ...late, refreshId: vcenter.inventory_refresh_id ?? '' };
      const sending = acceptInventoryBatch(suite.control, stranger.gatewayId, foreign);
      await expect(sending).rejects.toBeInstanceOf(NotFoundError);
      await answer(failure('INVALID_LOGIN'));
      const refreshed = { refreshId: foreign.refreshId, vcenterId };
      await finishRefresh(suite.control, gateway.gatewayId, refreshed, failure('INVALID_LOGIN'));
      expect(await vcentersByIds(suite.control, admin, [vcenterId])).toMatchObject([
        { inventory_state: 'FAILED', status: 'CREDENTIALS_INVALID', status_message: 'It did not work.' },
      ]);
    });

    it('are seen only in their resource group', async () => {
      const { viewer } = await createTenant(suite.control, admin, 'elsewhere');
      expect((await listVirtualMachines(suite.control, viewer, {})).totalCount).toBe(0);
      expect(await vcentersByIds(suite.control, viewer, [vcenterId])).toEqual([undefined]);
      await expect(refreshInventory(suite.control, viewer, { vcenterId })).rejects.toBeInstanceOf(NotFoundError);
      const [first] = (await listVirtualMachines(suite.control, admin, {})).rows;
      expect(await disksByVirtualMachineIds(suite.control, viewer, [first?.id ?? ''])).toEqual([[]]);
    });
  });
});
