import type { Clock } from '../base/clock.ts';
import type { FaultPlan } from '../base/fault-plan.ts';
import type { FaultEffect, PlannedFault } from '../base/faults.ts';

/** The boundaries of a backup, in their order. `pack-…`, `index-…` and `map-…` come once for each pack, segment and disk. */
export const backupSteps = [
  'backup-claimed',
  'located',
  'reaped',
  'change-tracking-enabled',
  'snapshot-creating',
  'snapshot-created',
  'disk-opened',
  'pack-sealed',
  'pack-uploaded',
  'index-uploaded',
  'map-written',
  'disk-closed',
  'manifest-put',
  'committed',
  'commit-put',
  'snapshot-removed',
  'backup-completing',
] as const;
export type BackupStep = (typeof backupSteps)[number];

/** The boundaries of a restore, in their order. */
export const restoreSteps = [
  'restore-claimed',
  'manifest-read',
  'leftovers-removed',
  'vm-created',
  'restore-disk-opened',
  'restore-disk-written',
  'restore-disk-closed',
  'vm-finished',
  'restore-completing',
] as const;
export type RestoreStep = (typeof restoreSteps)[number];

/** Called at every boundary; returns at once in production. */
export type StepHook = (step: BackupStep | RestoreStep) => void | Promise<void>;

/** The fault vocabulary's name of a boundary. */
const operationOf = (step: string) => `step.${step}`;

/** A planned power cut when a boundary is reached for the n-th time. */
export const killAt = (step: BackupStep | RestoreStep, occurrence = 1): PlannedFault => ({
  operation: operationOf(step),
  times: 1,
  after: occurrence - 1,
  effect: { kind: 'kill' },
});

const possible = ({ kind }: FaultEffect) => kind === 'kill' || kind === 'delay' || kind === 'stall';

/**
 * A hook to which the plan's faults happen: `kill` ends this process as a power cut would, `delay` waits, `stall` never comes back. Throws
 * RangeError when the plan names a step that does not exist.
 */
export function createStepHook(faults: FaultPlan, clock: Clock): StepHook {
  const known = [...backupSteps, ...restoreSteps].map(operationOf);
  for (const { operation } of faults.list())
    if (operation.startsWith(operationOf('')) && !known.includes(operation))
      throw new RangeError(`A planned fault names no step: ${operation}`);
  return (reached) => {
    const effect = faults.take(operationOf(reached), '', possible);
    if (effect === undefined) return undefined;
    if (effect.kind === 'delay') return clock.sleep(effect.ms);
    if (effect.kind === 'kill') process.kill(process.pid, 'SIGKILL');
    // The signal arrives asynchronously; nothing may happen meanwhile.
    return new Promise<void>(() => undefined);
  };
}
