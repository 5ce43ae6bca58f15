/** What a download of the log says first. */
export interface LogHeader {
  readonly version: string;
  readonly gatewayId: string | null;
  readonly gatewayName: string | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One line of JSON each: a header, then the log, the oldest line first. */
export function logText({ now, ...header }: LogHeader, lines: readonly string[]): string {
  const first = { holdfast: 'gateway log', ...header, downloadedAt: new Date(now).toISOString(), lines: lines.length };
  return [JSON.stringify(first), ...lines, ''].join('\n');
}
