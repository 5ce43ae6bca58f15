import { vi } from 'vitest';
import type { BackupStep } from '../../agent/steps.ts';
import { FaultPlan } from '../../base/fault-plan.ts';
import { hurriedClock } from './hurried-clock.ts';

const heldMs = 123_456;

/** Holds an agent's job at a step, for as long as a test wants: start the agent with `options`. */
export function heldStep(step: BackupStep) {
  const faults = new FaultPlan();
  let until = Promise.withResolvers<void>();
  let holds = 0;
  return {
    options: {
      faults,
      clock: {
        ...hurriedClock,
        sleep: (ms: number, signal?: AbortSignal) => (ms === heldMs ? until.promise : hurriedClock.sleep(ms, signal)),
      },
    },
    /** The next job that comes to the step stays there. */
    hold(): void {
      until = Promise.withResolvers<void>();
      holds += 1;
      faults.add({ operation: `step.${step}`, times: 1, effect: { kind: 'delay', ms: heldMs } });
    },
    reached: () => vi.waitUntil(() => faults.happened().length === holds, { timeout: 20_000 }),
    letGo: () => until.resolve(),
  };
}
