import { expect, it } from 'vitest';
import { about, answerCommands, sendInventory } from '../tests/support/command-gateway.ts';
import { claimOne, finishBackup } from '../tests/support/control-scene.ts';
import { mutation, mutationDocuments, mutationsOf } from '../tests/support/mutations.ts';
import { onApi } from '../tests/support/on-api.ts';
import { ask, newKey } from '../tests/support/public-api.ts';
import { encodeId } from './global-id.ts';

onApi('mutations', (suite) => {
  const { run, gatewayInput, vmId } = mutationsOf(suite);

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
        // The suite keeps its vaults in a directory, which has no zones, whatever the region offers.
        redundancyType: 'LRS',
        redundancyReason: 'STORAGE_WITHOUT_ZONES',
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
      transport: 'AUTO',
      vault: { id: made.vault.id },
      latestCertificate: { id: expect.any(String) },
    });
    const nfc = await run('createGateway', gatewayInput({ vaultId: made.vault.id, name: 'second', transport: 'NFC' }));
    expect(nfc.gateway.transport).toBe('NFC');
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
        command.kind === 'REFRESH_INVENTORY'
          ? sendInventory(control, scene.gateway.gatewayId, command)
          : about('5e4c3b2a-0000-4000-8000-000000000001'),
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
    const { data, errors } = await ask(suite.api, key, mutationDocuments.createGateway, { input: gatewayInput() });
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
