export interface Row {
  readonly step: string;
  readonly tool: string;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  /** What the step added to the repository; null where it adds nothing. */
  readonly storedMiB: number | null;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Lines of text; the ratio is holdfast's wall time to the tool's, below 1 where holdfast is faster. */
export function formatTable(rows: readonly Row[]): string {
  const ours = new Map(rows.filter((row) => row.tool === 'holdfast').map((row) => [row.step, row]));
  const cells = rows.map((row) => {
    const own = ours.get(row.step);
    const ratio = own && own !== row ? (own.wallSeconds / row.wallSeconds).toFixed(2) : '';
    const cpuRatio = own && own !== row ? (own.cpuSeconds / row.cpuSeconds).toFixed(2) : '';
    return [
      row.step,
      row.tool,
      row.wallSeconds.toFixed(2),
      row.cpuSeconds.toFixed(2),
      row.peakMiB.toFixed(0),
      row.storedMiB === null ? '' : row.storedMiB.toFixed(1),
      ratio,
      cpuRatio,
    ];
  });
  const head = ['step', 'tool', 'wall s', 'CPU s', 'peak MiB', 'stored MiB', 'wall ratio', 'CPU ratio'];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)));
  const format = (line: readonly string[]) =>
    line
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [head, widths.map((width) => '-'.repeat(width)), ...cells].map(format).join('\n');
}
