import type { KyselyPlugin } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { RunningApi } from '../api/start.ts';
import { createGateway } from '../control/gateways/create-gateway.ts';
import { startBackup } from '../control/jobs/start-backup.ts';
import { createResourceGroup } from '../control/resource-groups/resource-groups.ts';
import { createVault } from '../control/vaults/create-vault.ts';
import { claimOne, createVcenter, finishBackup } from '../tests/support/control-scene.ts';
import { onApi } from '../tests/support/on-api.ts';
import { ask, newKey, openApi } from '../tests/support/public-api.ts';
import { encodeId } from './global-id.ts';

onApi('queries', (suite) => {
  const page = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount';

  it('tells who asks', async () => {
    const { viewer } = await suite.read(
      '{ viewer { keyId name scopes allResourceGroups resourceGroups { id } expiresAt accessKey { id name } } }',
    );
    expect(viewer).toMatchObject({
      name: 'test',
      allResourceGroups: true,
      resourceGroups: [],
      expiresAt: null,
      accessKey: { name: 'test' },
    });
    expect(viewer.scopes).toContain('VAULT_WRITE');
    const { regions } = await suite.read('{ regions { regionId name zoneRedundant } }');
    expect(regions).toContainEqual({ regionId: 'cn-shanghai', name: 'China (Shanghai)', zoneRedundant: true });
  });

  it('reads every kind of object by its id, and again with node and nodes', async () => {
    const { control, scene } = suite;
    await startBackup(control, scene.viewer, { virtualMachineId: scene.virtualMachineIds[0] });
    const work = await claimOne(control, scene.gateway);
    const recoveryPointId = await finishBackup(control, scene.gateway, work);
    const ids = {
      vault: encodeId('Vault', scene.vaultId),
      gateway: encodeId('Gateway', scene.gateway.gatewayId),
      vcenter: encodeId('VCenter', scene.vcenterId),
      virtualMachine: encodeId('VirtualMachine', scene.virtualMachineIds[0]),
      recoveryPoint: encodeId('RecoveryPoint', recoveryPointId),
      job: encodeId('BackupJob', work.jobId),
    };
    for (const [field, id] of Object.entries(ids)) {
      expect(await suite.read(`query ($id: ID!) { ${field}(id: $id) { id } }`, { id })).toEqual({ [field]: { id } });
      const unknown = encodeId(Buffer.from(id, 'base64url').toString().split(':')[0] ?? '', control.ids.uuid());
      const missing = await ask(suite.api, suite.key, `query ($id: ID!) { ${field}(id: $id) { id } }`, { id: unknown });
      expect(missing).toMatchObject({
        status: 200,
        data: { [field]: null },
        errors: [{ path: [field], extensions: { code: 'NOT_FOUND' } }],
      });
      const wrongType = await ask(suite.api, suite.key, `query ($id: ID!) { ${field}(id: $id) { id } }`, {
        id: encodeId('AccessKey', control.ids.uuid()),
      });
      expect(wrongType).toMatchObject({
        status: 200,
        errors: [{ extensions: { code: 'INVALID_INPUT', issues: [{ path: ['id'], code: 'WRONG_TYPE' }] } }],
      });
    }
    const all = Object.values(ids);
    const gone = encodeId('Vault', control.ids.uuid());
    const { nodes } = await suite.read('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
      ids: [...all, gone],
    });
    expect(nodes.map((node: { id: string } | null) => node?.id)).toEqual([...all, undefined]);
    expect(nodes[5].__typename).toBe('BackupJob');
    const asRestore = encodeId('RestoreJob', work.jobId);
    expect(await suite.read('query ($id: ID!) { node(id: $id) { id } }', { id: asRestore })).toEqual({ node: null });
    const nonsense = await ask(suite.api, suite.key, '{ node(id: "nonsense") { id } }');
    expect(nonsense).toMatchObject({
      status: 200,
      data: { node: null },
      errors: [{ extensions: { code: 'INVALID_INPUT' } }],
    });
    const point = await suite.read(
      'query ($id: ID!) { recoveryPoint(id: $id) { job { id kind } gateway { id } vault { id } virtualMachine { id } parent { id } statistics { rate } } }',
      { id: ids.recoveryPoint },
    );
    expect(point.recoveryPoint).toEqual({
      job: { id: ids.job, kind: 'BACKUP' },
      gateway: { id: ids.gateway },
      vault: { id: ids.vault },
      virtualMachine: { id: ids.virtualMachine },
      parent: null,
      statistics: { rate: 102_400 },
    });
  });

  it('pages, filters and orders', async () => {
    const { control, scene } = suite;
    const { resourceGroup } = await createResourceGroup(control, scene.viewer, { name: 'paged' });
    for (const name of ['b', 'c', 'a'])
      await createVault(control, scene.viewer, { name, regionId: 'cn-beijing', resourceGroupId: resourceGroup.id });
    const document = `query ($first: Int, $after: String, $group: ID!) {
      vaults(first: $first, after: $after, filter: { resourceGroupId: $group }, orderBy: NAME_ASC) { edges { cursor node { name } } nodes { name } ${page} } }`;
    const group = encodeId('ResourceGroup', resourceGroup.id);
    const first = (await suite.read(document, { first: 2, group })).vaults;
    expect(first.nodes).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect(first).toMatchObject({
      totalCount: 3,
      pageInfo: { hasNextPage: true, hasPreviousPage: false, endCursor: first.edges[1].cursor },
    });
    const second = (await suite.read(document, { first: 2, after: first.pageInfo.endCursor, group })).vaults;
    expect(second.nodes).toEqual([{ name: 'c' }]);
    expect(second).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: false, hasPreviousPage: true } });
    for (const size of [0, 101, -1]) {
      const { errors } = await ask(suite.api, suite.key, document, { first: size, group });
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: ['first'] }] });
    }
    const { errors } = await ask(suite.api, suite.key, document, { after: 'nonsense', group });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: ['after'] }] });
  });

  it('lists jobs and events, and an event leads to its subject', async () => {
    const { scene } = suite;
    const vm = encodeId('VirtualMachine', scene.virtualMachineIds[0]);
    const { jobs } = await suite.read(
      `query ($vm: ID!) { jobs(filter: { virtualMachineId: $vm, kinds: [BACKUP], statuses: [COMPLETE] }) { nodes { __typename id virtualMachine { name } } ${page} } }`,
      { vm },
    );
    expect(jobs).toMatchObject({
      totalCount: 1,
      nodes: [{ __typename: 'BackupJob', virtualMachine: { name: 'vm 1' } }],
    });
    const { events } = await suite.read(
      `query ($job: ID!) { events(filter: { subjectId: $job }) { nodes { cursor type subjectType subject { __typename id } resourceGroup { name } details { name value } } } }`,
      { job: jobs.nodes[0].id },
    );
    expect(events.nodes.map(({ type }: { type: string }) => type)).toEqual([
      'JOB_CREATED',
      'JOB_STARTED',
      'JOB_FINISHED',
    ]);
    expect(events.nodes[2]).toMatchObject({
      subjectType: 'JOB',
      subject: { __typename: 'BackupJob', id: jobs.nodes[0].id },
      resourceGroup: { name: 'default' },
    });
    expect(events.nodes[2].details).toContainEqual({ name: 'virtualMachineId', value: vm });
  });

  it('shows nothing of other resource groups', async () => {
    const { control, scene } = suite;
    const { resourceGroup } = await createResourceGroup(control, scene.viewer, { name: 'apart' });
    const key = await newKey(control, { resourceGroups: [resourceGroup.id] });
    const lists = ['vaults', 'gateways', 'vcenters', 'virtualMachines', 'jobs', 'recoveryPoints', 'accessKeys'];
    const { data, errors } = await ask(
      suite.api,
      key,
      `{ ${lists.map((list) => `${list} { totalCount }`).join(' ')} }`,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      ...Object.fromEntries(lists.map((list) => [list, { totalCount: 0 }])),
      accessKeys: { totalCount: 1 },
    });
    const one = await ask(suite.api, key, 'query ($id: ID!) { vault(id: $id) { id } node(id: $id) { id } }', {
      id: encodeId('Vault', scene.vaultId),
    });
    expect(one).toMatchObject({
      data: { vault: null, node: null },
      errors: [{ path: ['vault'], extensions: { code: 'NOT_FOUND' } }],
    });
    const { events } = (
      await ask(suite.api, key, '{ events(first: 100) { nodes { subject { id } resourceGroup { id } } } }')
    ).data;
    for (const event of events.nodes) expect(event.resourceGroup.id).toBe(encodeId('ResourceGroup', resourceGroup.id));
  });

  it('asks for the scope of each field, and answers the others', async () => {
    const key = await newKey(suite.control, { scopes: ['vault:read'] });
    const { status, data, errors } = await ask(
      suite.api,
      key,
      '{ vaults { totalCount nodes { name resourceGroup { name } } } gateways { totalCount } }',
    );
    expect(status).toBe(200);
    expect(data.vaults.totalCount).toBeGreaterThan(0);
    expect(data.gateways).toBeNull();
    expect(errors?.find(({ path }) => path?.[0] === 'gateways')?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      requiredScope: 'gateway:read',
    });
    const node = await ask(suite.api, key, 'query ($id: ID!) { node(id: $id) { id ... on Gateway { name } } }', {
      id: encodeId('Gateway', suite.scene.gateway.gatewayId),
    });
    expect(node).toMatchObject({ data: { node: null }, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  describe('run a fixed number of statements, whatever the number of rows', () => {
    let statements = 0;
    const counting: KyselyPlugin = {
      transformQuery: ({ node }) => {
        statements += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    /** The least of three: the event tailer of the same process also runs a statement now and then. */
    const count = async (api: RunningApi, document: string) => {
      const counts: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        statements = 0;
        const { errors } = await ask(api, suite.key, document);
        expect(errors).toBeUndefined();
        counts.push(statements);
      }
      return Math.min(...counts);
    };
    const documents = {
      vaults: '{ vaults(first: 20) { nodes { name region { name } resourceGroup { name } } totalCount } }',
      gateways:
        '{ gateways(first: 20) { nodes { name vault { name resourceGroup { name } } resourceGroup { name } latestCertificate { expiresAt } } } }',
      vcenters: '{ vcenters(first: 20) { nodes { name resourceGroup { name } gateways { name vault { name } } } } }',
      virtualMachines:
        '{ virtualMachines(first: 20) { nodes { name disks { label } vcenter { name gateways { name } } resourceGroup { name } } } }',
      jobs: '{ jobs(first: 20) { nodes { id progress { percent } attempts { number gateway { name } } gateway { name } vault { name } virtualMachine { name } ... on BackupJob { recoveryPoint { id kind } } } } }',
      recoveryPoints:
        '{ recoveryPoints(first: 20) { nodes { id virtualMachine { name } vault { name } gateway { name } job { id } } } }',
      events: '{ events(first: 20) { nodes { type subject { id } resourceGroup { name } } } }',
    };

    it('of every list with what hangs on it', async () => {
      const { control, scene } = suite;
      await using api = await openApi({ ...control, db: control.db.withPlugin(counting) });
      const { resource_group_id: group } = await control.db
        .selectFrom('vault')
        .select('resource_group_id')
        .where('id', '=', scene.vaultId)
        .executeTakeFirstOrThrow();
      const measure = async () => {
        const counts: Record<string, number> = {};
        for (const [name, document] of Object.entries(documents)) counts[name] = await count(api, document);
        return counts;
      };
      const backUp = async (virtualMachineId: string) => {
        await startBackup(control, scene.viewer, { virtualMachineId, gatewayId: scene.gateway.gatewayId });
        await finishBackup(control, scene.gateway, await claimOne(control, scene.gateway));
      };
      await backUp(scene.virtualMachineIds[0]);
      await measure();
      const few = await measure();
      for (const name of ['one', 'two', 'three']) {
        const { vault } = await createVault(control, scene.viewer, { name: `more ${name}`, regionId: 'cn-beijing' });
        const { gateway } = await createGateway(control, scene.viewer, {
          vaultId: vault.id,
          name,
          platform: 'ACVS',
          networkType: 'INTERNET',
          useHttps: false,
        });
        await createVcenter(control, group, gateway.id);
      }
      for (const id of scene.virtualMachineIds.slice(1)) await backUp(id);
      const many = await measure();
      expect({ ...many, events: 0 }).toEqual({ ...few, events: 0 });
      expect(Math.max(...Object.values(many))).toBeLessThan(14);
    });
  });
});
