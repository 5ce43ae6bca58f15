import { createServer } from 'node:http';
import { createServer as createSilentServer, type Server, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { createClient } from './client.ts';
import { FollowEventsDocument } from './gen/documents.ts';

/** Listens on a free port of 127.0.0.1 until disposed. */
async function listening(server: Server): Promise<AsyncDisposable & { readonly port: number }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const subscribeAt = async (port: number) => {
  await using client = createClient({ url: `http://127.0.0.1:${port}`, accessKey: 'id.secret', openWithinMs: 200 });
  await client.subscribe(FollowEventsDocument, { after: 'x' }).next();
};
const lost = { code: 'CONNECTION_LOST', retryable: true };

it('does not wait for ever for a server that takes the connection and says nothing, as one that froze does', async () => {
  await using server = await listening(createSilentServer());
  await expect(subscribeAt(server.port)).rejects.toMatchObject(lost);
});

it('nor for one that opens the socket and acknowledges nothing', async () => {
  const server = createServer();
  new WebSocketServer({ server, handleProtocols: ([first]) => first ?? false });
  await using listens = await listening(server);
  await expect(subscribeAt(listens.port)).rejects.toMatchObject(lost);
});
