import type { RegionInfo } from './regions/region.ts';

/** What an operator may set about the control plane's behaviour. Durations in milliseconds. */
export interface ControlConfig {
  /** Of this program, which gateways show; null: not told. */
  readonly version: string | null;
  /** Base URLs of the control channel as gateways reach it, by network. */
  readonly publicUrls: NetworkUrls;
  /** PEM of the CA behind the control channel's TLS certificate; null: publicly trusted, or plain HTTP on loopback. */
  readonly controlCa: string | null;
  /** `mqtt:` or `mqtts:` URLs of the message channel, by network. */
  readonly messageUrls: NetworkUrls;
  /** PEM of the CA behind the broker's TLS certificate; null: publicly trusted, or plain MQTT. */
  readonly messageCa: string | null;
  /** The broker's login that all gateways share, where the operator manages its permissions; null: each has its own. */
  readonly messageLogin: { readonly username: string; readonly password: string } | null;
  readonly regions: readonly RegionInfo[];
  /** Length of an attempt's lease. */
  readonly leaseMs: number;
  /** Between two polls of a gateway. */
  readonly pollIntervalMs: number;
  /** Without a word on either channel for this long a gateway is OFFLINE. */
  readonly heartbeatTimeoutMs: number;
  /** A gateway silent for this long has to be activated with a new certificate. Also a certificate's life. */
  readonly certificateSilenceMs: number;
  /** How old the last word on a gateway's access key may be, where its owner has to be asked, before a heartbeat asks again. */
  readonly identityCheckIntervalMs: number;
  /** How long a heartbeat waits for that word; a later one counts when it comes. */
  readonly identityCheckPatienceMs: number;
  /** How long a gateway works on while nobody can say whether its access key is still good. */
  readonly identityGraceMs: number;
  /** How long somebody waits for a gateway's answer to a command. */
  readonly commandDeadlineMs: number;
  /** Attempts at one job before it is FAILED. */
  readonly maxAttempts: number;
  readonly retryDelayMs: number;
  readonly jobsPerGateway: number;
  /** How long a download link is good. */
  readonly downloadLinkMs: number;
  /** What gateways are deployed from; null: nothing yet. */
  readonly gatewayPackage: GatewayPackageConfig | null;
}

export interface GatewayPackageConfig {
  /** Of the OVA file. */
  readonly path: string;
  /** As consoles show it. */
  readonly version: string | null;
  /** Lower-case hex; a file with another one is not given out. Null: whatever it is. */
  readonly sha256: string | null;
}

export interface NetworkUrls {
  readonly VPC?: string;
  readonly INTERNET?: string;
}

const minute = 60_000;

export const defaultTimings = {
  leaseMs: minute,
  pollIntervalMs: 15_000,
  heartbeatTimeoutMs: 90_000,
  certificateSilenceMs: 5 * 24 * 60 * minute,
  identityCheckIntervalMs: 10_000,
  identityCheckPatienceMs: 3_000,
  identityGraceMs: 60 * minute,
  commandDeadlineMs: 30_000,
  maxAttempts: 5,
  retryDelayMs: 5_000,
  jobsPerGateway: 4,
  downloadLinkMs: 15 * minute,
} as const;

/** A complete configuration: the defaults, with what the operator said on top. */
export function controlConfig(
  settings: Pick<ControlConfig, 'publicUrls' | 'messageUrls' | 'regions'> & Partial<ControlConfig>,
): ControlConfig {
  return {
    version: null,
    gatewayPackage: null,
    controlCa: null,
    messageCa: null,
    messageLogin: null,
    ...defaultTimings,
    ...settings,
  };
}
