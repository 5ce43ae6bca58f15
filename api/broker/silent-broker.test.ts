import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { MessageClient } from '../../agent/message-channel/message-client.ts';
import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import { downTopic, upTopic, upTopicFilter } from '../../protocol/messages.ts';
import { MosquittoAccess } from './mosquitto-access.ts';
import { connectMessageBus } from './mqtt-message-bus.ts';

const tools = { logger: silentLogger, ids: systemIds };
const gatewayId = systemIds.uuid();
const never = new AbortController().signal;

/** Bytes a broker answers a CONNECT with before it says nothing more. */
const brokers: readonly [string, readonly number[]][] = [
  ['says nothing', []],
  ['stalls within its answer', [0x20, 0x02, 0x00]],
  ['lets in and then says nothing', [0x20, 0x02, 0x00, 0x00]],
  ['stalls within a message', [0x20, 0x02, 0x00, 0x00, 0x30, 0xff, 0x7f, 0x00, 0x04]],
  ['refuses the login', [0x20, 0x02, 0x00, 0x04]],
  ['refuses whatever it is', [0x20, 0x02, 0x00, 0x05]],
  ['answers what is no MQTT', [...Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]],
];

async function startBroker(answer: readonly number[]) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(Buffer.from(answer)));
    socket.on('data', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    connections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Each has its deadline: the time-out of the test. */
it.each(brokers)(
  'a broker that %s holds up no control plane: not its start, its permissions, its wake-ups or its stop',
  async (_what, answer) => {
    await using broker = await startBroker(answer);
    {
      await using bus = await connectMessageBus({
        ...tools,
        url: broker.url,
        username: 'holdfast',
        password: 'secret',
        startPatienceMs: 200,
        answerPatienceMs: 200,
      });
      await using _subscription = await bus.subscribe(upTopicFilter, () => undefined);
      await using access = new MosquittoAccess({ bus, username: 'holdfast', ids: systemIds });
      const failed = { code: expect.stringMatching(/^MESSAGE_(CHANNEL_DOWN|ACCESS_TIMEOUT)$/) };
      await expect(access.prepare(never)).rejects.toMatchObject(failed);
      const login = { gatewayId, clientId: gatewayId, password: 'secret', installation: 'x' };
      await expect(access.ensureGateway(login, { refused: false }, never)).rejects.toMatchObject(failed);
      await expect(bus.publish(downTopic(gatewayId), Buffer.from('x'))).rejects.toMatchObject(failed);
    }
  },
  8_000,
);

it.each(brokers)(
  'a broker that %s holds up no gateway',
  async (_what, answer) => {
    await using broker = await startBroker(answer);
    const refusals: number[] = [];
    {
      await using _client = new MessageClient({
        ...tools,
        clock: systemClock,
        channel: {
          url: broker.url,
          clientId: gatewayId,
          username: gatewayId,
          password: 'secret',
          downTopic: downTopic(gatewayId),
          upTopic: upTopic(gatewayId),
        },
        ca: null,
        gatewayId,
        instanceId: systemIds.uuid(),
        heartbeatMs: 10,
        takeProgress: () => [],
        onWake: () => undefined,
        onRefused: () => refusals.push(1),
        onAway: () => undefined,
      });
      await expect.poll(broker.connections, { timeout: 5_000 }).toBeGreaterThan(0);
      // A refused login is not given up: it may become good.
      if (_what.startsWith('refuses')) await expect.poll(() => refusals.length, { timeout: 6_000 }).toBeGreaterThan(1);
    }
  },
  10_000,
);
