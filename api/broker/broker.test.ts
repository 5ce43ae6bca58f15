import { connect as connectSocket } from 'node:net';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import { downTopic, upTopic, upTopicFilter } from '../../protocol/messages.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from './embedded-broker.ts';
import { type ConnectedMessageBus, connectMessageBus } from './mqtt-message-bus.ts';
import { matches } from './topic-filter.ts';

const one = '01900000-0000-7000-8000-000000000001';
const two = '01900000-0000-7000-8000-000000000002';

let broker: EmbeddedBroker;
let bus: ConnectedMessageBus;
let clients: MqttClient[];

const startBroker = (port = 0) =>
  startEmbeddedBroker({
    port,
    logger: silentLogger,
    ids: systemIds,
    verify: async ({ clientId, username, password }) =>
      username === clientId && password === `secret of ${clientId}` ? { gatewayId: clientId } : undefined,
  });

const gateway = async (id: string, options: IClientOptions = {}): Promise<MqttClient> => {
  const client = connect(broker.url, {
    protocolVersion: 4,
    clientId: id,
    username: id,
    password: `secret of ${id}`,
    reconnectPeriod: 0,
    ...options,
  });
  clients.push(client);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
  return client;
};

const closed = (client: MqttClient) => new Promise<void>((resolve) => client.once('close', () => resolve()));

beforeEach(async () => {
  clients = [];
  broker = await startBroker();
  bus = await connectMessageBus({
    url: broker.url,
    ...broker.controlCredentials,
    logger: silentLogger,
    ids: systemIds,
  });
});

afterEach(async () => {
  for (const client of clients) client.end(true);
  await bus[Symbol.asyncDispose]();
  await broker.close();
});

describe('the embedded broker', () => {
  it('knows of no connection that was gone before its credentials had been looked up', async () => {
    const asked = Promise.withResolvers<void>();
    const looked = Promise.withResolvers<void>();
    await using slow = await startEmbeddedBroker({
      port: 0,
      logger: silentLogger,
      ids: systemIds,
      async verify({ clientId }) {
        asked.resolve();
        await looked.promise;
        return { gatewayId: clientId };
      },
    });
    // CONNECT of MQTT 3.1.1 with a clean session, a user name and a password.
    const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
    const body = [text('MQTT'), Buffer.from([4, 0xc2, 0, 60]), text(one), text(one), text('secret')];
    const packet = Buffer.concat(body);
    const socket = connectSocket(slow.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(Buffer.concat([Buffer.from([0x10, packet.length]), packet]));
    await asked.promise;
    socket.resetAndDestroy();
    await expect.poll(() => slow.openSockets(), { timeout: 5_000 }).toBe(0);
    looked.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(slow.connectedGateways()).toEqual([]);
  });

  it('carries a wake-up down and progress up', async () => {
    const client = await gateway(one);
    await client.subscribeAsync(downTopic(one), { qos: 1 });
    const down = new Promise<string>((resolve) => client.once('message', (_topic, body) => resolve(body.toString())));
    await bus.publish(downTopic(one), Buffer.from('wake'));
    expect(await down).toBe('wake');

    const up = Promise.withResolvers<[string, string]>();
    await bus.subscribe(upTopicFilter, (topic, body) => up.resolve([topic, Buffer.from(body).toString()]));
    await client.publishAsync(upTopic(one), 'progress', { qos: 1 });
    expect(await up.promise).toEqual([upTopic(one), 'progress']);
  });

  it.each([
    ['a wrong password', { password: 'wrong' }],
    ["another gateway's client id", { clientId: two }],
    ['no credentials', { username: undefined, password: undefined }],
    ["the control plane's name with a guess", { username: 'holdfast-control', password: 'guess' }],
    ['a persistent session', { clean: false }],
    ['a will', { will: { topic: upTopic(one), payload: Buffer.from('x'), qos: 1 as const, retain: false } }],
  ])('refuses %s', async (_what, options) => {
    await expect(gateway(one, options)).rejects.toThrow();
  });

  it.each([downTopic(two), upTopic(two), upTopic(one), upTopicFilter, '#', 'holdfast/g/+/down', '$SYS/#'])(
    'keeps a gateway from reading %s',
    async (topic) => {
      const client = await gateway(one);
      await expect(client.subscribeAsync(topic, { qos: 1 })).rejects.toThrow();
    },
  );

  it.each([upTopic(two), downTopic(two), downTopic(one), 'elsewhere'])(
    'keeps a gateway from writing %s',
    async (topic) => {
      const seen: string[] = [];
      await bus.subscribe(upTopicFilter, (actual) => seen.push(actual));
      const other = await gateway(two);
      await other.subscribeAsync(downTopic(two), { qos: 1 });
      other.on('message', (actual) => seen.push(actual));
      const client = await gateway(one);
      const end = closed(client);
      client.publish(topic, 'x', { qos: 1 });
      await end;
      expect(seen).toEqual([]);
    },
  );

  it('refuses retained messages and those above the limit', async () => {
    for (const [body, retain] of [
      ['x', true],
      ['x'.repeat(65_537), false],
    ] as const) {
      const client = await gateway(one);
      const end = closed(client);
      client.publish(upTopic(one), body, { qos: 1, retain });
      await end;
    }
  });

  it('ends the connections of a gateway whose credentials were replaced', async () => {
    const client = await gateway(one);
    const end = closed(client);
    broker.disconnectGateway(one);
    await end;
  });
});

describe('the message bus', () => {
  it('says so when the broker is away, and subscribes again when it is back', async () => {
    const seen = Promise.withResolvers<string>();
    await bus.subscribe(upTopicFilter, (_topic, body) => seen.resolve(Buffer.from(body).toString()));
    const { port, controlCredentials } = broker;
    await broker.close();
    await expect.poll(() => bus.connected, { timeout: 5_000 }).toBe(false);
    await expect(bus.publish(downTopic(one), Buffer.from('x'))).rejects.toMatchObject({ code: 'MESSAGE_CHANNEL_DOWN' });

    broker = await startEmbeddedBroker({
      port,
      logger: silentLogger,
      // The control plane's password is new with each start of the broker: this test gives the old one a meaning again.
      ids: { ...systemIds, bytes: () => Buffer.from(controlCredentials.password, 'base64url') },
      verify: async ({ clientId }) => ({ gatewayId: clientId }),
    });
    await expect.poll(() => bus.connected, { timeout: 10_000 }).toBe(true);
    const client = await gateway(one);
    await expect
      .poll(
        async () => {
          await client.publishAsync(upTopic(one), 'again', { qos: 1 });
          return Promise.race([seen.promise, new Promise((resolve) => setTimeout(resolve, 50))]);
        },
        { timeout: 5_000 },
      )
      .toBe('again');
  });

  it('starts while the broker is away', async () => {
    const port = broker.port;
    await broker.close();
    const early = await connectMessageBus({ url: `mqtt://127.0.0.1:${port}`, logger: silentLogger, ids: systemIds });
    await using stack = new AsyncDisposableStack();
    stack.use(early);
    stack.use(await early.subscribe(upTopicFilter, () => undefined));
    expect(early.connected).toBe(false);
  });

  it('stops calling a handler that was disposed of', async () => {
    const client = await gateway(one);
    const seen: string[] = [];
    const first = await bus.subscribe(upTopicFilter, () => seen.push('first'));
    await using _second = await bus.subscribe(upTopicFilter, () => seen.push('second'));
    await first[Symbol.asyncDispose]();
    await client.publishAsync(upTopic(one), 'x', { qos: 1 });
    await expect.poll(() => seen).toEqual(['second']);
  });

  it.each([
    ['a/+/c', 'a/b/c', true],
    ['a/+/c', 'a/b/d', false],
    ['a/#', 'a/b/c', true],
    ['a/b', 'a/b/c', false],
  ])('matches %s with %s: %s', (filter, topic, result) => expect(matches(filter, topic)).toBe(result));
});
