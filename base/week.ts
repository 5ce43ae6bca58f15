/** Time within a week, which begins on Monday at 00:00. Minutes. */
export const WEEK = 7 * 1_440;
const msPerMinute = 60_000;
/** The epoch was a Thursday. */
const epochMinute = 3 * 1_440;

/** From `start` to before `end`, which may lie in the next week; less than a week long. */
export interface WeekInterval {
  /** 0 to before {@link WEEK}. */
  readonly start: number;
  readonly end: number;
}

/** Which minute of the week it is, UTC or shifted by an offset, at an instant in milliseconds. */
export function minuteOfWeek(at: number, offset = 0): number {
  return wrap(Math.floor(at / msPerMinute) + epochMinute + offset);
}

export function contains({ start, end }: WeekInterval, minute: number): boolean {
  return (minute >= start && minute < end) || minute + WEEK < end;
}

export function shift({ start, end }: WeekInterval, minutes: number): WeekInterval {
  const shifted = wrap(start + minutes);
  return { start: shifted, end: shifted + end - start };
}

/** The first instant from `from` on, in milliseconds, at which the minute of the week is `minute`. */
export function nextMinute(minute: number, from: number): number {
  const whole = Math.ceil(from / msPerMinute) * msPerMinute;
  return whole + wrap(minute - minuteOfWeek(whole)) * msPerMinute;
}

/** Where two stretches of the week meet: the minute at which the common part begins, and there may be two. */
export function meetingMinutes(a: WeekInterval, b: WeekInterval): readonly number[] {
  return [...new Set([...(contains(a, b.start) ? [b.start] : []), ...(contains(b, a.start) ? [a.start] : [])])];
}

function wrap(minutes: number): number {
  return ((minutes % WEEK) + WEEK) % WEEK;
}
