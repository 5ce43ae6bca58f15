/** Numbers, amounts and times as people of a language write them. */

const steps = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export function bytes(tag: string, count: number): string {
  const step = count < 1 ? 0 : Math.min(Math.floor(Math.log2(count) / 10), steps.length - 1);
  return `${number(tag, count / 2 ** (10 * step))} ${steps[step]}`;
}

/** Limits are set in decimal megabytes. */
export const megabytes = (tag: string, count: number): string => `${number(tag, count / 1_000_000)} MB`;

export function number(tag: string, value: number): string {
  return new Intl.NumberFormat(tag, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}

export function percent(tag: string, share: number): string {
  return new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

/** `3 minutes ago`; both in milliseconds since the epoch. */
export function ago(tag: string, at: number, now: number): string {
  const [value, unit] = largestUnit(Math.max(0, now - at));
  return new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }).format(-value, unit);
}

/** `3 minutes` */
export function duration(tag: string, milliseconds: number): string {
  const [value, unit] = largestUnit(milliseconds);
  return new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

export const milliseconds = (tag: string, value: number): string => `${number(tag, Math.round(value))} ms`;

function largestUnit(milliseconds: number): [number, 'second' | 'minute' | 'hour' | 'day'] {
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 90) return [seconds, 'second'];
  if (seconds < 90 * 60) return [Math.round(seconds / 60), 'minute'];
  if (seconds < 48 * 3_600) return [Math.round(seconds / 3_600), 'hour'];
  return [Math.round(seconds / 86_400), 'day'];
}

/** Date and time in UTC, which says the same to everybody. */
export function instant(tag: string, at: number): string {
  const format = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });
  return `${format.format(at)} UTC`;
}
