import { beforeAll, describe, expect, it } from 'vitest';
import { createVault } from '../control/vaults/create-vault.ts';
import { claimOne, createVcenter, finishBackup } from '../tests/support/control-scene.ts';
import { mutationsOf } from '../tests/support/mutations.ts';
import { onApi } from '../tests/support/on-api.ts';
import { newKey, read } from '../tests/support/public-api.ts';
import { encodeId } from './global-id.ts';

const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
const inputOf: Record<string, string> = { vcenters: 'VCenter' };

onApi('lists', (suite) => {
  const { run, gatewayInput, vmId } = mutationsOf(suite);
  let otherGatewayId: string;
  let otherVmId: string;

  beforeAll(async () => {
    const { control, scene } = suite;
    const { resourceGroup } = await run('createResourceGroup', { name: 'lists' });
    const { vault } = await createVault(control, scene.viewer, { name: 'other', regionId: 'cn-beijing' });
    const made = await run('createGateway', gatewayInput({ vaultId: encodeId('Vault', vault.id), name: 'other' }));
    otherGatewayId = made.gateway.id;
    const { id } = await control.db
      .selectFrom('gateway')
      .select('id')
      .where('name', '=', 'other')
      .executeTakeFirstOrThrow();
    const other = await createVcenter(control, vault.resource_group_id, id);
    otherVmId = encodeId('VirtualMachine', other.virtualMachineIds[0]);
    await run('startBackup', { virtualMachineId: vmId(0) });
    await finishBackup(control, scene.gateway, await claimOne(control, scene.gateway));
    await run('startBackup', { virtualMachineId: vmId(1) });
    expect(resourceGroup.name).toBe('lists');
  });

  /** How many entries of a list match a filter; the filter goes through the schema's own input type. */
  const count = async (list: string, filter: Record<string, unknown>): Promise<number> => {
    const type = `${inputOf[list] ?? capital(list).replace(/s$/, '')}Filter`;
    return (await suite.read(`query ($filter: ${type}) { ${list}(filter: $filter) { totalCount } }`, { filter }))[list]
      .totalCount;
  };
  const past = '2000-01-01T00:00:00Z';
  const future = '2100-01-01T00:00:00Z';

  it.each([
    ['vaults', 'createdAfter', 'createdBefore'],
    ['gateways', 'createdAfter', 'createdBefore'],
    ['vcenters', 'createdAfter', 'createdBefore'],
    ['virtualMachines', 'firstSeenAfter', 'lastSeenBefore'],
    ['recoveryPoints', 'capturedAfter', 'capturedBefore'],
    ['jobs', 'createdAfter', 'createdBefore'],
    ['accessKeys', 'createdAfter', 'createdBefore'],
    ['resourceGroups', 'createdAfter', 'createdBefore'],
    ['events', 'occurredAfter', 'occurredBefore'],
  ])('%s by time', async (list, after, before) => {
    const all = await count(list, {});
    expect(all).toBeGreaterThan(0);
    expect(await count(list, { [after]: past, [before]: future })).toBe(all);
    expect(await count(list, { [after]: future })).toBe(0);
    expect(await count(list, { [before]: past })).toBe(0);
  });

  it('by gateway and virtual machine, wherever there is a relation', async () => {
    const gatewayId = encodeId('Gateway', suite.scene.gateway.gatewayId);
    const virtualMachineId = vmId(0);
    expect(await count('vaults', { gatewayId: otherGatewayId })).toBe(1);
    expect(await count('vaults', { virtualMachineId })).toBe(1);
    expect(await count('vaults', { virtualMachineId: otherVmId })).toBe(0);
    expect(await count('gateways', { virtualMachineId })).toBe(1);
    expect(await count('vcenters', { gatewayId: otherGatewayId, virtualMachineId: otherVmId })).toBe(1);
    expect(await count('vcenters', { gatewayId: otherGatewayId, virtualMachineId })).toBe(0);
    expect(await count('virtualMachines', { gatewayId })).toBe(3);
    expect(await count('recoveryPoints', { gatewayId, virtualMachineId })).toBe(1);
    expect(await count('recoveryPoints', { gatewayId: otherGatewayId })).toBe(0);
    expect(await count('jobs', { gatewayId })).toBe(2);
    expect(await count('jobs', { gatewayId, virtualMachineId })).toBe(1);
    expect(await count('jobs', { finishedAfter: past })).toBe(1);
    expect(await count('jobs', { finishedBefore: past })).toBe(0);
    const ofVm = await count('events', { virtualMachineId });
    expect(ofVm).toBeGreaterThanOrEqual(3);
    expect(await count('events', { virtualMachineId: otherVmId })).toBe(0);
    expect(await count('events', { gatewayId })).toBeGreaterThan(ofVm);
    // It was created, with its first certificate.
    expect(await count('events', { gatewayId: otherGatewayId })).toBe(2);
  });

  it('by resource group, name and use', async () => {
    const { resourceGroups } = await suite.read(
      '{ resourceGroups(filter: { nameContains: "LIST" }) { nodes { id name } } }',
    );
    expect(resourceGroups.nodes.map(({ name }: { name: string }) => name)).toEqual(['lists']);
    const resourceGroupId = resourceGroups.nodes[0].id;
    for (const list of ['vaults', 'gateways', 'vcenters', 'virtualMachines', 'recoveryPoints', 'jobs', 'events']) {
      expect(await count(list, { resourceGroupId }), list).toBe(list === 'events' ? 1 : 0);
    }
    await run('createAccessKey', {
      name: 'idle',
      scopes: ['VAULT_READ'],
      resourceGroupIds: [resourceGroupId],
      expiresAt: '2099-01-01T00:00:00Z',
    });
    const everybody = await count('accessKeys', {});
    expect(await count('accessKeys', { resourceGroupId })).toBe(everybody);
    expect(await count('accessKeys', { expiresBefore: future })).toBe(1);
    expect(await count('accessKeys', { expiresBefore: '2098-01-01T00:00:00Z' })).toBe(0);
    expect(await count('accessKeys', { unusedSince: past })).toBeLessThan(everybody);
    expect(await count('accessKeys', { unusedSince: future })).toBe(everybody);
  });

  describe('what hangs on an entry', () => {
    it('a gateway tells its vCenters and its last job', async () => {
      const { gateways } = await suite.read(
        '{ gateways(orderBy: CREATED_AT_ASC) { nodes { id vcenters { id gateways { id } } lastJob { kind status virtualMachine { id } } } } }',
      );
      expect(gateways.nodes).toMatchObject([
        {
          vcenters: [{ id: encodeId('VCenter', suite.scene.vcenterId), gateways: [{ id: gateways.nodes[0].id }] }],
          lastJob: { kind: 'BACKUP', status: 'QUEUED', virtualMachine: { id: vmId(1) } },
        },
        { id: otherGatewayId, vcenters: [{}], lastJob: null },
      ]);
    });

    it('says what one can do with it, by scope and by state', async () => {
      const document = `{
        vaults(first: 1) { nodes { viewerCanUpdate viewerCanDelete } }
        gateways(first: 1) { nodes { viewerCanUpdate viewerCanDelete viewerCanActivate } }
        vcenters(first: 1) { nodes { viewerCanUpdate viewerCanRemove viewerCanRefresh } }
        virtualMachines(first: 1) { nodes { viewerCanBackUp } }
        recoveryPoints(first: 1) { nodes { viewerCanRestore viewerCanDelete } }
        jobs(first: 1) { nodes { viewerCanCancel } }
        accessKeys(first: 1) { nodes { viewerCanUpdate viewerCanRotate viewerCanRevoke } } }`;
      const can = async (key: string) => {
        const data: Record<string, { nodes: Record<string, boolean>[] }> = await read(suite.api, key, document);
        return [...new Set(Object.values(data).flatMap(({ nodes }) => nodes.flatMap((node) => Object.values(node))))];
      };
      expect(await can(suite.key)).toEqual([true]);
      const scopes = ['vault:read', 'gateway:read', 'vcenter:read', 'recoveryPoint:read', 'job:read'] as const;
      const reader = await newKey(suite.control, { scopes: [...scopes, 'accessKey:read'] });
      const readers = await read(suite.api, reader, document);
      // The newest access key is the reader's own, which it may rotate.
      expect(readers.accessKeys.nodes).toEqual([
        { viewerCanUpdate: false, viewerCanRotate: true, viewerCanRevoke: false },
      ]);
      const { accessKeys: _own, ...others } = readers;
      expect(JSON.stringify(others)).not.toContain('true');

      const { db } = suite.control;
      await db.updateTable('vault').set({ status: 'DELETING' }).execute();
      await db.updateTable('gateway').set({ status: 'DELETING' }).execute();
      await db.updateTable('virtual_machine').set({ template: true }).execute();
      await db.updateTable('recovery_point').set({ status: 'DELETING' }).execute();
      await db.updateTable('vcenter').set({ inventory_state: 'REFRESHING' }).execute();
      await db.updateTable('job').set({ status: 'COMPLETE' }).execute();
      await db
        .updateTable('access_key')
        .set({ revoked_at: new Date(0) })
        .where('name', '<>', 'test')
        .execute();
      const stateful = await suite.read(
        document.replace('accessKeys(first: 1)', 'accessKeys(first: 1, filter: { usable: false })'),
      );
      expect(stateful.vcenters.nodes[0]).toEqual({
        viewerCanUpdate: true,
        viewerCanRemove: true,
        viewerCanRefresh: false,
      });
      await db
        .updateTable('vcenter')
        .set({ removed_at: new Date(0), inventory_state: 'NEVER' })
        .execute();
      const { node } = await suite.read(
        'query ($id: ID!) { node(id: $id) { ... on VCenter { viewerCanUpdate viewerCanRemove viewerCanRefresh } } }',
        { id: encodeId('VCenter', suite.scene.vcenterId) },
      );
      expect(node).toEqual({ viewerCanUpdate: false, viewerCanRemove: false, viewerCanRefresh: false });
      const { vcenters: _vcenters, ...rest } = stateful;
      expect(JSON.stringify(rest)).not.toContain('true');
    });
  });
});
