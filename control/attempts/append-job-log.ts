import type { z } from 'zod';
import type { jobLogRequest } from '../../protocol/job-log.ts';
import type { GatewayPrincipal } from '../activation/gateway-principal.ts';
import type { ControlContext } from '../context.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { fenced } from './fenced.ts';
import { ownAttempt } from './guard-attempt.ts';

/** Keeps lines of what an attempt did; those that are there already change nothing. Also for an attempt that has ended. FENCED for a wrong fence. */
export async function appendJobLog(
  control: ControlContext,
  principal: GatewayPrincipal,
  attemptId: string,
  request: z.infer<typeof jobLogRequest>,
): Promise<Record<string, never>> {
  await inTransaction(control, async (trx) => {
    const { job, attempt } = await ownAttempt(trx, principal, attemptId);
    if (attempt.fence !== request.fence) throw fenced('its fence is another one');
    await trx
      .insertInto('job_log')
      .values(
        request.lines.map(({ sequence, at, level, code, message, details }) => ({
          job_id: job.id,
          attempt: attempt.number,
          source: 'GATEWAY' as const,
          attempt_id: attempt.id,
          sequence,
          level,
          code,
          message,
          details: JSON.stringify(details),
          at: new Date(at),
        })),
      )
      .onConflict((conflict) => conflict.columns(['attempt_id', 'sequence']).doNothing())
      .execute();
  });
  return {};
}
