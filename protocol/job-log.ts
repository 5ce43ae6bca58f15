import { z } from 'zod';
import { fence, isoTime, plainText } from './primitives.ts';

/** Lines of one attempt that are kept; what comes after them is in the gateway's own log alone. */
export const mostLogLines = 2_000;
/** Lines of one request. */
export const logLinesPerCall = 50;

/** One line of what an attempt did, for people. */
export const jobLogLine = z.object({
  /** Counts from 1 within the attempt; the same number again is ignored. */
  sequence: z.number().int().min(1).max(mostLogLines),
  at: isoTime,
  level: z.enum(['INFO', 'WARNING', 'ERROR']),
  code: plainText(64).nullable(),
  message: plainText(1_000),
  details: z.record(z.string().max(64), z.union([plainText(500), z.number(), z.boolean()])),
});
export type JobLogLine = z.infer<typeof jobLogLine>;

/** POST /gateway/v1/attempts/{attemptId}/log. Also for an attempt that has ended: its last lines may come late. */
export const jobLogRequest = z.object({ fence, lines: z.array(jobLogLine).min(1).max(logLinesPerCall) });
