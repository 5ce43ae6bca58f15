import { isTimeZone, type OffsetSpan, offsetMinutes, offsetSpans } from '../base/time-zone.ts';
import { contains, meetingMinutes, minuteOfWeek, nextMinute, shift, type WeekInterval } from '../base/week.ts';
import { type FlowWindow, weekdays } from './flow-control.ts';

const day = 86_400_000;
/** Far enough for a window that daylight saving time skips once. */
const horizonMs = 15 * day;
/** The rules of daylight saving time repeat every year. */
const yearMs = 400 * day;

export type JobDirection = 'BACKUP' | 'RESTORE';

/** The windows that hold at an instant. With the same window in both places, both directions share its limit. */
export interface ActiveWindows {
  readonly BACKUP: FlowWindow | null;
  readonly RESTORE: FlowWindow | null;
}

/**
 * What `windows` say about an instant, in milliseconds since the epoch; null: no limit. Should two hold at once, because a country has changed its
 * time since they were set, the lower limit counts.
 */
export function activeWindows(windows: readonly FlowWindow[], at: number): ActiveWindows {
  const active = windows
    .filter((window) => isActive(window, at))
    .sort((one, other) => one.bytesPerSecond - other.bytesPerSecond);
  const lowest = (direction: JobDirection) =>
    active.find(({ appliesTo }) => appliesTo === direction || appliesTo === 'BOTH') ?? null;
  return { BACKUP: lowest('BACKUP'), RESTORE: lowest('RESTORE') };
}

/** When {@link activeWindows} next says something else; null: not in the next two weeks, and so never. */
export function nextFlowChange(windows: readonly FlowWindow[], from: number): number | null {
  const now = activeWindows(windows, from);
  const isOther = (at: number) => {
    const then = activeWindows(windows, at);
    return then.BACKUP !== now.BACKUP || then.RESTORE !== now.RESTORE;
  };
  const moments = new Set<number>();
  for (const window of windows) {
    const intervals = intervalsOf(window);
    for (const span of offsetSpans(zoneOf(window), from, from + horizonMs)) {
      moments.add(span.start);
      for (const interval of intervals)
        for (const minute of [interval.start, interval.end])
          for (let at = nextMinute(minute - span.offset, span.start); at < span.end; at += 7 * day) moments.add(at);
    }
  }
  const sorted = [...moments].filter((at) => at > from).sort((a, b) => a - b);
  return sorted.find(isOther) ?? null;
}

/** Two windows that hold at the same time for the same direction, and when that first happens. */
export interface FlowOverlap {
  readonly first: number;
  readonly second: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Compared in absolute time, so that it does not matter in which zones windows were written, nor when their clocks change. */
export function flowOverlaps(windows: readonly FlowWindow[], from: number): readonly FlowOverlap[] {
  const spans = new Map<string, readonly OffsetSpan[]>();
  for (const { timeZone } of windows)
    if (!spans.has(timeZone)) spans.set(timeZone, offsetSpans(timeZone, from, from + yearMs));
  const spansOf = ({ timeZone }: FlowWindow) => spans.get(timeZone) ?? [];
  return windows.flatMap((second, secondIndex) =>
    windows.slice(0, secondIndex).flatMap((first, firstIndex) => {
      if (!shareDirection(first, second)) return [];
      const at = firstMeeting(first, spansOf(first), second, spansOf(second));
      return at === undefined ? [] : [{ first: firstIndex, second: secondIndex, at }];
    }),
  );
}

function shareDirection(one: FlowWindow, other: FlowWindow): boolean {
  return one.appliesTo === other.appliesTo || one.appliesTo === 'BOTH' || other.appliesTo === 'BOTH';
}

function firstMeeting(
  one: FlowWindow,
  spansOfOne: readonly OffsetSpan[],
  other: FlowWindow,
  spansOfOther: readonly OffsetSpan[],
): number | undefined {
  for (const a of spansOfOne)
    for (const b of spansOfOther) {
      const [start, end] = [Math.max(a.start, b.start), Math.min(a.end, b.end)];
      if (start >= end) continue;
      const found = meetingsIn(start, intervalsOf(one, -a.offset), intervalsOf(other, -b.offset)).filter(
        (at) => at < end,
      );
      if (found.length > 0) return Math.min(...found);
    }
  return undefined;
}

/** The instants from `start` on at which two of the intervals, in UTC, begin to hold together; `start` itself when they do then. */
function meetingsIn(start: number, one: readonly WeekInterval[], other: readonly WeekInterval[]): number[] {
  const minute = minuteOfWeek(start);
  return one.flatMap((a) =>
    other.flatMap((b) => {
      if (contains(a, minute) && contains(b, minute)) return [start];
      return meetingMinutes(a, b).map((meeting) => nextMinute(meeting, start));
    }),
  );
}

function isActive(window: FlowWindow, at: number): boolean {
  const minute = minuteOfWeek(at, offsetMinutes(zoneOf(window), at));
  return intervalsOf(window).some((interval) => contains(interval, minute));
}

/** A zone this Node.js does not know (the control plane's may be newer) is taken for UTC: a limit at another hour beats none. */
function zoneOf({ timeZone }: FlowWindow): string {
  return isTimeZone(timeZone) ? timeZone : 'UTC';
}

/** In local time, or shifted from it. */
function intervalsOf(window: FlowWindow, shiftedBy = 0): WeekInterval[] {
  const start = minutesOf(window.start);
  const ends = minutesOf(window.end);
  const end = ends > start ? ends : ends + 1_440;
  return [...new Set(window.days)].map((name) => {
    const midnight = weekdays.indexOf(name) * 1_440;
    return shift({ start: midnight + start, end: midnight + end }, shiftedBy);
  });
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
