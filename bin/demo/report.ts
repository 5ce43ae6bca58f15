/** One job of the demonstration, as the schema's statistics tell it. Sizes in bytes, time in milliseconds. */
export interface DemoRow {
  readonly step: string;
  readonly bytesTotal: number;
  readonly bytesRead: number;
  readonly bytesZero: number;
  readonly bytesDeduplicated: number;
  readonly bytesStored: number;
  readonly durationMs: number;
}

export interface DemoCheck {
  readonly what: string;
  readonly expectedSha256: string;
  readonly actualSha256: string;
  /** Null where the disk has no file system that e2fsck knows. */
  readonly fileSystemClean: boolean | null;
}

/** Whether a restored disk is what it was: the same bytes, and a clean file system where there is one. */
export const passes = (check: DemoCheck): boolean =>
  check.expectedSha256 === check.actualSha256 && check.fileSystemClean !== false;

const mebibyte = 1_048_576;

/** Bytes for people: `12.3 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < mebibyte) return `${(bytes / 1_024).toFixed(1)} KiB`;
  if (bytes < 1_024 * mebibyte) return `${(bytes / mebibyte).toFixed(1)} MiB`;
  return `${(bytes / (1_024 * mebibyte)).toFixed(2)} GiB`;
}

/** The closing table, one job a line. */
export function formatTable(rows: readonly DemoRow[]): string {
  const header = ['job', 'disk', 'read', 'zeros skipped', 'deduplicated', 'stored', 'rate', 'time'];
  const lines = rows.map((row) => [
    row.step,
    formatBytes(row.bytesTotal),
    formatBytes(row.bytesRead),
    formatBytes(row.bytesZero),
    formatBytes(row.bytesDeduplicated),
    formatBytes(row.bytesStored),
    row.durationMs > 0 ? `${formatBytes((row.bytesTotal / row.durationMs) * 1_000)}/s` : '-',
    `${(row.durationMs / 1_000).toFixed(1)} s`,
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const layOut = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [layOut(header), widths.map((width) => '-'.repeat(width)).join('  '), ...lines.map(layOut)].join('\n');
}
