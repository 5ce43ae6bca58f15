import { sql } from 'kysely';
import type { Progress } from '../../protocol/work.ts';
import type { ControlContext } from '../context.ts';
import { progressHub } from './progress-hub.ts';

/**
 * Takes an attempt's progress from either channel. Idempotent: only the running attempt of this gateway, only a newer sequence. False:
 * ignored. Listeners of this process hear of it also when another process wrote the row first, since each hears the message channel.
 */
export async function acceptProgress(
  control: ControlContext,
  gatewayId: string,
  update: {
    readonly attemptId: string;
    readonly fence: number;
    readonly sequence: number;
    readonly progress: Progress;
  },
): Promise<boolean> {
  const { attemptId, fence, sequence, progress } = update;
  const updatedAt = new Date(control.clock.now());
  const attempt = await control.db
    .selectFrom('job_attempt')
    .select('job_id')
    .where('id', '=', attemptId)
    .where('gateway_id', '=', gatewayId)
    .where('fence', '=', fence)
    .where('status', '=', 'RUNNING')
    .executeTakeFirst();
  if (!attempt) return false;
  const written = await control.db
    .insertInto('job_progress')
    .values({
      job_id: attempt.job_id,
      attempt_id: attemptId,
      fence,
      sequence,
      progress: JSON.stringify(progress),
      updated_at: updatedAt,
    })
    .onConflict((conflict) =>
      conflict
        .column('job_id')
        .doUpdateSet((eb) => ({
          attempt_id: eb.ref('excluded.attempt_id'),
          fence: eb.ref('excluded.fence'),
          sequence: eb.ref('excluded.sequence'),
          progress: eb.ref('excluded.progress'),
          updated_at: eb.ref('excluded.updated_at'),
        }))
        .where(sql<boolean>`(job_progress.fence, job_progress.sequence) < (excluded.fence, excluded.sequence)`),
    )
    .returning('job_id')
    .executeTakeFirst();
  if (written || (await isPresent(control, attempt.job_id, fence, sequence))) {
    progressHub(control).publish({ jobId: attempt.job_id, attemptId, fence, sequence, progress, updatedAt });
  }
  return written !== undefined;
}

/** Whether this very update is what the row says already: another process was quicker. */
async function isPresent(control: ControlContext, jobId: string, fence: number, sequence: number): Promise<boolean> {
  const row = await control.db
    .selectFrom('job_progress')
    .select('job_id')
    .where('job_id', '=', jobId)
    .where('fence', '=', fence)
    .where('sequence', '=', sequence)
    .executeTakeFirst();
  return row !== undefined;
}
