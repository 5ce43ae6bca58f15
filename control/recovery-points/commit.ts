import { CompactSign } from 'jose';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { CommitRequest, commitResponse } from '../../protocol/work.ts';
import type { GatewayPrincipal } from '../activation/gateway-principal.ts';
import { type Signing, signing } from '../activation/signing.ts';
import { fenced } from '../attempts/fenced.ts';
import { guardAttempt } from '../attempts/guard-attempt.ts';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { ConflictError, InvalidInputError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import type { JobRow } from '../jobs/transitions.ts';

/** What a commit object says, as a compact JWS signed with EdDSA by the control plane. */
export interface CommitPayload {
  readonly version: 1;
  readonly vaultId: string;
  readonly vmId: string;
  readonly jobId: string;
  readonly manifestKey: string;
  readonly manifestHash: string;
  readonly fence: number;
  readonly recoveryPointId: string;
  readonly capturedAt: string;
}

/**
 * Accepts the manifest of a backup as a recovery point, once per job. The same manifest again gives the same answer; another one is FENCED. A job that is being
 * canceled makes no recovery point any more (CANCEL_REQUESTED).
 */
export async function commitRecoveryPoint(
  control: ControlContext,
  principal: GatewayPrincipal,
  attemptId: string,
  request: CommitRequest,
): Promise<z.infer<typeof commitResponse>> {
  const key = await signing(control);
  return inTransaction(control, async (trx, emit) => {
    const now = new Date(control.clock.now());
    const { job } = await guardAttempt(trx, principal, attemptId, request.fence, now);
    const { manifestKey, manifestHash } = request;
    const accepted = await trx.selectFrom('recovery_point').selectAll().where('job_id', '=', job.id).executeTakeFirst();
    if (accepted) {
      if (accepted.status === 'DELETING') throw fenced('the recovery point of this job was deleted');
      const same = accepted.manifest_key === manifestKey && accepted.manifest_hash === manifestHash;
      if (!same) throw fenced('another manifest of this job was accepted');
      return { recoveryPointId: accepted.id, commit: accepted.commit_object };
    }
    const vmId = requireBackup(job, manifestKey);
    const recoveryPointId = control.ids.uuid();
    const commit = await sign(key, {
      version: 1,
      vaultId: job.vault_id,
      vmId,
      jobId: job.id,
      manifestKey,
      manifestHash,
      fence: request.fence,
      recoveryPointId,
      capturedAt: request.capturedAt,
    });
    await trx
      .insertInto('recovery_point')
      .values({
        id: recoveryPointId,
        resource_group_id: job.resource_group_id,
        vault_id: job.vault_id,
        virtual_machine_id: vmId,
        gateway_id: principal.gatewayId,
        job_id: job.id,
        parent_id: request.kind === 'INCREMENTAL' ? await pinnedParent(trx, attemptId) : null,
        kind: request.kind,
        status: 'AVAILABLE',
        quiesced: request.quiesced,
        manifest_key: manifestKey,
        manifest_hash: manifestHash,
        commit_object: commit,
        disks: JSON.stringify(request.disks),
        statistics: JSON.stringify(request.statistics),
        captured_at: new Date(request.capturedAt),
        created_at: now,
      })
      .execute();
    await trx.updateTable('job').set({ recovery_point_id: recoveryPointId }).where('id', '=', job.id).execute();
    emit({
      type: 'RECOVERY_POINT_CREATED',
      resourceGroupId: job.resource_group_id,
      subjectType: 'RECOVERY_POINT',
      subjectId: recoveryPointId,
      data: {
        jobId: job.id,
        virtualMachineId: vmId,
        vaultId: job.vault_id,
        kind: request.kind,
        capturedAt: request.capturedAt,
      },
    });
    return { recoveryPointId, commit };
  });
}

/** The VM of a backup that may still commit. A manifest's key ends with `<vm>/<job>` (repository/FORMAT.md). */
function requireBackup(job: JobRow, manifestKey: string): string {
  const vmId = job.virtual_machine_id;
  if (job.kind !== 'BACKUP' || vmId === null) {
    throw new ConflictError('NOT_A_BACKUP', 'Only a backup makes a recovery point.', 'Do not commit from this job.');
  }
  if (job.status === 'CANCELING') {
    throw new ConflictError(
      'CANCEL_REQUESTED',
      'This job is being canceled, so it makes no recovery point any more.',
      'Clean up and complete with CANCELED.',
    );
  }
  if (!manifestKey.endsWith(`${vmId}/${job.id}`)) {
    const message = "is not the key of this job's manifest";
    throw new InvalidInputError([{ path: ['manifestKey'], code: 'WRONG_MANIFEST', message }]);
  }
  return vmId;
}

/** An increment builds on what its attempt pinned before it read the parent's map. */
async function pinnedParent(trx: Transaction<Database>, attemptId: string): Promise<string | null> {
  const session = await trx
    .selectFrom('vault_session')
    .select('pins')
    .where('attempt_id', '=', attemptId)
    .orderBy('opened_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return session?.pins[0] ?? null;
}

function sign(key: Signing, payload: CommitPayload): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'EdDSA', kid: key.keyId, typ: 'holdfast-commit+jwt' })
    .sign(key.privateKey);
}
