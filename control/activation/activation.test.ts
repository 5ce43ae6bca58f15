import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import type { ActivationRequest } from '../../protocol/activation.ts';
import { createTestControl, type TestControl } from '../../tests/support/control.ts';
import {
  activationRequest,
  agent,
  bearerOf,
  type ControlScene,
  claim,
  createGatewayRow,
  createScene,
  type GatewayKeys,
  generateGatewayKeys,
  issueCertificate,
} from '../../tests/support/control-scene.ts';
import { databases, type TestDatabase } from '../../tests/support/databases.ts';
import { issueAccessKey } from '../access-keys/issue-access-key.ts';
import { revokeAccessKey } from '../access-keys/revoke-access-key.ts';
import { sweeper } from '../jobs/sweeper.ts';
import { createResourceGroup } from '../resource-groups/resource-groups.ts';
import type { Scope } from '../scopes.ts';
import { activateGateway } from './activate.ts';
import { authenticateGateway } from './authenticate-gateway.ts';
import { hello } from './hello.ts';
import { verifyMessageCredentials } from './message-credentials.ts';
import { messageLogin, messageLogins } from './message-login.ts';
import { issueToken, issueTokenChallenge } from './token.ts';

const never = new AbortController().signal;

describe.each(databases())('activation on $name', ({ open }) => {
  const clock = new ManualClock();
  let database: TestDatabase;
  let control: TestControl;
  let scene: ControlScene;
  beforeAll(async () => {
    database = await open();
    control = await createTestControl({ database, clock });
    scene = await createScene(control);
  });
  afterAll(async () => {
    await control[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const newCertificate = async (gatewayId?: string) => {
    const id = gatewayId ?? (await createGatewayRow(control, scene.viewer, scene.vaultId));
    return { gatewayId: id, certificate: await issueCertificate(control, scene.viewer, id) };
  };
  const activate = async (
    certificate: string,
    keys: GatewayKeys = generateGatewayKeys(),
    changes: Partial<ActivationRequest> = {},
    accessKey = scene.accessKey,
  ) => activateGateway(control, await activationRequest(control, certificate, accessKey, keys, changes), never);
  const accessKeyWith = async (grant: { scopes?: Scope[]; resourceGroups?: 'ALL' | string[]; expiresAt?: Date }) =>
    (
      await issueAccessKey(control, {
        name: 'key',
        scopes: grant.scopes ?? ['gateway:write'],
        resourceGroups: grant.resourceGroups ?? 'ALL',
        expiresAt: grant.expiresAt ?? null,
      })
    ).secret;

  it('activates a gateway and says what it is', async () => {
    const { gatewayId, certificate } = await newCertificate();
    const answer = await activate(certificate);
    expect(answer).toMatchObject({ gatewayId, vaultId: scene.vaultId, regionId: 'sandbox-1', findings: [] });
    expect(answer.settings).toMatchObject({ useHttps: true, dataNetwork: 'INTERNET' });
    const row = await control.db
      .selectFrom('gateway')
      .selectAll()
      .where('id', '=', gatewayId)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ status: 'ACTIVATED', control_network: 'INTERNET', instance_id: null });
  });

  it('gives the same answer to the same certificate and keys, and changes nothing', async () => {
    const { gatewayId, certificate } = await newCertificate();
    const keys = generateGatewayKeys();
    const first = await activate(certificate, keys);
    const before = await gatewayVersion(gatewayId);
    expect(await activate(certificate, keys)).toEqual(first);
    expect(await gatewayVersion(gatewayId)).toBe(before);
  });

  it('refuses a certificate that other keys have used', async () => {
    const { certificate } = await newCertificate();
    await activate(certificate);
    await expect(activate(certificate)).rejects.toMatchObject({ code: 'CERTIFICATE_USED' });
  });

  it('refuses a certificate that a newer one voided', async () => {
    const { gatewayId, certificate } = await newCertificate();
    await newCertificate(gatewayId);
    await expect(activate(certificate)).rejects.toMatchObject({ code: 'CERTIFICATE_VOIDED' });
  });

  it('refuses an expired certificate', async () => {
    const { certificate } = await newCertificate();
    const request = await activationRequest(control, certificate, scene.accessKey, generateGatewayKeys());
    await clock.advance(control.config.certificateSilenceMs);
    await expect(activate(certificate)).rejects.toMatchObject({ code: 'CERTIFICATE_EXPIRED' });
    await expect(activateGateway(control, request, never)).rejects.toMatchObject({ code: 'CERTIFICATE_EXPIRED' });
  });

  it('refuses a certificate of another control plane', async () => {
    const { certificate } = await newCertificate();
    const [head, body, signature = ''] = certificate.split('.');
    const spoiled = [head, body, `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`].join('.');
    await expect(activate(spoiled)).rejects.toMatchObject({ code: 'CERTIFICATE_INVALID' });
  });

  it('refuses a challenge of another certificate, a made-up one and an old one', async () => {
    const { certificate } = await newCertificate();
    const other = await activationRequest(
      control,
      (await newCertificate()).certificate,
      scene.accessKey,
      generateGatewayKeys(),
    );
    const keys = generateGatewayKeys();
    await expect(activate(certificate, keys, { challenge: other.challenge })).rejects.toMatchObject({
      code: 'CHALLENGE_INVALID',
    });
    await expect(activate(certificate, keys, { challenge: `${'x'.repeat(40)}.y` })).rejects.toMatchObject({
      code: 'CHALLENGE_INVALID',
    });
    const request = await activationRequest(control, certificate, scene.accessKey, keys);
    await clock.advance(5 * 60_000);
    await expect(activateGateway(control, request, never)).rejects.toMatchObject({ code: 'CHALLENGE_EXPIRED' });
  });

  it('refuses a wrong signature and a wrong kind of key', async () => {
    const { certificate } = await newCertificate();
    const keys = generateGatewayKeys();
    const signature = Buffer.alloc(64).toString('base64');
    await expect(activate(certificate, keys, { signature })).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    const swapped = { signing: keys.signing, sealing: keys.signing };
    await expect(activate(certificate, swapped)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('refuses a wrong, an expired and a revoked access key', async () => {
    const { certificate } = await newCertificate();
    const keys = generateGatewayKeys();
    const [keyId] = scene.accessKey.split('.');
    await expect(activate(certificate, keys, {}, `${keyId}.${'x'.repeat(43)}`)).rejects.toMatchObject({
      code: 'INVALID_ACCESS_KEY',
    });
    const shortLived = await accessKeyWith({ expiresAt: new Date(clock.now() + 1_000) });
    await clock.advance(1_000);
    await expect(activate(certificate, keys, {}, shortLived)).rejects.toMatchObject({ code: 'ACCESS_KEY_EXPIRED' });
    const revoked = await accessKeyWith({});
    await revoke(revoked);
    await expect(activate(certificate, keys, {}, revoked)).rejects.toMatchObject({ code: 'ACCESS_KEY_DISABLED' });
    const proof = { driver: 'ram', accessKeyId: 'x', values: {} };
    await expect(activate(certificate, keys, { proof })).rejects.toMatchObject({ code: 'INVALID_ACCESS_KEY' });
  });

  it('refuses an access key without the scope or of another resource group', async () => {
    const { certificate } = await newCertificate();
    const { resourceGroup } = await createResourceGroup(control, scene.viewer, { name: 'elsewhere' });
    const keys = generateGatewayKeys();
    const elsewhere = await accessKeyWith({ resourceGroups: [resourceGroup.id] });
    await expect(activate(certificate, keys, {}, elsewhere)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const reader = await accessKeyWith({ scopes: ['gateway:read'] });
    await expect(activate(certificate, keys, {}, reader)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('replaces the keys when the gateway is activated again, which ends bearers and message credentials', async () => {
    const { gatewayId, certificate } = await newCertificate();
    const oldKeys = generateGatewayKeys();
    await activate(certificate, oldKeys);
    const bearer = await bearerOf(control, gatewayId, oldKeys);
    const instanceId = control.ids.uuid();
    const { messageChannel } = await hello(control, { gatewayId }, { instanceId, previousInstanceId: null, agent });
    expect(await verifyMessageCredentials(control, messageChannel)).toEqual({ gatewayId });

    await activate((await newCertificate(gatewayId)).certificate, generateGatewayKeys());
    await expect(authenticateGateway(control, bearer)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(bearerOf(control, gatewayId, oldKeys)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    expect(await verifyMessageCredentials(control, messageChannel)).toBeUndefined();
    await expect(activate(certificate, oldKeys)).rejects.toMatchObject({ code: 'CERTIFICATE_USED' });
  });

  it('gives a bearer for ten minutes to who signs a fresh challenge', async () => {
    const { gatewayId, certificate } = await newCertificate();
    const keys = generateGatewayKeys();
    const { challenge } = await issueTokenChallenge(control, { gatewayId });
    const signature = Buffer.alloc(64).toString('base64');
    await expect(issueToken(control, { gatewayId, challenge, signature })).rejects.toMatchObject({
      code: 'GATEWAY_NOT_ACTIVATED',
    });
    await activate(certificate, keys);
    const bearer = await bearerOf(control, gatewayId, keys);
    expect(await authenticateGateway(control, bearer)).toEqual({ gatewayId });
    await expect(authenticateGateway(control, `${bearer}x`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const other = await newCertificate();
    await activate(other.certificate);
    await expect(bearerOf(control, other.gatewayId, keys)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    await expect(issueToken(control, { gatewayId: other.gatewayId, challenge, signature })).rejects.toMatchObject({
      code: 'CHALLENGE_INVALID',
    });
    await clock.advance(60_000);
    await expect(issueToken(control, { gatewayId, challenge, signature })).rejects.toMatchObject({
      code: 'CHALLENGE_EXPIRED',
    });
    await clock.advance(9 * 60_000);
    await expect(authenticateGateway(control, bearer)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('gives no bearer after days of silence, but one to a gateway whose access key was revoked', async () => {
    const silent = await newCertificate();
    const keys = generateGatewayKeys();
    await activate(silent.certificate, keys);
    await clock.advance(control.config.certificateSilenceMs + 1);
    await expect(bearerOf(control, silent.gatewayId, keys)).rejects.toMatchObject({ code: 'CERTIFICATE_EXPIRED' });

    const { gatewayId, certificate } = await newCertificate();
    const accessKey = await accessKeyWith({});
    await activate(certificate, keys, {}, accessKey);
    await revoke(accessKey);
    await sweeper(control).runOnce();
    expect(await authenticateGateway(control, await bearerOf(control, gatewayId, keys))).toEqual({ gatewayId });
  });

  it('takes the message channel from a gateway whose certificate has expired', async () => {
    const { gatewayId, certificate } = await newCertificate();
    await activate(certificate);
    const { messageChannel } = await hello(
      control,
      { gatewayId },
      { instanceId: control.ids.uuid(), previousInstanceId: null, agent },
    );
    expect(await messageLogin(control, gatewayId)).toMatchObject({ gatewayId });
    await clock.advance(control.config.certificateSilenceMs + 1);
    await sweeper(control).runOnce();
    await sweeper(control).runOnce();
    expect(await verifyMessageCredentials(control, messageChannel)).toBeUndefined();
    expect(await messageLogin(control, gatewayId)).toBeUndefined();
    expect((await messageLogins(control)).map((login) => login.gatewayId)).not.toContain(gatewayId);
  });

  it('lets one instance live: a restart takes over, a copy has to wait until the other was silent for a lease', async () => {
    const { gatewayId, certificate } = await newCertificate();
    await activate(certificate);
    const [first, second, copy] = [control.ids.uuid(), control.ids.uuid(), control.ids.uuid()];
    const say = (instanceId: string, previousInstanceId: string | null) =>
      hello(control, { gatewayId }, { instanceId, previousInstanceId, agent });
    const answer = await say(first, null);
    expect(answer.messageChannel.url).toBe('mqtt://127.0.0.1:7004');
    expect(await say(first, null)).toEqual(answer);
    await expect(say(copy, null)).rejects.toMatchObject({ code: 'INSTANCE_CONFLICT' });
    await say(second, first);
    await expect(say(first, null)).rejects.toMatchObject({ code: 'INSTANCE_CONFLICT' });
    const gateway = { gatewayId, keys: generateGatewayKeys(), instanceId: first };
    await expect(claim(control, gateway)).rejects.toMatchObject({ code: 'INSTANCE_CONFLICT' });
    await clock.advance(control.config.leaseMs);
    await expect(say(copy, null)).rejects.toMatchObject({ code: 'INSTANCE_CONFLICT' });
    await clock.advance(1);
    await say(copy, null);
  });

  async function gatewayVersion(gatewayId: string): Promise<number> {
    const row = await control.db
      .selectFrom('gateway')
      .select('version')
      .where('id', '=', gatewayId)
      .executeTakeFirstOrThrow();
    return row.version;
  }

  async function revoke(accessKey: string): Promise<void> {
    const [keyId = ''] = accessKey.split('.');
    const row = await control.db
      .selectFrom('access_key')
      .select('id')
      .where('key_id', '=', keyId)
      .executeTakeFirstOrThrow();
    await revokeAccessKey(control, scene.viewer, { accessKeyId: row.id });
  }
});
