import { z } from 'zod';

const operationCounters = z.object({
  requests: z.number(),
  errors: z.number(),
  bytesReceived: z.number(),
  bytesSent: z.number(),
  running: z.number(),
  /** Most that ran at one time. */
  peak: z.number(),
});

const loggedRequest = z.object({
  /** `oss.PutObject`, `sts.AssumeRole`, … */
  operation: z.string(),
  /** `bucket/key`, or a session's name. */
  subject: z.string(),
  accessKeyId: z.string().optional(),
  /** 0 when the connection ended without a whole answer. */
  status: z.number(),
  /** Of an error. */
  code: z.string().optional(),
  bytesReceived: z.number(),
  bytesSent: z.number(),
  requestId: z.string(),
  /** Milliseconds since the epoch, by the server's clock. */
  at: z.number(),
});

export const objectServerState = z.object({
  /** By operation; `*` is all of them together. */
  counters: z.record(z.string(), operationCounters),
  /** The last thousand, oldest first. */
  requests: z.array(loggedRequest),
  users: z.array(
    z.object({ accessKeyId: z.string(), identityType: z.string(), name: z.string(), active: z.boolean() }),
  ),
  clockOffsetMs: z.number(),
});

export const objectRequests = {
  setKeyActive: z.object({ accessKeyId: z.string().min(1), active: z.boolean() }),
  setClockOffset: z.object({ ms: z.number().int() }),
};

export type ObjectServerState = z.infer<typeof objectServerState>;
