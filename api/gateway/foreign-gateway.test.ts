import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import { startBackup } from '../../control/jobs/start-backup.ts';
import {
  activationRequest,
  bearerOf,
  claimOne,
  commitBody,
  complete,
  createActivatedGateway,
  createGatewayRow,
  createScene,
  generateGatewayKeys,
  issueCertificate,
  retry,
} from '../../tests/support/control-scene.ts';
import { databases } from '../../tests/support/databases.ts';
import { onDatabases } from '../../tests/support/on-databases.ts';
import { createGatewayRoutes } from './routes.ts';

/** What a stolen gateway may do to the others: nothing. */
onDatabases(
  'a gateway with a good bearer of its own',
  (suite) => {
    const post = async (path: string, body: object, bearer = '') => {
      const { control } = suite;
      const app = new Hono().route('/gateway/v1', createGatewayRoutes({ control, logger: silentLogger }));
      const response = await app.request(`/gateway/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
        body: JSON.stringify(body),
      });
      const answer = Object(await response.json());
      return { status: response.status, code: answer.error?.code };
    };

    it('finds no attempt, command or inventory of another one', async () => {
      const { control } = suite;
      const scene = await createScene(control);
      const thief = await createActivatedGateway(control, scene.viewer, scene.accessKey, scene.vaultId);
      const bearer = await bearerOf(control, thief.gatewayId, thief.keys);
      const job = await startBackup(control, scene.viewer, { virtualMachineId: scene.virtualMachineIds[0] });
      const work = await claimOne(control, scene.gateway);
      const { fence } = work;
      const at = `/attempts/${work.attemptId}`;
      const refused = { status: 404, code: 'NOT_FOUND' };
      expect(await post(`${at}/renew`, { fence, sequence: 1, progress: null }, bearer)).toEqual(refused);
      expect(await post(`${at}/vault-session`, { fence, pins: [] }, bearer)).toEqual(refused);
      expect(await post(`${at}/storage-credentials`, { fence }, bearer)).toEqual(refused);
      expect(await post(`${at}/commit`, commitBody(work), bearer)).toEqual(refused);
      expect(await post(`${at}/complete`, { fence, outcome: complete }, bearer)).toEqual(refused);
      expect(await post(`${at}/complete`, { fence, outcome: retry() }, bearer)).toEqual(refused);
      const command = control.ids.uuid();
      const result = { ok: true, result: {} };
      expect(await post(`/commands/${command}/result`, result, bearer)).toEqual(refused);
      const batch = { refreshId: control.ids.uuid(), vcenterId: scene.vcenterId, virtualMachines: [] };
      expect(await post('/inventory', batch, bearer)).toEqual(refused);
      const row = await control.db.selectFrom('job').selectAll().where('id', '=', job).executeTakeFirstOrThrow();
      expect(row).toMatchObject({ status: 'RUNNING', recovery_point_id: null });
    });

    it('gets no bearer for another one, and its challenges are good for nothing else', async () => {
      const { control } = suite;
      const scene = await createScene(control);
      const thief = await createActivatedGateway(control, scene.viewer, scene.accessKey, scene.vaultId);
      const { gatewayId } = scene.gateway;
      const { issueTokenChallenge } = await import('../../control/activation/token.ts');
      const { sign } = await import('node:crypto');
      const { tokenSignatureInput } = await import('../../protocol/activation.ts');
      const signed = (id: string, challenge: string) =>
        sign(null, tokenSignatureInput(id, challenge), thief.keys.signing.privateKey).toString('base64');
      const { challenge } = await issueTokenChallenge(control, { gatewayId });
      expect(await post('/token', { gatewayId, challenge, signature: signed(gatewayId, challenge) })).toEqual({
        status: 403,
        code: 'SIGNATURE_INVALID',
      });
      const own = await issueTokenChallenge(control, { gatewayId: thief.gatewayId });
      const replayed = { gatewayId, challenge: own.challenge, signature: signed(gatewayId, own.challenge) };
      expect(await post('/token', replayed)).toEqual({ status: 400, code: 'CHALLENGE_INVALID' });
      for (const nonsense of ['', 'x', '.', 'e30.', `${challenge}x`, challenge.replace('.', '..'), '\0'])
        expect((await post('/token', { ...replayed, challenge: nonsense })).status, nonsense).toBe(400);
    });

    it('activates nothing with a certificate that was changed, or that is not its own', async () => {
      const { control } = suite;
      const scene = await createScene(control);
      const gatewayId = await createGatewayRow(control, scene.viewer, scene.vaultId);
      const other = await createGatewayRow(control, scene.viewer, scene.vaultId);
      const certificate = await issueCertificate(control, scene.viewer, gatewayId);
      const otherCertificate = await issueCertificate(control, scene.viewer, other);
      const [header = '', payload = '', signature = ''] = certificate.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
      const changed = (change: object) => Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url');
      const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
      const hmac = Buffer.from(JSON.stringify({ alg: 'HS256' })).toString('base64url');
      const keys = generateGatewayKeys();
      const request = await activationRequest(control, certificate, scene.accessKey, keys);
      for (const tampered of [
        `${header}.${changed({ gatewayId: other })}.${signature}`,
        `${header}.${changed({ exp: claims.exp + 86_400_000 })}.${signature}`,
        `${none}.${payload}.`,
        `${hmac}.${payload}.${signature}`,
        `${header}.${payload}`,
        `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      ]) {
        expect(await post('/activation/challenge', { certificate: tampered }), tampered).toEqual({
          status: 400,
          code: 'CERTIFICATE_INVALID',
        });
      }
      // A good challenge and signature for one certificate, sent with another one.
      expect((await post('/activation', { ...request, certificate: otherCertificate })).status).toBe(400);
      const elsewhere = await activationRequest(control, otherCertificate, scene.accessKey, keys);
      expect((await post('/activation', { ...elsewhere, signature: request.signature })).code).toBe(
        'SIGNATURE_INVALID',
      );
      const wrongKey = await activationRequest(control, certificate, `${scene.viewer.keyId}.wrong`, keys);
      expect((await post('/activation', wrongKey)).code).toBe('INVALID_ACCESS_KEY');
      const statuses = await control.db
        .selectFrom('gateway')
        .select('status')
        .where('id', 'in', [gatewayId, other])
        .execute();
      expect(statuses).toEqual([{ status: 'NOT_ACTIVATED' }, { status: 'NOT_ACTIVATED' }]);
    });
  },
  { kinds: databases().slice(0, 1) },
);
