import type { z } from 'zod';
import type { renewRequest, renewResponse } from '../../protocol/work.ts';
import type { GatewayPrincipal } from '../activation/gateway-principal.ts';
import { touchGateway } from '../activation/touch-gateway.ts';
import type { ControlContext } from '../context.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { acceptProgress } from '../jobs/accept-progress.ts';
import { guardAttempt } from './guard-attempt.ts';

/** Prolongs the lease of a living attempt and takes its progress; tells whether somebody wants the job canceled. FENCED otherwise. */
export async function renewAttempt(
  control: ControlContext,
  principal: GatewayPrincipal,
  attemptId: string,
  request: z.infer<typeof renewRequest>,
): Promise<z.infer<typeof renewResponse>> {
  const { fence, sequence, progress } = request;
  const renewed = await inTransaction(control, async (trx) => {
    const now = control.clock.now();
    const { job, attempt } = await guardAttempt(trx, principal, attemptId, fence, new Date(now));
    const leaseUntil = new Date(now + control.config.leaseMs);
    await trx.updateTable('job_attempt').set({ lease_until: leaseUntil }).where('id', '=', attempt.id).execute();
    return { leaseUntil: leaseUntil.toISOString(), cancelRequested: job.status === 'CANCELING' };
  });
  await touchGateway(control, principal.gatewayId, 'control');
  if (progress) await acceptProgress(control, principal.gatewayId, { attemptId, fence, sequence, progress });
  return renewed;
}
