import type { z } from 'zod';
import type { vaultSessionRequest, vaultSessionResponse } from '../../protocol/work.ts';
import type { GatewayPrincipal } from '../activation/gateway-principal.ts';
import type { ControlContext } from '../context.ts';
import { NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { guardAttempt } from './guard-attempt.ts';
import { vaultDeleting } from './storage-credentials.ts';

/**
 * Opens a session on the attempt's vault before an index or a block map is loaded: collection removes nothing that an open session may have
 * seen. `pins` are the recovery points the attempt builds on or reads. It ends with the attempt.
 * What the attempt runs with is recorded with it.
 */
export async function openVaultSession(
  control: ControlContext,
  principal: GatewayPrincipal,
  attemptId: string,
  request: z.infer<typeof vaultSessionRequest>,
): Promise<z.infer<typeof vaultSessionResponse>> {
  return inTransaction(control, async (trx) => {
    const now = new Date(control.clock.now());
    const { job } = await guardAttempt(trx, principal, attemptId, request.fence, now);
    const vault = await trx
      .selectFrom('vault')
      .select('status')
      .where('id', '=', job.vault_id)
      // Whoever deletes it now waits and then sees this session, or is seen here.
      .forKeyShare()
      .executeTakeFirstOrThrow();
    if (vault.status === 'DELETING') throw vaultDeleting();
    const pins = [...new Set(request.pins)];
    if (pins.length > 0) {
      const found = await trx
        .selectFrom('recovery_point')
        .select('id')
        .where('id', 'in', pins)
        .where('vault_id', '=', job.vault_id)
        .where('status', '=', 'AVAILABLE')
        // Whoever deletes one of them now waits and then sees this session, or is seen here.
        .forShare()
        .execute();
      if (found.length !== pins.length) throw new NotFoundError('recovery point');
    }
    if (request.runsWith) {
      const { transport, workers } = request.runsWith;
      await trx
        .updateTable('job_attempt')
        .set({ transport_used: transport, workers_used: workers })
        .where('id', '=', attemptId)
        .execute();
    }
    const vaultSessionId = control.ids.uuid();
    await trx
      .insertInto('vault_session')
      .values({ id: vaultSessionId, vault_id: job.vault_id, attempt_id: attemptId, pins, opened_at: now })
      .execute();
    return { vaultSessionId, condemnedLists: [] };
  });
}
