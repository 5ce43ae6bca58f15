import type { z } from 'zod';
import type { StorageAccess } from '../../drivers/storage/contract.ts';
import { seal, sealContext } from '../../protocol/sealed.ts';
import type { storageCredentialsRequest, storageCredentialsResponse } from '../../protocol/work.ts';
import type { GatewayPrincipal } from '../activation/gateway-principal.ts';
import { sealingKeyOf } from '../activation/sealing-key.ts';
import type { ControlContext } from '../context.ts';
import type { JobKind } from '../database/tables.ts';
import { ConflictError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { credentialsExpired } from './credentials-expired.ts';
import { guardAttempt } from './guard-attempt.ts';

const accessOf: Readonly<Record<JobKind, StorageAccess>> = { BACKUP: 'write', RESTORE: 'read', CLEANUP: 'read' };

/**
 * Short-lived credentials for the prefix of the attempt's vault, sealed to the gateway. FENCED for anything but the living attempt; CREDENTIALS_EXPIRED while the
 * gateway's access key does not count: what was given out before is good until it expires, so an attempt ends with that or is given back.
 */
export async function issueStorageCredentials(
  control: ControlContext,
  principal: GatewayPrincipal,
  attemptId: string,
  request: z.infer<typeof storageCredentialsRequest>,
  signal: AbortSignal,
): Promise<z.infer<typeof storageCredentialsResponse>> {
  const { kind, location, sealingKey } = await inTransaction(control, async (trx) => {
    const { job } = await guardAttempt(trx, principal, attemptId, request.fence, new Date(control.clock.now()));
    const vault = await trx
      .selectFrom('vault')
      .select(['location', 'status'])
      .where('id', '=', job.vault_id)
      .executeTakeFirstOrThrow();
    if (vault.status === 'DELETING') throw vaultDeleting();
    const gateway = await trx
      .selectFrom('gateway')
      .select(['id', 'sealing_key', 'status'])
      .where('id', '=', principal.gatewayId)
      .executeTakeFirstOrThrow();
    if (gateway.status === 'CREDENTIALS_EXPIRED') throw credentialsExpired();
    return { kind: job.kind, location: vault.location, sealingKey: sealingKeyOf(gateway) };
  });
  const { driver, target } = control.storage;
  const credentials = await driver.issueCredentials(target, location, accessOf[kind], signal);
  const plaintext = Buffer.from(JSON.stringify(credentials));
  return {
    sealed: seal(sealingKey, plaintext, sealContext.storageCredentials(attemptId), control.ids),
    expiresAt: credentials.expiresAt,
  };
}

/** From now on nobody may write there; what could, ends. */
export function vaultDeleting(): ConflictError {
  return new ConflictError(
    'VAULT_DELETING',
    'The vault of this job is being deleted.',
    'Use another vault; there is nothing to be done about this job.',
  );
}
