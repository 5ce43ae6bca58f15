import { afterEach, beforeEach, expect, it } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../api/broker/embedded-broker.ts';
import { type ConnectedMessageBus, connectMessageBus } from '../../api/broker/mqtt-message-bus.ts';
import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import {
  downTopic,
  maxMessageBytes,
  type UpMessage,
  upMessage,
  upTopic,
  upTopicFilter,
} from '../../protocol/messages.ts';
import { MessageClient } from './message-client.ts';

const gatewayId = systemIds.uuid();
const tools = { logger: silentLogger, ids: systemIds, clock: systemClock };
let broker: EmbeddedBroker;
let bus: ConnectedMessageBus;
let messages: UpMessage[];
let sizes: number[];

beforeEach(async () => {
  broker = await startEmbeddedBroker({
    ...tools,
    port: 0,
    verify: async ({ password }) => (password === 'right' ? { gatewayId } : undefined),
  });
  bus = await connectMessageBus({ ...tools, url: broker.url, ...broker.controlCredentials });
  messages = [];
  sizes = [];
  await bus.subscribe(upTopicFilter, (_topic, body) => {
    sizes.push(body.length);
    messages.push(upMessage.parse(JSON.parse(Buffer.from(body).toString('utf8'))));
  });
});
afterEach(async () => {
  await bus[Symbol.asyncDispose]();
  await broker.close();
});

const open = (options: Partial<ConstructorParameters<typeof MessageClient>[0]> = {}, password = 'right') =>
  new MessageClient({
    channel: {
      url: broker.url,
      clientId: gatewayId,
      username: gatewayId,
      password,
      downTopic: downTopic(gatewayId),
      upTopic: upTopic(gatewayId),
    },
    ca: null,
    gatewayId,
    instanceId: systemIds.uuid(),
    heartbeatMs: 60_000,
    takeProgress: () => [],
    onWake: () => undefined,
    onRefused: () => undefined,
    onAway: () => undefined,
    ...tools,
    ...options,
  });

const progressOf = (attemptId: string, sequence: number) => ({
  attemptId,
  fence: 1,
  sequence,
  progress: {
    phase: 'TRANSFER' as const,
    bytesTotal: 1,
    bytesDone: 1,
    bytesRead: 1,
    bytesZero: 0,
    bytesDeduplicated: 0,
    bytesStored: 0,
    rate: 0,
  },
});

it('says at once that it is there, and hears wake-ups', async () => {
  const heard: string[] = [];
  await using client = open({ onWake: (wake) => heard.push(wake) });
  await expect.poll(() => messages.length, { timeout: 5_000 }).toBe(1);
  expect(messages[0]).toMatchObject({ gatewayId, progress: [] });
  await bus.publish(downTopic(gatewayId), Buffer.from('not json'));
  await bus.publish(downTopic(gatewayId), Buffer.from(JSON.stringify({ version: 1, wake: 'CANCEL' })));
  await expect.poll(() => heard).toEqual(['CANCEL']);
  expect(client.connected).toBe(true);
  expect(client.lastContactAt).not.toBeNull();
});

it('sends one message a second, none above the limit, and leaves nothing out', async () => {
  const attempts = Array.from({ length: 400 }, (_, index) => progressOf(systemIds.uuid(), index + 1));
  let isFirst = true;
  await using _client = open({
    takeProgress: () => {
      const taken = isFirst ? attempts : [];
      isFirst = false;
      return taken;
    },
  });
  await expect
    .poll(() => messages.flatMap(({ progress }) => progress).length, { timeout: 8_000 })
    .toBe(attempts.length);
  expect(messages.length).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(maxMessageBytes);
  expect(messages.flatMap(({ progress }) => progress.map(({ sequence }) => sequence))).toEqual(
    attempts.map(({ sequence }) => sequence),
  );
  const sent = messages.map(({ sentAt }) => Date.parse(sentAt));
  for (const [index, at] of sent.slice(1).entries()) expect(at - (sent[index] ?? 0)).toBeGreaterThanOrEqual(900);
});

it('tells when its credentials are refused, and comes back when the broker does', async () => {
  const refused = Promise.withResolvers<void>();
  {
    await using _client = open({ onRefused: () => refused.resolve() }, 'wrong');
    await refused.promise;
  }
  await using client = open();
  await expect.poll(() => client.connected, { timeout: 5_000 }).toBe(true);
  const { port } = broker;
  await broker.close();
  await expect.poll(() => client.connected, { timeout: 5_000 }).toBe(false);
  broker = await startEmbeddedBroker({ ...tools, port, verify: async () => ({ gatewayId }) });
  await expect.poll(() => client.connected, { timeout: 10_000 }).toBe(true);
});

it('tells when there has been no connection for long, and again', async () => {
  await broker.close();
  let told = 0;
  await using client = open({ awayMs: 100, onAway: () => told++ });
  await expect.poll(() => told, { timeout: 5_000 }).toBeGreaterThan(1);
  expect(client.connected).toBe(false);
});
