import type { Clock } from '../../base/clock.ts';
import type { NetworkType } from '../../drivers/network/contract.ts';
import type { MessageChannel } from '../../protocol/activation.ts';
import type { DataServer } from '../../protocol/certificate.ts';
import type { VcenterAccess, Work } from '../../protocol/work.ts';
import type { AgentDrivers } from '../drivers.ts';
import type { ToldServers } from '../state/records.ts';

export interface KnownVcenter {
  readonly address: string;
  readonly trustedFingerprint: string | null;
  /** Hosts as the vCenter names them. */
  readonly hosts: ReadonlySet<string>;
}

/** What was not used for this long may be gone. Milliseconds. */
const rememberedForMs = 24 * 3_600_000;
/** Of one vCenter; a probe is no port scan. */
const mostHosts = 32;

/** Where a running gateway has been: what it found out by its work, since its start, of places it has to reach. */
export class KnownPlaces {
  readonly #clock: Clock;
  readonly #drivers: Pick<AgentDrivers, 'storage'>;
  readonly #controlNetwork: NetworkType;
  readonly #vcenters = new Map<string, { readonly place: KnownVcenter; readonly seenAt: number }>();
  #message: ToldServers['message'];
  #data: DataServer | null | undefined;

  constructor(options: {
    readonly clock: Clock;
    readonly drivers: Pick<AgentDrivers, 'storage'>;
    readonly controlNetwork: NetworkType;
  }) {
    this.#clock = options.clock;
    this.#drivers = options.drivers;
    this.#controlNetwork = options.controlNetwork;
  }

  /** `controlCa`: what is trusted where the channel does not say. */
  learnMessageChannel({ url, ca }: MessageChannel, controlCa: string | null): void {
    this.#message = { url, ca: ca === undefined ? controlCa : ca };
  }

  learnWork(work: Work): void {
    this.learnVcenter(work.vcenter);
    const { useHttps, dataNetwork } = work.settings;
    const endpoint = { scheme: useHttps ? 'https' : 'http', network: dataNetwork ?? this.#controlNetwork } as const;
    try {
      const server =
        this.#drivers.storage(work.vault.location.driver).serverOf?.(work.vault.location, endpoint) ?? null;
      this.#data = server && { ...server, https: useHttps };
    } catch {
      // The job itself will say what is wrong with that place.
    }
  }

  learnVcenter(access: VcenterAccess, hosts: Iterable<string> = []): void {
    const known = this.#vcenters.get(access.vcenterId)?.place.hosts ?? [];
    const { address, trustedFingerprint } = access;
    const place = { address, trustedFingerprint, hosts: new Set([...hosts, ...known].slice(0, mostHosts)) };
    this.#vcenters.set(access.vcenterId, { place, seenAt: this.#clock.monotonic() });
  }

  /** Newer than what the certificate said. */
  servers(): ToldServers {
    return {
      ...(this.#message && { message: this.#message }),
      ...(this.#data !== undefined && { data: this.#data }),
    };
  }

  vcenters(): readonly KnownVcenter[] {
    const before = this.#clock.monotonic() - rememberedForMs;
    return [...this.#vcenters.values()].filter(({ seenAt }) => seenAt >= before).map(({ place }) => place);
  }
}
