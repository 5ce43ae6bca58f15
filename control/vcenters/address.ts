import { isIP } from 'node:net';

const label = /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/;

/** Whether `text` is a host name or IP address with an optional `:port` (`[v6]:port`), and no URL. */
export function isVcenterAddress(text: string): boolean {
  const match = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<host>[^[\]:/@\s]+))(?::(?<port>\d{1,5}))?$/.exec(text);
  const { v6, host, port } = match?.groups ?? {};
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return false;
  if (v6 !== undefined) return isIP(v6) === 6;
  if (host === undefined || host.length > 253) return false;
  return isIP(host) === 4 || (!/^[\d.]+$/.test(host) && host.split('.').every((part) => label.test(part)));
}
