import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createResourceGroup } from '../../control/resource-groups/resource-groups.ts';
import { atOncePerWebhook, delayAfter, mostTries } from '../../control/webhooks/try-deliveries.ts';
import { encodeId } from '../../schema/global-id.ts';
import { mutation } from '../../tests/support/mutations.ts';
import { onApi } from '../../tests/support/on-api.ts';
import { ask, newKey, openApi } from '../../tests/support/public-api.ts';
import { answerWithinMs } from './dispatcher.ts';
import { isAllowedAddress } from './receivers.ts';
import { webhookHeaders } from './sign.ts';

interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const payload = 'webhook { id name url enabled disabledReason eventTypes allResourceGroups version }';
const documents = {
  createWebhook: mutation('createWebhook', `${payload} secret`),
  updateWebhook: mutation('updateWebhook', payload),
  rotateWebhookSecret: mutation('rotateWebhookSecret', `${payload} secret`),
  deleteWebhook: mutation('deleteWebhook', 'webhookId'),
  testWebhook: mutation('testWebhook', 'delivery { id kind status }'),
  redeliverWebhook: mutation('redeliverWebhook', 'delivery { id status tries }'),
};
const deliveriesOf =
  'query ($id: ID!) { webhookDeliveries(first: 100, orderBy: CREATED_AT_ASC, filter: { webhookId: $id }) { nodes { id messageId kind eventType eventCursor status tries nextTryAt body lastTry { statusCode error durationMs } } } }';

/** Whatever is due is looked for at once. */
const quick = { webhookIntervalMs: 100 };

onApi(
  'webhooks',
  (suite) => {
    let receiver: Server;
    let url: string;
    let answer: (path: string) => number | 'hang' | 'redirect';
    let received: Received[];

    beforeAll(async () => {
      receiver = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
          const status = answer(request.url ?? '');
          if (status === 'redirect') response.writeHead(302, { location: '/elsewhere' }).end();
          else if (status !== 'hang') response.writeHead(status).end('much text '.repeat(1_000));
        });
      });
      await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?tenant=1`;
    });
    afterAll(() => {
      receiver.closeAllConnections();
      receiver.close();
    });
    beforeEach(() => {
      received = [];
      answer = (path) => (path === '/hangs' ? 'hang' : 204);
    });

    const run = async (field: keyof typeof documents, input: Record<string, unknown>, key = suite.key) =>
      (await ask(suite.api, key, documents[field], { input })).data[field];
    const deliveries = async (id: string) => (await suite.read(deliveriesOf, { id })).webhookDeliveries.nodes;
    const makeEvent = (name: string) => createResourceGroup(suite.control, suite.scene.viewer, { name });
    /** Whatever waits for its next try is due now. */
    const hurry = () =>
      suite.control.db
        .updateTable('webhook_delivery')
        .set({ next_try_at: new Date(suite.control.clock.now()) })
        .where('status', '=', 'PENDING')
        .execute();

    it('sends each event once, signed, with the words of the schema', async () => {
      const { webhook, secret } = await run('createWebhook', {
        name: 'console',
        url,
        eventTypes: ['RESOURCE_GROUP_CREATED'],
      });
      expect(webhook).toMatchObject({ enabled: true, eventTypes: ['RESOURCE_GROUP_CREATED'], version: 1 });
      const { resourceGroup } = await makeEvent(`signed ${suite.kind}`);
      await expect.poll(() => received.length).toBe(1);
      const [sent] = received;
      if (!sent) throw new Error('nothing was sent');
      const body = JSON.parse(sent.body);
      expect(body).toMatchObject({
        type: 'RESOURCE_GROUP_CREATED',
        subjectType: 'RESOURCE_GROUP',
        subjectId: encodeId('ResourceGroup', resourceGroup.id),
        details: [{ name: 'name', value: `signed ${suite.kind}` }],
      });
      const { events } = await suite.read('{ events(first: 1, orderBy: POSITION_DESC) { nodes { cursor type } } }');
      expect(body.cursor).toBe(events.nodes[0].cursor);

      const id = String(sent.headers['webhook-id']);
      const at = Number(sent.headers['webhook-timestamp']) * 1_000;
      expect(sent.headers).toMatchObject(webhookHeaders({ id, body: sent.body, secret, at }));
      await expect
        .poll(async () => (await deliveries(webhook.id)).map(({ status }: { status: string }) => status))
        .toEqual(['SUCCEEDED']);
      expect((await deliveries(webhook.id))[0]).toMatchObject({
        messageId: id,
        kind: 'EVENT',
        tries: 1,
        nextTryAt: null,
        body: sent.body,
        lastTry: { statusCode: 204, error: null },
      });
      await run('deleteWebhook', { webhookId: webhook.id });
    });

    it('tries again with the same id until the receiver takes it, and sends again what somebody asks for', async () => {
      const { webhook } = await run('createWebhook', { name: 'flaky', url, eventTypes: ['RESOURCE_GROUP_CREATED'] });
      const answers = [500, 'redirect', 200] as const;
      answer = () => answers[received.length - 1] ?? 200;
      await makeEvent(`retried ${suite.kind}`);
      for (const tries of [1, 2]) {
        await expect.poll(async () => (await deliveries(webhook.id))[0]?.lastTry !== null).toBe(true);
        await expect.poll(async () => (await deliveries(webhook.id))[0]?.tries).toBe(tries);
        await expect
          .poll(async () => (await deliveries(webhook.id))[0]?.lastTry?.statusCode)
          .toBe(tries === 1 ? 500 : 302);
        await hurry();
      }
      await expect.poll(async () => (await deliveries(webhook.id))[0]?.status).toBe('SUCCEEDED');
      expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      expect(received.map(({ path }) => path)).toEqual(Array.from({ length: 3 }, () => '/hook?tenant=1'));

      const [delivery] = await deliveries(webhook.id);
      const again = await run('redeliverWebhook', { deliveryId: delivery.id });
      expect(again.delivery).toMatchObject({ id: delivery.id, status: 'PENDING', tries: 0 });
      await expect.poll(() => received.length).toBe(4);
      expect(received[3]?.body).toBe(delivery.body);
      await run('deleteWebhook', { webhookId: webhook.id });
    });

    it('tests a webhook, also one that is off, and catches up when it is switched on', async () => {
      const made = await run('createWebhook', { name: 'off', url, eventTypes: ['RESOURCE_GROUP_CREATED'] });
      const webhookId = made.webhook.id;
      const off = await run('updateWebhook', { webhookId, enabled: false, expectedVersion: 1 });
      expect(off.webhook).toMatchObject({ enabled: false, disabledReason: 'SWITCHED_OFF', version: 2 });
      expect(await run('updateWebhook', { webhookId, name: 'x', expectedVersion: 1 })).toMatchObject({
        __typename: 'VersionConflictError',
      });
      answer = () => 418;
      const { delivery } = await run('testWebhook', { webhookId });
      expect(delivery).toMatchObject({ kind: 'TEST', status: 'PENDING' });
      await expect.poll(async () => (await deliveries(webhookId))[0]?.status).toBe('FAILED');
      expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ type: 'WEBHOOK_TEST', webhook: 'off' });

      await makeEvent(`meanwhile ${suite.kind}`);
      answer = () => 200;
      await run('updateWebhook', { webhookId, enabled: true });
      await expect.poll(() => received.length).toBe(2);
      expect(JSON.parse(received[1]?.body ?? '').details[0].value).toBe(`meanwhile ${suite.kind}`);
      await run('deleteWebhook', { webhookId });
      expect(await deliveries(webhookId)).toEqual([]);
    });

    it('switches off a webhook whose receiver took nothing for days, and says so', async () => {
      const { webhook } = await run('createWebhook', { name: 'dead', url, eventTypes: ['RESOURCE_GROUP_CREATED'] });
      answer = () => 503;
      await makeEvent(`hopeless ${suite.kind}`);
      await expect.poll(async () => (await deliveries(webhook.id))[0]?.lastTry?.statusCode).toBe(503);
      const { db, clock } = suite.control;
      const longAgo = new Date(clock.now() - 4 * 24 * 3_600_000);
      const giveUp = async (index: number) => {
        await db
          .updateTable('webhook_delivery')
          .set({ tries: mostTries - 1 })
          .where('status', '=', 'PENDING')
          .execute();
        await hurry();
        await expect.poll(async () => (await deliveries(webhook.id))[index]?.status).toBe('FAILED');
        const state = 'query ($id: ID!) { webhook(id: $id) { enabled disabledReason } }';
        return (await suite.read(state, { id: webhook.id })).webhook;
      };
      // There was nothing to send for days, and the first event was given up: that is no reason yet.
      await db.updateTable('webhook').set({ created_at: longAgo }).where('name', '=', 'dead').execute();
      expect(await giveUp(0)).toEqual({ enabled: true, disabledReason: null });
      await db.updateTable('webhook').set({ failing_since: longAgo }).where('name', '=', 'dead').execute();
      await makeEvent(`in vain ${suite.kind}`);
      await expect.poll(async () => (await deliveries(webhook.id))[1]?.lastTry?.statusCode).toBe(503);
      expect(await giveUp(1)).toEqual({ enabled: false, disabledReason: 'RECEIVER_FAILED' });
      const { events } = await suite.read(
        '{ events(first: 1, orderBy: POSITION_DESC, filter: { types: [WEBHOOK_DISABLED] }) { nodes { subject { id } } } }',
      );
      expect(events.nodes[0].subject.id).toBe(webhook.id);
      await run('updateWebhook', { webhookId: webhook.id, enabled: true });
      await makeEvent(`another start ${suite.kind}`);
      await expect.poll(async () => (await deliveries(webhook.id))[2]?.lastTry?.statusCode).toBe(503);
      expect(await giveUp(2)).toEqual({ enabled: true, disabledReason: null });
      await run('deleteWebhook', { webhookId: webhook.id });
    });

    it('is held up neither by a receiver that does not answer nor by a secret that cannot be read', async () => {
      const eventTypes = ['RESOURCE_GROUP_CREATED'];
      const hanging = await run('createWebhook', { name: 'hanging', url: new URL('/hangs', url).href, eventTypes });
      const broken = await run('createWebhook', { name: 'broken', url, eventTypes });
      await suite.control.db
        .updateTable('webhook')
        .set({ secret_sealed: Buffer.from('not sealed here') })
        .where('name', '=', 'broken')
        .execute();
      for (let event = 0; event < 20; event += 1) await makeEvent(`held up ${suite.kind} ${event}`);
      await expect.poll(() => received.filter(({ path }) => path === '/hangs').length).toBe(atOncePerWebhook);
      const healthy = await run('createWebhook', { name: 'healthy', url: new URL('/healthy', url).href, eventTypes });
      for (let event = 0; event < 10; event += 1) await makeEvent(`quick ${suite.kind} ${event}`);
      await expect
        .poll(() => received.filter(({ path }) => path === '/healthy').length, { timeout: answerWithinMs - 2_000 })
        .toBe(10);
      expect(received.filter(({ path }) => path === '/hangs').length).toBe(atOncePerWebhook);
      const [unreadable] = await deliveries(broken.webhook.id);
      expect(unreadable).toMatchObject({ status: 'PENDING', tries: 1, lastTry: { statusCode: null } });
      expect(unreadable.lastTry.error).not.toBe('');
      // A test need not wait for its turn.
      await run('testWebhook', { webhookId: hanging.webhook.id });
      await expect.poll(() => received.filter(({ body }) => body.includes('WEBHOOK_TEST')).length).toBe(1);
      for (const { webhook } of [hanging, broken, healthy]) await run('deleteWebhook', { webhookId: webhook.id });
    });

    it('sends each event once, also with several processes', async () => {
      await using others = new AsyncDisposableStack();
      for (let count = 0; count < 2; count += 1) others.use(await openApi(suite.control, 200, quick));
      const { webhook } = await run('createWebhook', { name: 'shared', url, eventTypes: ['RESOURCE_GROUP_CREATED'] });
      await Promise.all(Array.from({ length: 25 }, (_, event) => makeEvent(`shared ${suite.kind} ${event}`)));
      const ended = async () =>
        (await deliveries(webhook.id)).filter(({ status }: { status: string }) => status === 'SUCCEEDED');
      await expect.poll(async () => (await ended()).length).toBe(25);
      expect((await ended()).every(({ tries }: { tries: number }) => tries === 1)).toBe(true);
      expect(received).toHaveLength(25);
      expect(new Set(received.map(({ body }) => JSON.parse(body).cursor)).size).toBe(25);
      await run('deleteWebhook', { webhookId: webhook.id });
    });

    it('shows events, and leads them elsewhere, only for who may read events', async () => {
      const { webhook } = await run('createWebhook', { name: 'guarded', url, eventTypes: ['RESOURCE_GROUP_CREATED'] });
      await makeEvent(`guarded ${suite.kind}`);
      await expect.poll(async () => (await deliveries(webhook.id)).length).toBe(1);
      const key = await newKey(suite.control, { scopes: ['webhook:read', 'webhook:write'] });
      const { data, errors } = await ask(suite.api, key, deliveriesOf, { id: webhook.id });
      expect(data.webhookDeliveries.nodes).toMatchObject([{ kind: 'EVENT', body: null }]);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      for (const change of [{ url: 'https://elsewhere.example/' }, { eventTypes: null }])
        expect(await run('updateWebhook', { webhookId: webhook.id, ...change }, key)).toMatchObject({
          __typename: 'ForbiddenError',
          requiredScope: 'event:read',
        });
      expect(await run('updateWebhook', { webhookId: webhook.id, enabled: false }, key)).toMatchObject({
        webhook: { enabled: false, url },
      });
      await run('deleteWebhook', { webhookId: webhook.id });
    });

    it('sends nothing of other resource groups, and shows nothing to who may not see it', async () => {
      const own = await makeEvent(`own ${suite.kind}`);
      const key = await newKey(suite.control, { resourceGroups: [own.resourceGroup.id] });
      expect(await run('createWebhook', { name: 'all', url }, key)).toMatchObject({ __typename: 'ForbiddenError' });
      const other = await makeEvent(`other ${suite.kind}`);
      const foreign = [encodeId('ResourceGroup', other.resourceGroup.id)];
      expect(await run('createWebhook', { name: 'foreign', url, resourceGroupIds: foreign }, key)).toMatchObject({
        __typename: 'NotFoundError',
      });
      const { webhook } = await run(
        'createWebhook',
        { name: 'mine', url, resourceGroupIds: [encodeId('ResourceGroup', own.resourceGroup.id)] },
        key,
      );
      await makeEvent(`third ${suite.kind}`);
      await expect.poll(async () => (await deliveries(webhook.id)).length).toBe(1);
      expect((await deliveries(webhook.id))[0].eventType).toBe('WEBHOOK_CREATED');
      const stranger = await newKey(suite.control, { resourceGroups: [other.resourceGroup.id] });
      const { data } = await ask(
        suite.api,
        stranger,
        '{ webhooks { nodes { id } } webhookDeliveries { nodes { id } } }',
      );
      expect(data).toEqual({ webhooks: { nodes: [] }, webhookDeliveries: { nodes: [] } });
      expect(await run('testWebhook', { webhookId: webhook.id }, stranger)).toMatchObject({
        __typename: 'NotFoundError',
      });
      await run('deleteWebhook', { webhookId: webhook.id });
    });

    it('signs with another secret once that is rotated, and shows a secret once', async () => {
      const input = { name: 'rotated', url, eventTypes: ['RESOURCE_GROUP_CREATED'], idempotencyKey: 'rotate me' };
      const made = await run('createWebhook', input);
      expect(made.secret).toMatch(/^whsec_/);
      expect(await run('createWebhook', input)).toMatchObject({ webhook: { id: made.webhook.id }, secret: null });
      const rotated = await run('rotateWebhookSecret', { webhookId: made.webhook.id });
      expect(rotated.secret).not.toBe(made.secret);
      await run('testWebhook', { webhookId: made.webhook.id });
      await expect.poll(() => received.length).toBe(1);
      const [sent] = received;
      const id = String(sent?.headers['webhook-id']);
      const at = Number(sent?.headers['webhook-timestamp']) * 1_000;
      const body = sent?.body ?? '';
      expect(sent?.headers).toMatchObject(webhookHeaders({ id, body, secret: rotated.secret, at }));
      const { secret_sealed } = await suite.control.db
        .selectFrom('webhook')
        .select('secret_sealed')
        .where('name', '=', 'rotated')
        .executeTakeFirstOrThrow();
      expect(secret_sealed.includes(rotated.secret.slice(6))).toBe(false);
      await run('deleteWebhook', { webhookId: made.webhook.id });
    });

    it.each(['ftp://example.com/x', 'https://user:secret@example.com/', 'not a url', 'https://example.com/#part'])(
      'refuses %s as a URL',
      async (wrong) => {
        expect(await run('createWebhook', { name: 'wrong', url: wrong })).toMatchObject({
          __typename: 'InvalidInputError',
          issues: [{ path: ['url'] }],
        });
      },
    );
  },
  quick,
);

describe('where webhooks may be sent to', () => {
  it.each(['8.8.8.8', '2606:4700:4700::1111', '100.128.0.1', '::ffff:8.8.8.8', '2001:4860:4860::8888'])(
    'takes %s of the public internet',
    (address) => {
      expect(isAllowedAddress(address, 'PUBLIC')).toBe(true);
    },
  );
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.20.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.100.100.200',
    '0.0.0.0',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fd00::1',
    'fe80::1',
    'fe80::1%eth0',
    '::7f00:1',
    '::ffff:0:7f00:1',
    '64:ff9b:1::7f00:1',
    '2001:0:7f00:1::',
    '168.63.129.16',
    '203.0.113.1',
  ])('keeps away from %s', (address) => {
    expect(isAllowedAddress(address, 'PUBLIC')).toBe(false);
  });
  it('reaches private addresses where the operator says so, and never what a cloud tells its machines', () => {
    expect(isAllowedAddress('10.1.2.3', 'PRIVATE')).toBe(true);
    expect(isAllowedAddress('::ffff:10.1.2.3', 'PRIVATE')).toBe(true);
    expect(isAllowedAddress('fd12::1', 'PRIVATE')).toBe(true);
    expect(isAllowedAddress('::1', 'PRIVATE')).toBe(true);
    for (const address of [
      '169.254.169.254',
      '100.100.100.200',
      '::ffff:169.254.169.254',
      '::ffff:a9fe:a9fe',
      '64:ff9b::a9fe:a9fe',
      '2002:a9fe:a9fe::',
      'fd00:ec2::254',
    ])
      expect({ address, isAllowed: isAllowedAddress(address, 'PRIVATE') }).toEqual({ address, isAllowed: false });
  });
  it('waits longer after each try, never more than four hours', () => {
    expect([1, 2, 3, 20].map(delayAfter)).toEqual([10_000, 20_000, 40_000, 14_400_000]);
  });
  it('signs as the specification’s own example does', () => {
    const headers = webhookHeaders({
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      body: '{"test": 2432232314}',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      at: 1_614_265_330_000,
    });
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});
