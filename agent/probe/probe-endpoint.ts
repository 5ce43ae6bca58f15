import type { ProbeChannel } from './probe-report.ts';

/** One place the gateway has to reach, and how to tell that it is the right one that answers. */
export interface ProbeEndpoint {
  /** An IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly channel: ProbeChannel;
  readonly purpose: string;
  readonly required: boolean;
  /** null: not spoken with TLS. */
  readonly tls: TlsTrust | null;
  readonly expects: ExpectedAnswer;
}

/** Whose certificate is good: by a CA (PEM; null: the public ones), or one certificate by its SHA-256 (null: any). */
export type TlsTrust =
  | { readonly by: 'ca'; readonly ca: string | null }
  | { readonly by: 'fingerprint'; readonly fingerprint: string | null };

/** What has to be heard, in the order of how much it proves. */
export type ExpectedAnswer =
  /** The control plane itself, below this path; it tells the time. */
  | { readonly kind: 'control-plane'; readonly basePath: string }
  /** An MQTT broker; that it refuses us is an answer. */
  | { readonly kind: 'mqtt' }
  /** Any HTTP server's answer, but not a portal's. */
  | { readonly kind: 'http' }
  /** That it takes the connection is enough. */
  | { readonly kind: 'connection' };

/** As it is written in messages and URLs. */
export function hostAndPort({ host, port }: Pick<ProbeEndpoint, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
