import { type Selectable, sql, type Transaction } from 'kysely';
import type { ErrorBody } from '../../protocol/primitives.ts';
import type { Work } from '../../protocol/work.ts';
import type { ControlContext } from '../context.ts';
import type { Database, GatewayTable, WaitReason } from '../database/tables.ts';
import { ConflictError } from '../errors.ts';
import type { Emit } from '../events/event.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { type JobRow, moveJob } from '../jobs/transitions.ts';
import { blockedStatuses } from '../vcenters/vcenter-status.ts';
import { endAttempt } from './end-attempt.ts';
import { permitsOf, takePermits } from './permits.ts';
import { settingsOf, workOfJob } from './work-of-job.ts';

/** What became of the next waiting job of a gateway. */
export interface ClaimedJob {
  readonly jobId: string;
  readonly work?: Work;
  /** Why it goes on waiting. */
  readonly waitReason?: WaitReason;
}

/**
 * Undefined: none is waiting. Takes the oldest job that waits for this gateway and is not in `skipped`, in one transaction: row lock, permits, attempt with the next fence.
 * Without `work` in the answer the job has to go on waiting, and says why, or has ended.
 */
export async function claimJob(
  control: ControlContext,
  gateway: Selectable<GatewayTable>,
  instanceId: string,
  skipped: readonly string[],
): Promise<ClaimedJob | undefined> {
  return inTransaction(control, async (trx, emit) => {
    const now = new Date(control.clock.now());
    const job = await nextJob(trx, gateway.id, skipped, now);
    if (!job) return undefined;
    const attemptId = control.ids.uuid();
    const fence = job.fence + 1;
    const leaseUntil = new Date(now.getTime() + control.config.leaseMs);
    await trx
      .insertInto('job_attempt')
      .values({
        id: attemptId,
        job_id: job.id,
        number: fence,
        fence,
        gateway_id: gateway.id,
        instance_id: instanceId,
        status: 'RUNNING',
        lease_until: leaseUntil,
        claimed_at: now,
        settings: JSON.stringify(settingsOf(gateway)),
      })
      .execute();
    const missing = await takePermits(trx, permitsOf(control, job), attemptId);
    if (missing) {
      await trx.deleteFrom('job_attempt').where('id', '=', attemptId).execute();
      const reason = missing.name.startsWith('gateway:') ? 'GATEWAY_BUSY' : 'PERMITS';
      await trx.updateTable('job').set({ wait_reason: reason }).where('id', '=', job.id).execute();
      return { jobId: job.id, waitReason: reason };
    }
    return start(control, trx, emit, { job, gateway, attemptId, fence, leaseUntil }, now);
  });
}

function nextJob(
  trx: Transaction<Database>,
  gatewayId: string,
  skipped: readonly string[],
  now: Date,
): Promise<JobRow | undefined> {
  return trx
    .selectFrom('job')
    .selectAll()
    .where('gateway_id', '=', gatewayId)
    .where('status', '=', 'QUEUED')
    .where((eb) => eb.or([eb('not_before', 'is', null), eb('not_before', '<=', now)]))
    .where((eb) =>
      eb.or([eb('start_before', 'is', null), eb('start_before', '>', now), eb('started_at', 'is not', null)]),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('vcenter')
            .select('vcenter.id')
            .whereRef('vcenter.id', '=', 'job.vcenter_id')
            .where('vcenter.status', 'in', blockedStatuses),
        ),
      ),
    )
    .where(sql<boolean>`id <> all(${sql.val(skipped)}::uuid[])`)
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
}

async function start(
  control: ControlContext,
  trx: Transaction<Database>,
  emit: Emit,
  claim: Parameters<typeof workOfJob>[2],
  now: Date,
): Promise<ClaimedJob> {
  const jobId = claim.job.id;
  const work = await workOfJob(control, trx, claim).catch(conflictOnly);
  if (!(work instanceof ConflictError) && work.vcenter.loginVersion !== undefined) {
    await trx
      .updateTable('job_attempt')
      .set({ vcenter_login: work.vcenter.loginVersion })
      .where('id', '=', claim.attemptId)
      .execute();
  }
  await moveJob(trx, emit, { jobId, to: 'RUNNING', now, changes: { fence: claim.fence } });
  if (!(work instanceof ConflictError)) return { jobId, work };
  const { code, message, remedy, retryable } = work;
  const error: ErrorBody = { code, message, remedy, retryable };
  await endAttempt(trx, { attemptId: claim.attemptId, status: 'FAILED', now, error });
  await moveJob(trx, emit, { jobId, to: 'FAILED', now, changes: { error } });
  return { jobId };
}

function conflictOnly(error: unknown): ConflictError {
  if (error instanceof ConflictError) return error;
  throw error;
}
