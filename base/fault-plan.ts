import type { FaultEffect, HappenedFault, PlannedFault } from './faults.ts';
import { pseudoRandom } from './pseudo-random.ts';

// Apart from the vocabulary's schemas: the mover's workers need a plan, and would spend a tenth of a second on loading a schema library.

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
