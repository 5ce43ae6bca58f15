import type { ProbeReport } from '../../agent/probe/probe-report.ts';

/** A probe for a person to read; what is wrong comes with what to do. Ends with a line break. */
export function probeTable({ checks, clock }: ProbeReport): string {
  const rows = checks.map(({ ok, required, channel, host, port, purpose, durationMs, error }) => ({
    cells: [
      ok ? 'ok' : required ? 'FAILS' : 'fails',
      channel,
      `${host.includes(':') ? `[${host}]` : host}:${port}`,
      ok && durationMs !== null ? `${durationMs} ms` : (error?.code ?? ''),
    ],
    notes: error ? [purpose, error.message, error.remedy] : [],
  }));
  if (clock)
    rows.push({
      cells: [clock.ok ? 'ok' : 'FAILS', 'CLOCK', clock.offsetMs === null ? '' : `${clock.offsetMs} ms`, clock.code],
      notes: clock.code === 'CLOCK_RIGHT' ? [] : [clock.message, clock.remedy],
    });
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map(({ cells }) => cells[column]?.length ?? 0)));
  return rows
    .flatMap(({ cells, notes }) => [
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
      ...notes.filter(Boolean).map((note) => `       ${note}`),
    ])
    .map((line) => `${line}\n`)
    .join('');
}
