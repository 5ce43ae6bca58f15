import { describe, expect, it } from 'vitest';
import { createResourceGroup } from '../control/resource-groups/resource-groups.ts';
import { about, answerCommands, sendInventory } from '../tests/support/command-gateway.ts';
import { claimOne, finishBackup } from '../tests/support/control-scene.ts';
import { onApi } from '../tests/support/on-api.ts';
import { ask, newKey } from '../tests/support/public-api.ts';
import { encodeId } from './global-id.ts';

const errorFields =
  '... on Error { code message remedy path retryable } ... on InvalidInputError { issues { path code message } } ... on ForbiddenError { requiredScope }';
const mutation = (field: string, payload: string) => {
  const capital = field.charAt(0).toUpperCase() + field.slice(1);
  return `mutation ($input: ${capital}Input!) { ${field}(input: $input) { __typename ... on ${capital}Payload { ${payload} } ${errorFields} } }`;
};
const documents = {
  createResourceGroup: mutation('createResourceGroup', 'resourceGroup { id name createdAt version }'),
  createVault: mutation(
    'createVault',
    'vault { id name regionId region { name } redundancyType status resourceGroup { name } } recoveryKey',
  ),
  createGateway: mutation(
    'createGateway',
    'gateway { id name status platform networkType useHttps vault { id } latestCertificate { id } }',
  ),
  issueGatewayCertificate: mutation(
    'issueGatewayCertificate',
    'certificate { id expiresAt usedAt gateway { id } } fileName content',
  ),
  addVCenter: mutation('addVCenter', 'vcenter { id name status kind gateways { id } inventoryState }'),
  refreshInventory: mutation('refreshInventory', 'vcenter { id inventoryState }'),
  startBackup: mutation(
    'startBackup',
    'job { id kind status quiesce forceFull viewerCanCancel virtualMachine { name } gateway { id } vault { id } attempts { number } progress { percent } }',
  ),
  startRestore: mutation('startRestore', 'job { id status vmName recoveryPoint { id } restoredVm { name } }'),
  cancelJob: mutation('cancelJob', 'job { __typename id status viewerCanCancel finishedAt }'),
  createAccessKey: mutation(
    'createAccessKey',
    'accessKey { id keyId name scopes allResourceGroups resourceGroups { id } expiresAt } secret',
  ),
  revokeAccessKey: mutation('revokeAccessKey', 'accessKey { id revokedAt version }'),
};
type Field = keyof typeof documents;

onApi('mutations', (suite) => {
  const run = async (field: Field, input: Record<string, unknown>, key = suite.key) => {
    const { data, errors } = await ask(suite.api, key, documents[field], { input });
    if (errors) throw new Error(JSON.stringify(errors));
    return data[field];
  };
  const gatewayInput = (changes: Record<string, unknown> = {}) => ({
    vaultId: encodeId('Vault', suite.scene.vaultId),
    name: `gateway ${suite.control.ids.uuid()}`,
    platform: 'ONPREM_VSPHERE',
    networkType: 'INTERNET',
    ...changes,
  });
  const vmId = (index: 0 | 1 | 2) => encodeId('VirtualMachine', suite.scene.virtualMachineIds[index]);

  describe('do what they say', () => {
    it('creates a resource group, a vault in it and a gateway with its certificate', async () => {
      const { resourceGroup } = await run('createResourceGroup', { name: 'tenants' });
      expect(resourceGroup).toMatchObject({ name: 'tenants', version: 1 });
      const made = await run('createVault', {
        regionId: 'cn-shanghai',
        name: 'nightly',
        resourceGroupId: resourceGroup.id,
      });
      expect(made).toMatchObject({
        vault: {
          name: 'nightly',
          redundancyType: 'ZRS',
          status: 'ACTIVE',
          region: { name: 'China (Shanghai)' },
          resourceGroup: { name: 'tenants' },
        },
        recoveryKey: expect.stringMatching(/\S{16,}/),
      });
      const { gateway } = await run('createGateway', gatewayInput({ vaultId: made.vault.id, name: 'first' }));
      expect(gateway).toMatchObject({
        name: 'first',
        status: 'NOT_ACTIVATED',
        useHttps: false,
        vault: { id: made.vault.id },
        latestCertificate: null,
      });
      const issued = await run('issueGatewayCertificate', { gatewayId: gateway.id });
      expect(issued).toMatchObject({
        fileName: expect.stringContaining('first'),
        content: expect.stringMatching(/^eyJ/),
        certificate: { usedAt: null, gateway: { id: gateway.id } },
      });
    });

    it('names a vault by itself and answers a repeated request without the secret', async () => {
      const input = { regionId: 'cn-qingdao', idempotencyKey: 'once' };
      const first = await run('createVault', input);
      expect(first.vault).toMatchObject({ name: expect.stringMatching(/\w/), redundancyType: 'LRS' });
      const again = await run('createVault', input);
      expect(again).toMatchObject({ vault: { id: first.vault.id }, recoveryKey: null });
      const other = await run('createVault', { ...input, regionId: 'cn-shanghai' });
      expect(other).toMatchObject({ __typename: 'IdempotencyConflictError', code: 'IDEMPOTENCY_KEY_REUSED' });
    });

    it('adds a vCenter through its gateway and reads its inventory', async () => {
      const { control, scene } = suite;
      const stop = new AbortController();
      const gateway = answerCommands(
        control,
        scene.gateway,
        (command) =>
          command.kind === 'TEST_VCENTER'
            ? about('5e4c3b2a-0000-4000-8000-000000000001')
            : sendInventory(control, scene.gateway.gatewayId, command),
        stop.signal,
      );
      try {
        const input = {
          gatewayId: encodeId('Gateway', scene.gateway.gatewayId),
          address: 'vc.example',
          username: 'u',
          password: '`^~=;!/([]{}@$\\&#%+',
        };
        const added = await run('addVCenter', input);
        expect(added.vcenter).toMatchObject({
          status: 'CONNECTED',
          kind: 'VCENTER',
          gateways: [{ id: input.gatewayId }],
        });
        const refreshed = await run('refreshInventory', { vcenterId: added.vcenter.id });
        expect(refreshed.vcenter.id).toBe(added.vcenter.id);
        await expect
          .poll(
            async () =>
              (await suite.read('query ($id: ID!) { vcenter(id: $id) { inventoryState } }', { id: added.vcenter.id }))
                .vcenter.inventoryState,
            { timeout: 10_000 },
          )
          .toBe('CURRENT');
        const { virtualMachines } = await suite.read(
          'query ($id: ID!) { virtualMachines(filter: { vcenterId: $id }) { totalCount nodes { name disks { label capacityBytes datastore } vcenter { id } } } }',
          { id: added.vcenter.id },
        );
        expect(virtualMachines).toEqual({
          totalCount: 1,
          nodes: [
            {
              name: 'web-01',
              disks: [{ label: 'Hard disk 1', capacityBytes: 2 ** 30, datastore: 'ds' }],
              vcenter: { id: added.vcenter.id },
            },
          ],
        });
      } finally {
        stop.abort();
        await gateway;
      }
    });

    it('shows the fingerprint of a certificate nobody trusted yet', async () => {
      const { control, scene } = suite;
      const stop = new AbortController();
      const error = { code: 'CERTIFICATE_NOT_TRUSTED', message: 'not trusted', remedy: 'compare', retryable: false };
      const details = { presentedFingerprint: 'AA:BB', trustedFingerprint: null };
      const gateway = answerCommands(control, scene.gateway, () => ({ ok: false, error, details }), stop.signal);
      try {
        const input = {
          gatewayId: encodeId('Gateway', scene.gateway.gatewayId),
          address: 'vc2.example',
          username: 'u',
          password: 'p',
        };
        const refused = await run('addVCenter', input);
        expect(refused).toMatchObject({ __typename: 'CertificateNotTrustedError', code: 'CERTIFICATE_NOT_TRUSTED' });
      } finally {
        stop.abort();
        await gateway;
      }
    });

    it('backs up, restores and cancels', async () => {
      const { control, scene } = suite;
      const started = await run('startBackup', { virtualMachineId: vmId(0), quiesce: 'NONE', forceFull: true });
      expect(started.job).toMatchObject({
        kind: 'BACKUP',
        status: 'QUEUED',
        quiesce: 'NONE',
        forceFull: true,
        viewerCanCancel: true,
        virtualMachine: { name: 'vm 1' },
        gateway: { id: encodeId('Gateway', scene.gateway.gatewayId) },
        attempts: [],
        progress: null,
      });
      const second = await run('startBackup', { virtualMachineId: vmId(0) });
      expect(second).toMatchObject({ __typename: 'ConflictError' });
      const recoveryPointId = encodeId(
        'RecoveryPoint',
        await finishBackup(control, scene.gateway, await claimOne(control, scene.gateway)),
      );
      const { job } = await suite.read(
        `query ($id: ID!) { job(id: $id) { status statistics { bytesTotal bytesStored } attempts { number status } ... on BackupJob { recoveryPoint { id kind disks { label fullReason } virtualMachine { id } } } } }`,
        { id: started.job.id },
      );
      expect(job).toMatchObject({
        status: 'COMPLETE',
        statistics: { bytesTotal: 1024, bytesStored: 300 },
        attempts: [{ number: 1, status: 'COMPLETE' }],
        recoveryPoint: {
          id: recoveryPointId,
          kind: 'FULL',
          disks: [{ label: 'Hard disk 1' }],
          virtualMachine: { id: vmId(0) },
        },
      });
      const restore = await run('startRestore', { recoveryPointId, vmName: 'web-01 restored' });
      expect(restore.job).toMatchObject({
        status: 'QUEUED',
        vmName: 'web-01 restored',
        recoveryPoint: { id: recoveryPointId },
        restoredVm: null,
      });
      const canceled = await run('cancelJob', { jobId: restore.job.id });
      expect(canceled.job).toMatchObject({ __typename: 'RestoreJob', status: 'CANCELED', viewerCanCancel: false });
      const again = await run('cancelJob', { jobId: started.job.id });
      expect(again).toMatchObject({ __typename: 'ConflictError' });
    });

    it('makes and revokes access keys', async () => {
      const { resourceGroup } = await run('createResourceGroup', { name: 'for a key' });
      const made = await run('createAccessKey', {
        name: 'reader',
        scopes: ['VAULT_READ'],
        resourceGroupIds: [resourceGroup.id],
        expiresAt: '2099-01-01T00:00:00Z',
      });
      expect(made).toMatchObject({
        accessKey: {
          name: 'reader',
          scopes: ['VAULT_READ'],
          allResourceGroups: false,
          resourceGroups: [{ id: resourceGroup.id }],
          expiresAt: '2099-01-01T00:00:00.000Z',
        },
        secret: expect.stringMatching(/^\S+\.\S+$/),
      });
      expect((await ask(suite.api, made.secret, '{ viewer { name } }')).data).toEqual({ viewer: { name: 'reader' } });
      const revoked = await run('revokeAccessKey', { accessKeyId: made.accessKey.id });
      expect(revoked.accessKey.revokedAt).toEqual(expect.any(String));
      expect((await ask(suite.api, made.secret, '{ viewer { name } }')).status).toBe(401);
    });

    it('shows what it made to a key that may write but not read', async () => {
      const key = await newKey(suite.control, { scopes: ['gateway:write', 'job:write'] });
      const { data, errors } = await ask(suite.api, key, documents.createGateway, { input: gatewayInput() });
      expect(data.createGateway.gateway).toMatchObject({ status: 'NOT_ACTIVATED', vault: null });
      expect(errors?.map(({ extensions }) => extensions.code)).toContain('FORBIDDEN');
      const backup = await ask(suite.api, key, mutation('startBackup', 'job { id status }'), {
        input: { virtualMachineId: vmId(1) },
      });
      expect(backup.errors).toBeUndefined();
      expect(backup.data.startBackup.job.status).toBe('QUEUED');
      await run('cancelJob', { jobId: backup.data.startBackup.job.id });
    });
  });

  describe('refuse nonsense with an error that says what to do', () => {
    const refused = async (
      field: Field,
      input: Record<string, unknown>,
      expected: Record<string, unknown>,
      key?: string,
    ) => {
      const answer = await run(field, input, key);
      expect(answer).toMatchObject(expected);
      expect(answer.remedy.length).toBeGreaterThan(10);
      expect(answer.path).toEqual([field]);
      return answer;
    };
    const wrongName = (name: string) => ({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      issues: [{ path: ['name'], code: name === '' ? 'TOO_SMALL' : 'TOO_BIG' }],
    });

    it.each(['', 'n'.repeat(65)])('names of %s', async (name) => {
      await refused('createResourceGroup', { name }, wrongName(name));
      await refused('createVault', { regionId: 'cn-shanghai', name }, wrongName(name));
      await refused('createGateway', gatewayInput({ name }), wrongName(name));
      await refused('createAccessKey', { name, scopes: ['VAULT_READ'] }, wrongName(name));
      await refused(
        'addVCenter',
        {
          gatewayId: encodeId('Gateway', suite.scene.gateway.gatewayId),
          address: 'vc',
          username: 'u',
          password: 'p',
          name,
        },
        wrongName(name),
      );
    });

    it('takes a name of 64 characters', async () => {
      const name = 'ü'.repeat(64);
      expect((await run('createGateway', gatewayInput({ name }))).gateway.name).toBe(name);
    });

    /** Each mutation's ids, with an input that is right otherwise. */
    const withId = (id: string): readonly (readonly [Field, string, Record<string, unknown>])[] => [
      ['createVault', 'resourceGroupId', { regionId: 'cn-shanghai', resourceGroupId: id }],
      ['createGateway', 'vaultId', gatewayInput({ vaultId: id })],
      ['issueGatewayCertificate', 'gatewayId', { gatewayId: id }],
      ['addVCenter', 'gatewayId', { gatewayId: id, address: 'vc', username: 'u', password: 'p' }],
      ['refreshInventory', 'vcenterId', { vcenterId: id }],
      ['startBackup', 'virtualMachineId', { virtualMachineId: id }],
      ['startBackup', 'gatewayId', { virtualMachineId: vmId(2), gatewayId: id }],
      ['startRestore', 'recoveryPointId', { recoveryPointId: id }],
      ['cancelJob', 'jobId', { jobId: id }],
      ['revokeAccessKey', 'accessKeyId', { accessKeyId: id }],
    ];
    const ownType: Record<string, string> = {
      resourceGroupId: 'ResourceGroup',
      vaultId: 'Vault',
      gatewayId: 'Gateway',
      vcenterId: 'VCenter',
      virtualMachineId: 'VirtualMachine',
      recoveryPointId: 'RecoveryPoint',
      jobId: 'BackupJob',
      accessKeyId: 'AccessKey',
    };

    it('unknown ids', async () => {
      for (const [field, name, input] of withId('')) {
        const unknown = encodeId(ownType[name] ?? '', suite.control.ids.uuid());
        await refused(field, { ...input, [name]: unknown }, { __typename: 'NotFoundError', code: 'NOT_FOUND' });
      }
    });

    it('ids that are none, and ids of another type', async () => {
      for (const [field, name, input] of withId('')) {
        for (const nonsense of [
          '',
          'nonsense',
          '✓',
          encodeId('Vault', 'x'),
          `${encodeId('Vault', suite.scene.vaultId)} `,
        ]) {
          await refused(
            field,
            { ...input, [name]: nonsense },
            { __typename: 'InvalidInputError', issues: [{ path: [name], code: 'MALFORMED_ID' }] },
          );
        }
        const other =
          name === 'vaultId'
            ? encodeId('Gateway', suite.scene.gateway.gatewayId)
            : encodeId('Vault', suite.scene.vaultId);
        await refused(
          field,
          { ...input, [name]: other },
          { __typename: 'InvalidInputError', issues: [{ path: [name], code: 'WRONG_TYPE' }] },
        );
      }
    });

    it('ids of another resource group, as if they did not exist', async () => {
      const { control, scene } = suite;
      const { resourceGroup } = await createResourceGroup(control, scene.viewer, {
        name: `apart ${control.ids.uuid()}`,
      });
      const key = await newKey(control, { resourceGroups: [resourceGroup.id] });
      const { job } = await run('startBackup', { virtualMachineId: vmId(2) });
      const existing: Record<string, string> = {
        resourceGroupId: encodeId(
          'ResourceGroup',
          (
            await control.db
              .selectFrom('vault')
              .select('resource_group_id')
              .where('id', '=', scene.vaultId)
              .executeTakeFirstOrThrow()
          ).resource_group_id,
        ),
        vaultId: encodeId('Vault', scene.vaultId),
        gatewayId: encodeId('Gateway', scene.gateway.gatewayId),
        vcenterId: encodeId('VCenter', scene.vcenterId),
        virtualMachineId: vmId(0),
        jobId: job.id,
        accessKeyId: encodeId('AccessKey', scene.viewer.accessKeyId),
      };
      for (const [field, name, input] of withId('')) {
        const id = existing[name];
        if (id) await refused(field, { ...input, [name]: id }, { __typename: 'NotFoundError', code: 'NOT_FOUND' }, key);
      }
      await run('cancelJob', { jobId: job.id });
    });

    it('keys without the scope', async () => {
      const key = await newKey(suite.control, { scopes: ['event:read'] });
      const scopeOf: Record<Field, string> = {
        createResourceGroup: 'resourceGroup:write',
        createVault: 'vault:write',
        createGateway: 'gateway:write',
        issueGatewayCertificate: 'gateway:write',
        addVCenter: 'vcenter:write',
        refreshInventory: 'vcenter:write',
        startBackup: 'job:write',
        startRestore: 'job:write',
        cancelJob: 'job:write',
        createAccessKey: 'accessKey:write',
        revokeAccessKey: 'accessKey:write',
      };
      const inputs = new Map<Field, Record<string, unknown>>(withId('x').map(([field, , input]) => [field, input]));
      inputs.set('createResourceGroup', { name: 'x' }).set('createAccessKey', { name: 'x', scopes: ['EVENT_READ'] });
      for (const [field, input] of inputs) {
        await refused(
          field,
          input,
          { __typename: 'ForbiddenError', code: 'FORBIDDEN', requiredScope: scopeOf[field] },
          key,
        );
      }
    });

    it('regions, networks, addresses and keys that make no sense', async () => {
      await refused(
        'createVault',
        { regionId: 'atlantis-1' },
        { __typename: 'InvalidInputError', issues: [{ path: ['regionId'], code: 'UNKNOWN_REGION' }] },
      );
      await refused('createGateway', gatewayInput({ networkType: 'VPC' }), {
        __typename: 'InvalidInputError',
        issues: [{ path: ['vpcRegion'] }],
      });
      await refused('createGateway', gatewayInput({ networkType: 'VPC', vpcRegion: 'cn-beijing' }), {
        __typename: 'InvalidInputError',
        issues: [{ path: ['vpcRegion'] }],
      });
      await refused(
        'addVCenter',
        {
          gatewayId: encodeId('Gateway', suite.scene.gateway.gatewayId),
          address: 'https://vc/',
          username: '',
          password: '',
        },
        { __typename: 'InvalidInputError' },
      );
      await refused(
        'createAccessKey',
        { name: 'x', scopes: [] },
        { __typename: 'InvalidInputError', issues: [{ path: ['scopes'] }] },
      );
      await refused(
        'createAccessKey',
        { name: 'x', scopes: ['VAULT_READ'], expiresAt: '2001-01-01T00:00:00Z' },
        { __typename: 'InvalidInputError', issues: [{ path: ['expiresAt'] }] },
      );
      const narrow = await newKey(suite.control, { scopes: ['accessKey:write', 'vault:read'] });
      await refused(
        'createAccessKey',
        { name: 'x', scopes: ['VAULT_WRITE'] },
        { __typename: 'ForbiddenError', requiredScope: 'vault:write' },
        narrow,
      );
      await run('createResourceGroup', { name: 'taken' });
      await refused('createResourceGroup', { name: 'taken' }, { __typename: 'ConflictError', code: 'NAME_TAKEN' });
    });
  });
});
