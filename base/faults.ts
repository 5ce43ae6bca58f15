import { z } from 'zod';

/**
 * One vocabulary for everything that is made to go wrong on purpose, whatever it wraps: object storage, SOAP, NFC, the
 * control channel, the message broker, the spool. Whoever wraps a boundary names its operations and translates an effect
 * into what that boundary's user would see; docs/reliability.md lists both.
 */
export const faultEffect = z.discriminatedUnion('kind', [
  /** The operation answers with a failure. `code` is the boundary's own word: a driver's code, a SOAP fault, an HTTP status, an errno. */
  z.strictObject({ kind: z.literal('error'), code: z.string().min(1), message: z.string().optional() }),
  /** The operation begins later and is then as ever. */
  z.strictObject({ kind: z.literal('delay'), ms: z.number().nonnegative() }),
  /** After `afterBytes` of the answer (0 unless given) nothing comes any more, and the connection stays open. */
  z.strictObject({ kind: z.literal('stall'), afterBytes: z.number().int().nonnegative().optional() }),
  /** The answer ends after `afterBytes` (half of it unless given), as if that were all. */
  z.strictObject({ kind: z.literal('truncate'), afterBytes: z.number().int().nonnegative().optional() }),
  /** The connection is cut: before the operation is done, or, with `afterwards`, when it is done and only the answer is lost. */
  z.strictObject({ kind: z.literal('close'), afterwards: z.boolean().optional() }),
  /** The process dies as by a power cut. */
  z.strictObject({ kind: z.literal('kill') }),
]);
export type FaultEffect = z.infer<typeof faultEffect>;

export const plannedFault = z.strictObject({
  /** An operation's name; `*` at its end stands for any rest. */
  operation: z.string().min(1),
  /** What it concerns (an object's key, a VM's reference); `*` at its end stands for any rest. Absent: anything. */
  subject: z.string().min(1).optional(),
  /** How often it happens before it is used up; absent: for ever. */
  times: z.number().int().positive().optional(),
  /** How many operations are spared first. */
  after: z.number().int().nonnegative().optional(),
  /** Share of the operations it happens to, above 0 up to 1; absent: all. */
  share: z.number().gt(0).max(1).optional(),
  effect: faultEffect,
});
export type PlannedFault = z.infer<typeof plannedFault>;
export const plannedFaults = z.array(plannedFault);

/** `error once`: the next operation of that name (on that subject) fails. */
export const errorOnce = (operation: string, code: string, subject?: string): PlannedFault =>
  errorTimes(operation, 1, code, subject);

/** `error n times`. */
export const errorTimes = (operation: string, times: number, code: string, subject?: string): PlannedFault => ({
  ...about(operation, subject),
  times,
  effect: { kind: 'error', code },
});

/** The next operation of that name begins `ms` milliseconds later. */
export const delayOnce = (operation: string, ms: number, subject?: string): PlannedFault => ({
  ...about(operation, subject),
  times: 1,
  effect: { kind: 'delay', ms },
});

/** The connection is cut under the next operations of that name, before they are done. */
export const closeTimes = (operation: string, times: number, subject?: string): PlannedFault => ({
  ...about(operation, subject),
  times,
  effect: { kind: 'close' },
});

/** The next operation of that name is done, and its answer is lost. */
export const answerLostOnce = (operation: string, subject?: string): PlannedFault => ({
  ...about(operation, subject),
  times: 1,
  effect: { kind: 'close', afterwards: true },
});

const about = (operation: string, subject: string | undefined) =>
  subject === undefined ? { operation } : { operation, subject };

/** What happened to an operation. */
export const happenedFault = z.object({ operation: z.string(), subject: z.string(), effect: faultEffect });
export type HappenedFault = z.infer<typeof happenedFault>;
