import type { z } from 'zod';
import type { aliveRequest, aliveResponse } from '../../protocol/work.ts';
import type { GatewayPrincipal } from '../activation/gateway-principal.ts';
import type { ControlContext } from '../context.ts';

/**
 * Which of these attempts are running and which are over, whatever their gateway: a snapshot of ours may belong to another gateway of the
 * same vCenter. An attempt whose lease ran out is not alive, though nobody swept it yet; it has ended once somebody did.
 */
export async function aliveAttempts(
  control: ControlContext,
  _principal: GatewayPrincipal,
  request: z.infer<typeof aliveRequest>,
): Promise<z.infer<typeof aliveResponse>> {
  if (request.attemptIds.length === 0) return { alive: [], ended: [] };
  const rows = await control.db
    .selectFrom('job_attempt')
    .select(['id', 'status', 'lease_until'])
    .where('id', 'in', request.attemptIds)
    .execute();
  const now = new Date(control.clock.now());
  const isAlive = (row: (typeof rows)[number]) => row.status === 'RUNNING' && row.lease_until > now;
  return {
    alive: rows.filter(isAlive).map(({ id }) => id),
    ended: rows.filter(({ status }) => status !== 'RUNNING').map(({ id }) => id),
  };
}
