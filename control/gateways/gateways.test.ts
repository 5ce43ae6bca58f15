import { beforeAll, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { readCertificate, verifyCertificate } from '../../protocol/certificate.ts';
import { onDatabases } from '../../tests/support/on-databases.ts';
import { createTenant, createViewer } from '../../tests/support/viewers.ts';
import { ForbiddenError, InvalidInputError, NotFoundError } from '../errors.ts';
import { signingKey } from '../signing-key.ts';
import { createVault } from '../vaults/create-vault.ts';
import type { Viewer } from '../viewer.ts';
import { type CreateGatewayInput, createGateway } from './create-gateway.ts';
import { gatewayCertificatesByIds, gatewaysByIds, latestCertificatesByGatewayIds, listGateways } from './gateways.ts';
import { issueGatewayCertificate } from './issue-gateway-certificate.ts';

const clock = new ManualClock();

onDatabases(
  'gateways',
  (suite) => {
    let admin: Viewer;
    let tenant: { resourceGroupId: string; viewer: Viewer };
    let other: { resourceGroupId: string; viewer: Viewer };
    let vaultId: string;
    beforeAll(async () => {
      admin = await createViewer(suite.control);
      tenant = await createTenant(suite.control, admin, 'tenant');
      other = await createTenant(suite.control, admin, 'other');
      const { vault } = await createVault(suite.control, tenant.viewer, { name: 'v', regionId: 'cn-beijing' });
      vaultId = vault.id;
    });
    const input = (changes: Partial<CreateGatewayInput> = {}): CreateGatewayInput => ({
      vaultId,
      name: `gateway ${suite.control.ids.uuid()}`,
      platform: 'ONPREM_VSPHERE',
      networkType: 'INTERNET',
      useHttps: true,
      ...changes,
    });

    it('belong to the resource group of their vault, and wait for activation', async () => {
      const wanted = input({ name: 'one', networkType: 'VPC', vpcRegion: 'cn-beijing', idempotencyKey: 'one' });
      const created = await createGateway(suite.control, tenant.viewer, wanted);
      const { gateway } = created;
      expect(gateway).toMatchObject({
        name: 'one',
        status: 'NOT_ACTIVATED',
        status_since: new Date(clock.now()),
        resource_group_id: tenant.resourceGroupId,
        vpc_region: 'cn-beijing',
        use_https: true,
      });
      for (const secret of ['signing_key', 'message_secret_sealed']) expect(gateway).not.toHaveProperty(secret);
      expect(created).toMatchObject({ newVault: null, recoveryKey: null, certificate: { gateway_id: gateway.id } });
      expect(created.certificate).not.toHaveProperty('content_sealed');
      expect(await createGateway(suite.control, tenant.viewer, wanted)).toEqual(created);
      const sameName = createGateway(suite.control, tenant.viewer, input({ name: 'one' }));
      await expect(sameName).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    });

    it('are not to be seen or used from another resource group', async () => {
      const { gateway } = await createGateway(suite.control, tenant.viewer, input());
      expect(await gatewaysByIds(suite.control, other.viewer, [gateway.id])).toEqual([undefined]);
      expect((await listGateways(suite.control, other.viewer, {})).rows).toEqual([]);
      expect((await listGateways(suite.control, tenant.viewer, { filter: { vaultId } })).rows).toContainEqual(gateway);
      await expect(createGateway(suite.control, other.viewer, input())).rejects.toBeInstanceOf(NotFoundError);
      const foreign = issueGatewayCertificate(suite.control, other.viewer, { gatewayId: gateway.id });
      await expect(foreign).rejects.toBeInstanceOf(NotFoundError);
      const { certificate } = await issueGatewayCertificate(suite.control, admin, { gatewayId: gateway.id });
      expect(await gatewayCertificatesByIds(suite.control, other.viewer, [certificate.id])).toEqual([undefined]);
      expect(await latestCertificatesByGatewayIds(suite.control, other.viewer, [gateway.id])).toEqual([undefined]);
    });

    it('get a signed certificate; a new one voids the unused ones before', async () => {
      const { gateway } = await createGateway(suite.control, tenant.viewer, input({ name: 'Süd / 1' }));
      const first = await issueGatewayCertificate(suite.control, admin, { gatewayId: gateway.id, idempotencyKey: 'c' });
      expect(first.fileName).toMatch(/^S-d-1-[0-9a-f]{8}\.holdfast-gateway$/);
      const { publicKey } = await signingKey(suite.control);
      const payload = await verifyCertificate(first.content ?? '', publicKey);
      expect(payload).toEqual(readCertificate(first.content ?? ''));
      expect(payload).toMatchObject({
        jti: first.certificate.id,
        gatewayId: gateway.id,
        gatewayName: 'Süd / 1',
        regionId: 'cn-beijing',
        controlUrls: suite.control.config.publicUrls,
        exp: clock.now() / 1000 + 5 * 24 * 3600,
      });
      const replay = await issueGatewayCertificate(suite.control, admin, {
        gatewayId: gateway.id,
        idempotencyKey: 'c',
      });
      expect(replay).toEqual({ ...first, content: null });

      await clock.advance(1_000);
      const second = await issueGatewayCertificate(suite.control, admin, { gatewayId: gateway.id });
      const [voided, valid] = await gatewayCertificatesByIds(suite.control, admin, [
        first.certificate.id,
        second.certificate.id,
      ]);
      expect(voided?.voided_at).toEqual(new Date(clock.now()));
      expect(valid?.voided_at).toBeNull();
      expect(await latestCertificatesByGatewayIds(suite.control, admin, [gateway.id])).toEqual([valid]);
    });

    it('need scopes', async () => {
      const reader = await createViewer(suite.control, { scopes: ['gateway:read', 'vault:read'] });
      await expect(createGateway(suite.control, reader, input())).rejects.toBeInstanceOf(ForbiddenError);
      const [gateway] = (await listGateways(suite.control, reader, {})).rows;
      const issuing = issueGatewayCertificate(suite.control, reader, { gatewayId: gateway?.id ?? '' });
      await expect(issuing).rejects.toBeInstanceOf(ForbiddenError);
    });

    it.each([
      [{ name: '' }, 'name', 'TOO_SMALL'],
      [{ name: 'x'.repeat(65) }, 'name', 'TOO_BIG'],
      [{ networkType: 'VPC' }, 'vpcRegion', 'REQUIRED'],
      [{ networkType: 'VPC', vpcRegion: 'cn-hangzhou' }, 'vpcRegion', 'OTHER_REGION'],
      [{ vpcRegion: 'cn-beijing' }, 'vpcRegion', 'NOT_ALLOWED'],
    ] satisfies [Partial<CreateGatewayInput>, string, string][])('refuse %j', async (wrong, field, code) => {
      const creating = createGateway(suite.control, tenant.viewer, input(wrong));
      await expect(creating).rejects.toBeInstanceOf(InvalidInputError);
      await expect(creating).rejects.toMatchObject({ issues: [{ path: [field], code, message: expect.any(String) }] });
    });

    it.each(['nonsense', '018f0000-0000-7000-8000-000000000000'])('refuse the vault %s', async (unknown) => {
      const creating = createGateway(suite.control, admin, input({ vaultId: unknown }));
      await expect(creating).rejects.toBeInstanceOf(NotFoundError);
      const issuing = issueGatewayCertificate(suite.control, admin, { gatewayId: unknown });
      await expect(issuing).rejects.toBeInstanceOf(NotFoundError);
    });
  },
  { clock },
);
