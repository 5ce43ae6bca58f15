/** `host[:port]` in which `<bucket>` and `<region>` stand for a vault's. */
export interface Origin {
  readonly host: string;
  readonly port: number;
}

/** What is wrong with a pattern, or undefined. */
export function checkHostPattern(pattern: string): string | undefined {
  const plain = pattern.replaceAll('<bucket>', 'bucket').replaceAll('<region>', 'region');
  const name =
    /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*(?::\d{1,5})?$/;
  const address = /^\[[0-9a-fA-F:.]+\](?::\d{1,5})?$/;
  return plain.length <= 255 && (name.test(plain) || address.test(plain))
    ? undefined
    : 'is not a host with an optional port, such as <bucket>.oss-<region>.aliyuncs.com';
}

/** The pattern with its place-holders filled in. */
export function fillPattern(pattern: string, values: { readonly bucket: string; readonly region: string }): string {
  return pattern.replaceAll('<bucket>', values.bucket).replaceAll('<region>', values.region);
}

export function originOf(hostAndPort: string, defaultPort: number): Origin {
  const match = /^(?<host>.+?)(?::(?<port>\d+))?$/.exec(hostAndPort)?.groups;
  const host = match?.host ?? hostAndPort;
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(match?.port ?? defaultPort) };
}

/** As HTTP's Host header has it: an IPv6 address in brackets, the port only where it is not the scheme's own. */
export function hostHeader({ host, port }: Origin, scheme: 'https' | 'http'): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === (scheme === 'http' ? 80 : 443) ? name : `${name}:${port}`;
}

export function isLoopback(hostAndPort: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(hostAndPort);
}
