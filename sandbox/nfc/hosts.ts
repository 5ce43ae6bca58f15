import { createServer, type Server } from 'node:https';
import { createServerCertificate } from '../vcenter/certificate.ts';
import type { World } from '../vcenter/core/world.ts';
import { Entity } from '../vcenter/inventory/entity.ts';
import type { MoRef } from '../vcenter/soap/values.ts';
import type { Endpoint, Transfers } from './transfers.ts';

/** Where a host serves transfers. */
export interface HostAddress {
  /** `host:port` */
  readonly address: string;
  /** SHA-1 of its certificate, upper-case hex with colons. */
  readonly thumbprint: string;
}

/** The HTTPS servers of the hosts, each with a certificate of its own, on 127.0.0.1. One is started when it is first needed. */
export class TransferHosts {
  readonly #world: World;
  readonly #transfers: Transfers;
  readonly #servers: Server[] = [];
  readonly #addresses = new Map<string, Promise<HostAddress>>();

  constructor(world: World, transfers: Transfers) {
    this.#world = world;
    this.#transfers = transfers;
  }

  addressOf(host: MoRef): Promise<HostAddress> {
    const known = this.#addresses.get(host.value);
    if (known) return known;
    const starting = this.#start(host);
    this.#addresses.set(host.value, starting);
    return starting;
  }

  async #start(host: MoRef): Promise<HostAddress> {
    const entity = this.#world.objects.find(host);
    const certificate = await createServerCertificate(entity instanceof Entity ? entity.name : host.value);
    const endpoint: Endpoint = { host, transfers: 0 };
    const { logger } = this.#world;
    // An upload may take as long as its lease lives.
    const server = createServer({ ...certificate, requestTimeout: 0 }, (request, response) => {
      if (!request.url?.startsWith('/nfc/')) {
        response.writeHead(404).end();
        return;
      }
      this.#transfers.handle(request, response, endpoint).catch((error: unknown) => {
        logger.error({ error: String(error) }, 'A request to a simulated host failed.');
        response.destroy();
      });
    });
    this.#servers.push(server);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    return { address: `127.0.0.1:${address.port}`, thumbprint: certificate.thumbprint };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#addresses.values());
    for (const server of this.#servers) {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
    }
  }
}
