import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { expect, it } from 'vitest';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import { startEmbeddedBroker } from './embedded-broker.ts';
import { PacketMeter } from './packet-limit.ts';

const gatewayId = '01900000-0000-7000-8000-000000000001';
const tools = { logger: silentLogger, ids: systemIds };

/** Bytes that no client would send, before any log-in; `reset`: goes away with RST at once. */
async function sendRaw(port: number, bytes: Buffer, reset: boolean): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(bytes);
  await sleep(20);
  if (reset) socket.resetAndDestroy();
  else socket.destroy();
}

it('strangers on the network do not bring the broker down', async () => {
  await using broker = await startEmbeddedBroker({ ...tools, port: 0, verify: async () => ({ gatewayId }) });
  const hostile = [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    Buffer.alloc(64, 0xff),
    Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]),
    Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff]),
    Buffer.from([0x30, 0x02, 0x00, 0x00]),
    Buffer.from([0xc0, 0x00]),
    systemIds.bytes(4_096),
    Buffer.alloc(0),
  ];
  for (const bytes of hostile) for (const reset of [true, false]) await sendRaw(broker.port, bytes, reset);
  const client = await mqtt.connectAsync(broker.url, {
    clientId: gatewayId,
    username: gatewayId,
    password: 'x',
    protocolVersion: 4,
  });
  expect(client.connected).toBe(true);
  await client.endAsync(true);
});

it('whoever announces more than a message may hold is cut before it arrives', async () => {
  await using broker = await startEmbeddedBroker({ ...tools, port: 0, verify: async () => ({ gatewayId }) });
  const socket = connect(broker.port, '127.0.0.1').on('error', () => {});
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  // A CONNECT of 256 MiB, before any log-in.
  socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
  await closed;
});

it('packets are measured wherever the network cuts them', () => {
  const packet = (length: readonly number[], size: number) =>
    Buffer.concat([Buffer.from([0x30, ...length]), Buffer.alloc(size, 0xff)]);
  const bytes = Buffer.concat([
    packet([0x00], 0),
    packet([0x7f], 127),
    packet([0x80, 0x01], 128),
    packet([0xff, 0x7f], 16_383),
    packet([0x80, 0x80, 0x01], 16_384),
    Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]),
  ]);
  for (const piece of [1, 2, 3, 127, 1_000, bytes.length]) {
    const meter = new PacketMeter();
    const seen: number[] = [];
    for (let at = 0; at < bytes.length - 5; at += piece)
      seen.push(meter.largest(bytes.subarray(at, Math.min(at + piece, bytes.length - 5))));
    expect(Math.max(...seen), `pieces of ${piece}`).toBe(16_384);
    expect(meter.largest(bytes.subarray(-5))).toBe(268_435_455);
  }
});
