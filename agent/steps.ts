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
  'restore-completing',
] as const;
export type RestoreStep = (typeof restoreSteps)[number];

/** Called at every boundary; returns at once in production. */
export type StepHook = (step: BackupStep | RestoreStep) => void | Promise<void>;

export interface KillEnvironment {
  /** `<step>` or `<step>:<n>`: the process kills itself with SIGKILL when that boundary is reached for the n-th time. */
  readonly HOLDFAST_KILL_AT?: string | undefined;
}

/** A hook that does nothing, or, with HOLDFAST_KILL_AT, ends this process as a power cut would. Throws RangeError for an unknown step. */
export function createStepHook(environment: KillEnvironment): StepHook {
  const wanted = environment.HOLDFAST_KILL_AT;
  if (!wanted) return () => undefined;
  const [step, occurrence = '1'] = wanted.split(':');
  const known: readonly string[] = [...backupSteps, ...restoreSteps];
  let left = Number(occurrence);
  if (step === undefined || !known.includes(step) || !Number.isInteger(left) || left < 1)
    throw new RangeError(`HOLDFAST_KILL_AT names no step: ${wanted}`);
  return (reached) => {
    if (reached !== step) return;
    left -= 1;
    if (left > 0) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal arrives asynchronously; nothing may happen meanwhile.
    return new Promise<void>(() => undefined);
  };
}
