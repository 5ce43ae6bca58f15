import type { RequiredEndpoints } from './required-endpoints.ts';

/**
 * The list as text to paste: one rule a line, direction, protocol, host and port separated by spaces, and what it is for behind `#`. Lines keep
 * their order and form from version to version, so that two lists can be compared.
 */
export function endpointsAsText({ region, networkType, useHttps, endpoints }: RequiredEndpoints): string {
  const rows = endpoints.map(({ direction, protocol, host, port }) => [
    direction === 'OUTBOUND' ? 'outbound' : 'inbound',
    protocol.toLowerCase(),
    host,
    String(port),
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = endpoints.map(({ channel, purpose }, index) => {
    const cells = (rows[index] ?? []).map((cell, column) => cell.padEnd(widths[column] ?? 0));
    return `${cells.join(' ')} # ${channel}: ${purpose}`;
  });
  return [
    `# Holdfast: what a firewall must let through for a gateway in ${region.id} (${region.name}),`,
    `# network type ${networkType}, data by ${useHttps ? 'HTTPS' : 'HTTP'}. Outbound: from the gateway; inbound: to it.`,
    '# <vcenter>, <esxi-host>, <dns-server> and <gateway> stand for your own addresses.',
    ...lines,
    '',
  ].join('\n');
}
