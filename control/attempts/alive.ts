import type { z } from 'zod';
import type { aliveRequest, aliveResponse } from '../../protocol/work.ts';
import type { GatewayPrincipal } from '../activation/gateway-principal.ts';
import type { ControlContext } from '../context.ts';

/**
 * Which of these attempts are running, whatever their gateway: a snapshot of ours may belong to another gateway of the same vCenter. An
 * attempt whose lease ran out is not alive, though nobody swept it yet.
 */
export async function aliveAttempts(
  control: ControlContext,
  _principal: GatewayPrincipal,
  request: z.infer<typeof aliveRequest>,
): Promise<z.infer<typeof aliveResponse>> {
  if (request.attemptIds.length === 0) return { alive: [] };
  const rows = await control.db
    .selectFrom('job_attempt')
    .select('id')
    .where('id', 'in', request.attemptIds)
    .where('status', '=', 'RUNNING')
    .where('lease_until', '>', new Date(control.clock.now()))
    .execute();
  return { alive: rows.map((row) => row.id) };
}
