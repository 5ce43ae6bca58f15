import { createServer, type Socket } from 'node:net';

export interface RawServer extends AsyncDisposable {
  readonly port: number;
  readonly sockets: ReadonlySet<Socket>;
}

/** A TCP server that does with each connection what the test says, and nothing else. */
export async function rawServer(serve: (socket: Socket, ordinal: number) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, count++);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    sockets,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const socket of sockets) socket.destroy();
      await closed.promise;
    },
  };
}

/** Answers each request whose head arrived; bodies are swallowed. `pieces` are sent one after the other. */
export function answering(...pieces: readonly string[]): (socket: Socket) => void {
  return (socket) => {
    let seen = '';
    socket.on('data', (data) => {
      if (seen.includes('\r\n\r\n')) return;
      seen += data.toString('latin1');
      if (seen.includes('\r\n\r\n')) for (const piece of pieces) socket.write(piece);
    });
  };
}
