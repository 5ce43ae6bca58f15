import type { FaultPlan } from '../base/fault-plan.ts';
import type { FaultEffect } from '../base/faults.ts';

/** What can go wrong with the spool: `spool.open`, `spool.write` and `spool.seal`, their subject the file's path. */
export type SpoolOperation = 'open' | 'write' | 'seal';

const possible = ({ kind }: FaultEffect) => kind === 'error' || kind === 'kill';

/** Throws as the file system does (`error` with an errno as its code: ENOSPC, EIO), or ends the process (`kill`), where the plan says so. */
export function meetSpoolFault(faults: FaultPlan | undefined, operation: SpoolOperation, path: string): void {
  const effect = faults?.take(`spool.${operation}`, path, possible);
  if (effect?.kind === 'kill') process.kill(process.pid, 'SIGKILL');
  if (effect?.kind !== 'error') return;
  throw Object.assign(new Error(`${effect.code}: ${effect.message ?? 'a planned fault'}, ${operation} '${path}'`), {
    code: effect.code,
    syscall: operation,
    path,
  });
}
