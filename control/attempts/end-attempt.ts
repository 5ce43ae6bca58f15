import type { Transaction } from 'kysely';
import type { ErrorBody } from '../../protocol/primitives.ts';
import type { AttemptStatus, Database } from '../database/tables.ts';
import { logAttemptEnd } from '../jobs/job-log.ts';

/** Ends a running attempt, frees its permits and closes its vault sessions. False: it had ended already and nothing changed. */
export async function endAttempt(
  trx: Transaction<Database>,
  end: {
    readonly attemptId: string;
    readonly status: Exclude<AttemptStatus, 'RUNNING'>;
    readonly now: Date;
    readonly error?: ErrorBody;
  },
): Promise<boolean> {
  const ended = await trx
    .updateTable('job_attempt')
    .set({ status: end.status, ended_at: end.now, error: end.error ? JSON.stringify(end.error) : null })
    .where('id', '=', end.attemptId)
    .where('status', '=', 'RUNNING')
    .returning(['job_id', 'number'])
    .executeTakeFirst();
  if (!ended) return false;
  await logAttemptEnd(trx, ended, end.now, end);
  await trx.deleteFrom('permit').where('attempt_id', '=', end.attemptId).execute();
  await trx
    .updateTable('vault_session')
    .set({ ended_at: end.now })
    .where('attempt_id', '=', end.attemptId)
    .where('ended_at', 'is', null)
    .execute();
  return true;
}
