import { expect, it } from 'vitest';
import { createResourceGroup } from '../control/resource-groups/resource-groups.ts';
import { type MutationField, mutationDocuments, mutationsOf } from '../tests/support/mutations.ts';
import { onApi } from '../tests/support/on-api.ts';
import { ask, newKey } from '../tests/support/public-api.ts';
import { encodeId } from './global-id.ts';

/** Nonsense is refused with a typed error that says what to do. */
onApi('refusals', (suite) => {
  const { run, gatewayInput, vmId } = mutationsOf(suite);

  const refused = async (
    field: MutationField,
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
  const withId = (id: string): readonly (readonly [MutationField, string, Record<string, unknown>])[] => [
    ['createVault', 'resourceGroupId', { regionId: 'cn-shanghai', resourceGroupId: id }],
    ['createGateway', 'vaultId', gatewayInput({ vaultId: id })],
    ['issueGatewayCertificate', 'gatewayId', { gatewayId: id }],
    ['downloadGatewayPackage', 'gatewayId', { gatewayId: id }],
    ['downloadGatewayCertificate', 'gatewayId', { gatewayId: id }],
    ['addVCenter', 'gatewayId', { gatewayId: id, address: 'vc', username: 'u', password: 'p' }],
    ['refreshInventory', 'vcenterId', { vcenterId: id }],
    ['startBackup', 'virtualMachineId', { virtualMachineId: id }],
    ['startBackup', 'gatewayId', { virtualMachineId: vmId(2), gatewayId: id }],
    ['startRestore', 'recoveryPointId', { recoveryPointId: id }],
    ['cancelJob', 'jobId', { jobId: id }],
    ['updateAccessKey', 'accessKeyId', { accessKeyId: id, expectedVersion: 1 }],
    ['rotateAccessKey', 'accessKeyId', { accessKeyId: id }],
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
    const scopeOf: Record<MutationField, string> = {
      createResourceGroup: 'resourceGroup:write',
      createVault: 'vault:write',
      createGateway: 'gateway:write',
      issueGatewayCertificate: 'gateway:write',
      downloadGatewayPackage: 'gateway:write',
      downloadGatewayCertificate: 'gateway:write',
      addVCenter: 'vcenter:write',
      refreshInventory: 'vcenter:write',
      startBackup: 'job:write',
      startRestore: 'job:write',
      cancelJob: 'job:write',
      createAccessKey: 'accessKey:write',
      updateAccessKey: 'accessKey:write',
      rotateAccessKey: 'accessKey:write',
      revokeAccessKey: 'accessKey:write',
    };
    const inputs = new Map<MutationField, Record<string, unknown>>(
      withId('x').map(([field, , input]) => [field, input]),
    );
    inputs.set('createResourceGroup', { name: 'x' }).set('createAccessKey', { name: 'x', scopes: ['EVENT_READ'] });
    // Every key may rotate itself, so this one is told of its scope only once it names another one.
    inputs.set('rotateAccessKey', { accessKeyId: encodeId('AccessKey', suite.scene.viewer.accessKeyId) });
    for (const [field, input] of inputs) {
      await refused(
        field,
        input,
        { __typename: 'ForbiddenError', code: 'FORBIDDEN', requiredScope: scopeOf[field] },
        key,
      );
    }
  });

  it('days that no calendar has, and moments that have passed', async () => {
    for (const startBefore of ['2030-02-31T00:00:00Z', '2030-13-01T00:00:00Z', '2030-01-01T24:00:00Z', '2030-01-01']) {
      const { status, errors } = await ask(suite.api, suite.key, mutationDocuments.startBackup, {
        input: { virtualMachineId: vmId(2), startBefore },
      });
      expect(status, startBefore).toBe(400);
      expect(errors?.[0]?.message).toContain('A DateTime is written like');
    }
    await refused(
      'startBackup',
      { virtualMachineId: vmId(2), startBefore: '2001-02-28T23:59:59+01:00' },
      { __typename: 'InvalidInputError', issues: [{ path: ['startBefore'], code: 'IN_THE_PAST' }] },
    );
  });

  it('log-ins that no vCenter can have', async () => {
    const gatewayId = encodeId('Gateway', suite.scene.gateway.gatewayId);
    for (const [name, value] of [
      ['username', 'a\0b'],
      ['password', 'a\0b'],
      ['password', '\ud800'],
      ['password', ''],
    ] as const) {
      await refused(
        'addVCenter',
        { gatewayId, address: 'vc', username: 'u', password: 'p', [name]: value },
        { __typename: 'InvalidInputError', issues: [{ path: [name] }] },
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
