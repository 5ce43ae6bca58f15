import { z } from 'zod';
import { pseudoRandom } from './pseudo-random.ts';

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

/** A planned fault with its counters, in memory that other threads may share. */
export interface SharedFault {
  readonly fault: PlannedFault;
  readonly counters: SharedArrayBuffer;
}

/** Two numbers every thread counts down together. */
class Armed implements SharedFault {
  readonly fault: PlannedFault;
  readonly counters: SharedArrayBuffer;
  readonly #numbers: Int32Array;

  constructor(fault: PlannedFault, counters?: SharedArrayBuffer) {
    this.fault = fault;
    this.counters = counters ?? new SharedArrayBuffer(8);
    this.#numbers = new Int32Array(this.counters);
    if (counters) return;
    this.#numbers[SPARED] = fault.after ?? 0;
    this.#numbers[LEFT] = fault.times ?? 0;
  }

  get isUsedUp(): boolean {
    return this.fault.times !== undefined && Atomics.load(this.#numbers, LEFT) <= 0;
  }

  /** As it stands now. */
  get rest(): PlannedFault {
    const { after: _after, times: _times, ...fault } = this.fault;
    const spared = Atomics.load(this.#numbers, SPARED);
    return {
      ...fault,
      ...(this.fault.times !== undefined && { times: Atomics.load(this.#numbers, LEFT) }),
      ...(spared > 0 && { after: spared }),
    };
  }

  /** Whether this operation is one of those that are let pass first. */
  spare(): boolean {
    return this.#countDown(SPARED);
  }

  /** Whether there was one left. */
  use(): boolean {
    return this.fault.times === undefined || this.#countDown(LEFT);
  }

  #countDown(index: number): boolean {
    for (let seen = Atomics.load(this.#numbers, index); seen > 0; seen = Atomics.load(this.#numbers, index))
      if (Atomics.compareExchange(this.#numbers, index, seen, seen - 1) === seen) return true;
    return false;
  }
}

const SPARED = 0;
const LEFT = 1;

/** The faults that were asked for, used up in the order in which they were added. Shares follow from `seed` alone, so a run can be repeated. */
export class FaultPlan {
  #armed: Armed[] = [];
  #happened: HappenedFault[] = [];
  readonly #random: () => number;

  constructor(faults: readonly PlannedFault[] = [], seed = 1) {
    this.#random = pseudoRandom(seed);
    for (const fault of faults) this.add(fault);
  }

  /** A plan for another thread: what one uses up is used up for all. Only of the faults there are now. */
  static join(shared: readonly SharedFault[]): FaultPlan {
    const plan = new FaultPlan();
    plan.#armed = shared.map(({ fault, counters }) => new Armed(fault, counters));
    return plan;
  }

  /** What {@link FaultPlan.join} takes; it can be sent to another thread. */
  share(): readonly SharedFault[] {
    return this.#armed.map(({ fault, counters }) => ({ fault, counters }));
  }

  add(fault: PlannedFault): void {
    this.#armed.push(new Armed(fault));
  }

  clear(): void {
    this.#armed = [];
  }

  /** What is still planned, with what is left of it. */
  list(): readonly PlannedFault[] {
    return this.#armed.filter(({ isUsedUp }) => !isUsedUp).map(({ rest }) => rest);
  }

  /** What happened so far in this thread, oldest first: a test of a fault has to show that it occurred. */
  happened(): readonly HappenedFault[] {
    return this.#happened;
  }

  /** Takes one use of the first fault planned for this operation. `wanted` leaves out effects this place cannot have. */
  take(
    operation: string,
    subject = '',
    wanted: (effect: FaultEffect) => boolean = () => true,
  ): FaultEffect | undefined {
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (!matches(fault.operation, operation) || !matches(fault.subject ?? '*', subject)) continue;
      if (!wanted(fault.effect)) continue;
      if (armed.spare()) continue;
      if (fault.share !== undefined && this.#random() >= fault.share) continue;
      if (!armed.use()) continue;
      this.#happened.push({ operation, subject, effect: fault.effect });
      return fault.effect;
    }
    return undefined;
  }
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
