import type { Transaction } from 'kysely';
import type { Outcome, VcenterTrouble } from '../../protocol/work.ts';
import type { ControlContext } from '../context.ts';
import type { Database, WaitReason } from '../database/tables.ts';
import type { Emit } from '../events/event.ts';
import { reportVcenterStatus, type StatusReport, waitReasonOfVcenter } from './vcenter-status.ts';

/** What the end of an attempt means to its vCenter, and the other way round. */
export interface LearnedFromAttempt {
  /** The job ends or goes on as its outcome says; it is not the vCenter that stops it. */
  readonly isStopped: boolean;
  /** While the vCenter is stopped for a person. */
  readonly waitReason: WaitReason | null;
}

/**
 * Brings the status of an attempt's vCenter up to date. An attempt that met a refused password or another certificate is given back without being counted,
 * and so is one that lost its session while the vCenter was stopped for that.
 */
export async function learnFromAttempt(
  control: Pick<ControlContext, 'clock'>,
  trx: Transaction<Database>,
  emit: Emit,
  attempt: { readonly vcenterId: string; readonly loginVersion: number | null },
  outcome: Outcome,
): Promise<LearnedFromAttempt> {
  const { vcenterId, loginVersion } = attempt;
  const report = reportOf(outcome);
  if (report) await reportVcenterStatus(control, trx, emit, vcenterId, { ...report, loginVersion });
  if (outcome.status !== 'FAILED' && outcome.status !== 'RETRY') return { isStopped: false, waitReason: null };
  const { status } = await trx
    .selectFrom('vcenter')
    .select('status')
    .where('id', '=', vcenterId)
    .executeTakeFirstOrThrow();
  const waitReason = waitReasonOfVcenter(status);
  const trouble = troubleOf(outcome)?.trouble;
  const needsPerson = trouble === 'INVALID_LOGIN' || trouble === 'CERTIFICATE_NOT_TRUSTED';
  return { isStopped: needsPerson || (waitReason !== null && outcome.status === 'RETRY'), waitReason };
}

function reportOf(outcome: Outcome): StatusReport | undefined {
  if (outcome.status === 'COMPLETE' || outcome.status === 'PARTIAL_COMPLETE')
    return { status: 'CONNECTED', message: null };
  const trouble = troubleOf(outcome);
  if (!trouble || !('error' in outcome)) return undefined;
  const { message } = outcome.error;
  switch (trouble.trouble) {
    case 'INVALID_LOGIN':
      return { status: 'CREDENTIALS_INVALID', message };
    case 'UNREACHABLE':
      return { status: 'UNREACHABLE', message };
    case 'CERTIFICATE_NOT_TRUSTED':
      return { status: 'CERTIFICATE_CHANGED', message, presentedFingerprint: trouble.presentedFingerprint };
  }
}

function troubleOf(outcome: Outcome): VcenterTrouble | undefined {
  if (!('error' in outcome)) return undefined;
  // Gateways of before say it by the code alone.
  if (outcome.error.code === 'INVALID_LOGIN') return { trouble: 'INVALID_LOGIN' };
  return outcome.vcenter;
}
