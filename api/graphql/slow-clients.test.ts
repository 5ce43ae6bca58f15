import { once } from 'node:events';
import { expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { ManualClock } from '../../base/manual-clock.ts';
import { cutSlowClients } from './slow-clients.ts';

it('cuts a client that does not read, and no other', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  if (typeof address === 'string' || address === null) throw new Error('no port');
  const clock = new ManualClock();
  using _guard = cutSlowClients(clock, server);
  const connect = async () => {
    const client = new WebSocket(`ws://127.0.0.1:${address.port}`);
    await once(client, 'open');
    return client;
  };
  const slow = await connect();
  const good = await connect();
  slow.pause();
  for (const socket of server.clients) for (let sent = 0; sent < 64; sent += 1) socket.send(Buffer.alloc(1_048_576));
  const received = Promise.withResolvers<void>();
  let count = 0;
  good.on('message', () => {
    count += 1;
    if (count === 64) received.resolve();
  });
  await received.promise;
  const left = new Promise<void>((resolve) => {
    for (const socket of server.clients) socket.once('close', () => resolve());
  });
  await clock.advance(5_000);
  await left;
  expect(server.clients.size).toBe(1);
  expect(good.readyState).toBe(WebSocket.OPEN);
  slow.terminate();
  good.close();
  await new Promise((resolve) => server.close(resolve));
});
