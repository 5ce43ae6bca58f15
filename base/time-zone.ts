/** Time zones by their IANA names, with the rules this Node.js knows. Times are milliseconds since the epoch. */

const minute = 60_000;
const day = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether there is a zone of that name. A bare offset (`+08:00`) is none: it knows no daylight saving time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Minutes that local time is ahead of UTC at that instant. Throws RangeError for an unknown zone. */
export function offsetMinutes(zone: string, at: number): number {
  const text = formatOf(zone).format(at);
  const match = /GMT(?:(?<sign>[+-])(?<hours>\d{2}):(?<minutes>\d{2}))?/.exec(text)?.groups;
  if (!match) throw new RangeError(`The offset of ${zone} cannot be read: ${text}`);
  const size = Number(match.hours ?? 0) * 60 + Number(match.minutes ?? 0);
  return match.sign === '-' ? -size : size;
}

/** A stretch of time in which the offset stays the same; `end` is not part of it. */
export interface OffsetSpan {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
}

/** The stretches that make up `from` to `to`. Two changes within one day would be missed; there are none. */
export function offsetSpans(zone: string, from: number, to: number): readonly OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  let start = from;
  let offset = offsetMinutes(zone, from);
  for (let at = from; at < to; at = Math.min(to, at + day)) {
    const next = Math.min(to, at + day);
    const nextOffset = offsetMinutes(zone, next);
    if (nextOffset === offset) continue;
    const changedAt = firstWith(zone, nextOffset, at, next);
    spans.push({ start, end: changedAt, offset });
    start = changedAt;
    offset = nextOffset;
  }
  if (start < to) spans.push({ start, end: to, offset });
  return spans;
}

/** Zones change at whole minutes. `before` has another offset, `after` has this one. */
function firstWith(zone: string, offset: number, before: number, after: number): number {
  let [low, high] = [Math.floor(before / minute), Math.ceil(after / minute)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMinutes(zone, middle * minute) === offset) high = middle;
    else low = middle;
  }
  return Math.min(after, high * minute);
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  return format;
}
