import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemIds } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import { errorBody } from '../../protocol/primitives.ts';
import { createTestControl, type TestControl } from '../../tests/support/control.ts';
import {
  activationRequest,
  bearerOf,
  type ControlScene,
  createActivatedGateway,
  createScene,
  generateGatewayKeys,
  issueCertificate,
} from '../../tests/support/control-scene.ts';
import { databases, type TestDatabase } from '../../tests/support/databases.ts';
import { createGatewayRoutes } from './routes.ts';

const [embedded] = databases();
if (!embedded) throw new Error('no database');

let database: TestDatabase;
let control: TestControl;
let scene: ControlScene;
let bearer: string;
let app: Hono;
const logged: string[] = [];
const logger: Logger = {
  debug: (fields, message) => logged.push(JSON.stringify([fields, message])),
  info: (fields, message) => logged.push(JSON.stringify([fields, message])),
  warn: (fields, message) => logged.push(JSON.stringify([fields, message])),
  error: (fields, message) => logged.push(JSON.stringify([fields, message])),
  child: () => logger,
};

beforeAll(async () => {
  database = await embedded.open();
  control = await createTestControl({ database });
  scene = await createScene(control);
  bearer = await bearerOf(control, scene.gateway.gatewayId, scene.gateway.keys);
  app = freshApp();
});
afterAll(async () => {
  await control?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

/** With its own rate limits, which all callers of a test share. */
const freshApp = () => new Hono().route('/gateway/v1', createGatewayRoutes({ control, logger, trustProxy: true }));

const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await app.request(`/gateway/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const json: unknown = await response.json();
  const error = response.ok ? undefined : errorBody.parse(Object(json).error);
  return { status: response.status, headers: response.headers, json, code: error?.code };
};

const claim = { freeSlots: 0, running: [] };
const unknownId = '01900000-0000-7000-8000-00000000dead';

describe('the control channel', () => {
  it('answers a claim, with a request id of its own or of the caller', async () => {
    const body = { ...claim, instanceId: scene.gateway.instanceId };
    const answer = await post('/claim', body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect((await post('/claim', body, { 'x-request-id': 'mine-1' })).headers.get('x-request-id')).toBe('mine-1');
    expect((await post('/claim', body, { 'x-request-id': 'not "mine' })).headers.get('x-request-id')).toMatch(
      /^[0-9a-f-]{36}$/,
    );
  });

  it.each([
    ['no bearer', { authorization: '' }],
    ['a bearer that is none', { authorization: 'Bearer nonsense' }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
  ])('refuses %s with 401', async (_what, headers) => {
    expect(await post('/claim', claim, headers)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  it.each([
    ['what is not JSON', '{', {}, 400, 'INVALID_BODY'],
    ['another shape', { freeSlots: -1 }, {}, 400, 'INVALID_BODY'],
    ['another media type', '{}', { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body that is too large', { pad: 'x'.repeat(70_000) }, {}, 413, 'BODY_TOO_LARGE'],
  ])('refuses %s', async (_what, body, headers, status, code) => {
    expect(await post('/claim', body, headers)).toMatchObject({ status, code });
  });

  it('tells another instance that one lives already', async () => {
    const body = { ...claim, instanceId: unknownId };
    expect(await post('/claim', body)).toMatchObject({ status: 409, code: 'INSTANCE_CONFLICT' });
  });

  it.each([`/attempts/${unknownId}/renew`, '/attempts/not-an-id/renew', '/nowhere'])('knows no %s', async (path) => {
    expect(await post(path, { fence: 1, sequence: 1, progress: null })).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
  });

  it("does not let a gateway answer for another one's vCenter", async () => {
    const other = await createActivatedGateway(control, scene.viewer, scene.accessKey, scene.vaultId);
    const foreign = await bearerOf(control, other.gatewayId, other.keys);
    const batch = { refreshId: systemIds.uuid(), vcenterId: scene.vcenterId, virtualMachines: [] };
    const answer = await post('/inventory', batch, { authorization: `Bearer ${foreign}` });
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  it('activates once per certificate and key pair, whatever is sent again', async () => {
    app = freshApp();
    const { gatewayId } = scene.gateway;
    const certificate = await issueCertificate(control, scene.viewer, gatewayId);
    const request = await activationRequest(control, certificate, scene.accessKey, generateGatewayKeys());
    const first = await post('/activation', request, { authorization: '' });
    expect(first.status).toBe(200);
    expect((await post('/activation', request)).json).toEqual(first.json);
    const thief = await activationRequest(control, certificate, scene.accessKey, generateGatewayKeys());
    expect(await post('/activation', thief)).toMatchObject({ status: 409, code: 'CERTIFICATE_USED' });
    expect(await post('/activation/challenge', { certificate: 'nonsense' })).toMatchObject({
      status: 400,
      code: 'CERTIFICATE_INVALID',
    });
  });

  it('slows guessing down, for each address by itself', async () => {
    app = freshApp();
    const guess = (address: string) =>
      post('/activation/challenge', { certificate: 'x' }, { 'x-forwarded-for': address });
    const answers = [];
    for (let count = 0; count < 11; count += 1) answers.push(await guess('192.0.2.1'));
    expect(answers.at(-1)).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' });
    expect(answers.at(-1)?.headers.get('retry-after')).toBe('60');
    expect((await guess('192.0.2.2')).status).toBe(400);
  });

  it('masks what nobody expected, and logs it under the request id', async () => {
    const broken = { ...control, db: control.db.withSchema('nowhere') };
    const masked = new Hono().route('/gateway/v1', createGatewayRoutes({ control: broken, logger }));
    const response = await masked.request('/gateway/v1/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'find-me' },
      body: JSON.stringify(await tokenBody()),
    });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).toContain('find-me');
    expect(text).not.toContain('nowhere');
    expect(logged.join()).toContain('find-me');
  });

  it('logs no secret', () => {
    const [, secret = ''] = scene.accessKey.split('.');
    for (const hidden of [secret, bearer, createHash('sha256').update(secret).digest('hex')])
      expect(logged.join()).not.toContain(hidden);
  });
});

async function tokenBody() {
  const challenge = await post('/token/challenge', { gatewayId: scene.gateway.gatewayId });
  return { gatewayId: scene.gateway.gatewayId, challenge: String(Object(challenge.json).challenge), signature: 'AAAA' };
}
