import { type LoopbackServer, startLoopbackServer } from '../loopback-server.ts';
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
  readonly #servers: LoopbackServer[] = [];
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
    const server = await startLoopbackServer({
      port: 0,
      tls: certificate,
      handle: async (request, response) => {
        if (request.url?.startsWith('/nfc/')) await this.#transfers.handle(request, response, endpoint);
        else response.writeHead(404).end();
      },
      onFailure: (error) => this.#world.logger.error({ error: String(error) }, 'A request to a simulated host failed.'),
    });
    this.#servers.push(server);
    return { address: `127.0.0.1:${server.port}`, thumbprint: certificate.thumbprint };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#addresses.values());
    await Promise.all(this.#servers.map((server) => server.close()));
  }
}
