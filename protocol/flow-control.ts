import { z } from 'zod';

export const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
export type Weekday = (typeof weekdays)[number];

/** Which jobs' traffic a window limits; with BOTH they share it. */
export const flowDirections = ['BACKUP', 'RESTORE', 'BOTH'] as const;

/** The smallest limit, in bytes a second. */
export const leastBytesPerSecond = 1_000_000;
/** Windows of one gateway. */
export const mostFlowWindows = 32;

export const startPattern = /^([01]\d|2[0-3]):[0-5]\d$/;
export const endPattern = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

/**
 * A limit that holds whenever a clock on the wall in `timeZone` shows a time in the window: from `start` to before `end` on each of `days`, and into the
 * next day where `end` is not after `start`. So a window in an hour that daylight saving time skips does not occur that day, and one in an hour that
 * comes twice occurs twice.
 */
export const flowWindow = z.object({
  days: z.array(z.enum(weekdays)).min(1).max(7),
  start: z.string().regex(startPattern),
  /** `24:00` and `00:00`: the end of the day. */
  end: z.string().regex(endPattern),
  /** IANA name. */
  timeZone: z.string().min(1).max(64),
  bytesPerSecond: z.number().int().min(leastBytesPerSecond).max(Number.MAX_SAFE_INTEGER),
  appliesTo: z.enum(flowDirections),
});
export type FlowWindow = z.infer<typeof flowWindow>;

export const flowWindows = z.array(flowWindow).max(mostFlowWindows);
