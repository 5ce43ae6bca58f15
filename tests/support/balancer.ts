import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What stands before several api processes in production: one address whose connections go round among those that answer. It knows only
 * TCP, so a WebSocket stays with its process, and one that is lost is lost.
 */
export class Balancer implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #served = new Map<number, number>();
  #ports: readonly number[] = [];
  #next = 0;

  private constructor() {
    this.#server = createServer((client) => void this.#serve(client).catch(() => client.resetAndDestroy()));
  }

  static async start(): Promise<Balancer> {
    const balancer = new Balancer();
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the balancer does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** The processes behind it, by their own URLs. */
  use(urls: readonly string[]): void {
    this.#ports = urls.map((url) => Number(new URL(url).port));
  }

  /** How many connections each process has got so far. */
  served(): readonly number[] {
    return this.#ports.map((port) => this.#served.get(port) ?? 0);
  }

  /** Resets every connection; new ones are welcome. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async #serve(client: Socket): Promise<void> {
    this.#keep(client);
    const server = await this.#dial();
    this.#keep(server);
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    client.pipe(server);
    server.pipe(client);
  }

  async #dial(): Promise<Socket> {
    let refusal: unknown = new Error('no process is there');
    for (const _ of this.#ports) {
      const port = this.#ports[this.#next % this.#ports.length] ?? 0;
      this.#next += 1;
      const socket = connect(port, '127.0.0.1');
      try {
        await once(socket, 'connect');
        this.#served.set(port, (this.#served.get(port) ?? 0) + 1);
        return socket;
      } catch (error) {
        refusal = error;
      }
    }
    throw refusal;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cut();
    await closed;
  }
}
