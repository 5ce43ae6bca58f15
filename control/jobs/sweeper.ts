import { sql } from 'kysely';
import { notePresence } from '../activation/presence.ts';
import { sweepExpiring } from '../activation/sweep-expiring.ts';
import { sweepGateways } from '../activation/sweep-gateways.ts';
import { loseAttempt } from '../attempts/lose-attempt.ts';
import { sweepCommands } from '../commands/sweep-commands.ts';
import type { ControlContext } from '../context.ts';
import { DatabaseUnavailableError } from '../database/unavailable.ts';
import { startDeletionSweeper } from '../deletion/deletion-sweeper.ts';
import { sweepDeletions } from '../deletion/sweep-deletions.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { forgetIdempotencyKeys } from '../idempotency.ts';
import { sweepRefreshes } from '../vcenters/sweep-refreshes.ts';
import { wakeGateway } from '../wake-gateway.ts';
import { moveJob } from './transitions.ts';

/** What one run of the sweeper changed. */
export interface SweepReport {
  readonly lostAttempts: number;
  readonly expiredJobs: number;
  readonly gatewayChanges: number;
  readonly expiredCommands: number;
}

const itemsPerRun = 200;
/** A sweep that takes no longer than this, or a restart, is no absence of the control plane. */
const presencePatienceMs = 10_000;

/**
 * Ends what nobody else ends: leases that ran out, jobs whose start came too late, gateways that fell silent, commands without an answer. Every api process
 * runs one; each change is conditional, so any number may run at once.
 */
export function sweeper(control: ControlContext): { runOnce(): Promise<SweepReport> } {
  return {
    async runOnce() {
      const report = {
        lostAttempts: await sweepLeases(control),
        expiredJobs: await sweepStarts(control),
        gatewayChanges: await sweepGateways(control),
        expiredCommands: await sweepCommands(control),
      };
      await sweepExpiring(control);
      await sweepDeletions(control);
      await sweepRefreshes(control);
      await endRetryDelays(control);
      await closeWhatDeadAttemptsHold(control);
      await forgetIdempotencyKeys(control);
      return report;
    },
  };
}

/** Runs the sweeper again and again until disposed; a failing run is logged and the next one follows. */
export function startSweeper(control: ControlContext, options: { readonly intervalMs?: number } = {}): AsyncDisposable {
  const stop = new AbortController();
  const intervalMs = options.intervalMs ?? 3_000;
  const deletions = startDeletionSweeper(control, { intervalMs });
  const { runOnce } = sweeper(control);
  const dueInMs = presencePatienceMs + 3 * intervalMs;
  const sweep = async () => {
    // First: what was not heard while nobody was there must not be held against anybody.
    await notePresence(control, { dueInMs });
    await runOnce();
  };
  const loop = async () => {
    while (!stop.signal.aborted) {
      await sweep().catch((error: unknown) => control.logger.error({ error: String(error) }, 'A sweep failed.'));
      await control.clock.sleep(intervalMs, stop.signal).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await deletions[Symbol.asyncDispose]();
      await running;
    },
  };
}

async function sweepLeases(control: ControlContext): Promise<number> {
  const expired = await control.db
    .selectFrom('job_attempt')
    .select('id')
    .where('status', '=', 'RUNNING')
    .where('lease_until', '<=', new Date(control.clock.now()))
    .orderBy('lease_until')
    .limit(itemsPerRun)
    .execute();
  return countOf(control, expired, (id) => loseAttempt(control, id, 'LEASE_EXPIRED'));
}

/** For how many of them `act` did something. One for whom it fails must not keep all others waiting; a database that is away fails for all. */
async function countOf(
  control: ControlContext,
  rows: readonly { readonly id: string }[],
  act: (id: string) => Promise<boolean>,
): Promise<number> {
  let count = 0;
  for (const { id } of rows) {
    try {
      if (await act(id)) count += 1;
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) throw error;
      control.logger.error({ id, err: error }, 'A sweep failed for one of many; the others go on.');
    }
  }
  return count;
}

/** A job that has started once goes on, however late its next attempt is. */
async function sweepStarts(control: ControlContext): Promise<number> {
  const now = new Date(control.clock.now());
  const late = control.db
    .selectFrom('job')
    .select('id')
    .where('status', 'in', ['CREATED', 'QUEUED'])
    .where('start_before', '<=', now)
    .where('started_at', 'is', null);
  return countOf(control, await late.limit(itemsPerRun).execute(), async (id) => {
    const moved = await inTransaction(control, async (trx, emit) => {
      const locked = await trx
        .selectFrom('job')
        .select('id')
        .where('id', '=', id)
        .where('started_at', 'is', null)
        .forUpdate()
        .executeTakeFirst();
      return locked && moveJob(trx, emit, { jobId: id, to: 'EXPIRED', now, changes: { error: startedTooLate } });
    });
    return moved !== undefined;
  });
}

async function endRetryDelays(control: ControlContext): Promise<void> {
  const ready = await inTransaction(control, (trx) =>
    trx
      .updateTable('job')
      .set({ wait_reason: null })
      .where('status', '=', 'QUEUED')
      .where('wait_reason', '=', 'RETRY_DELAY')
      .where('not_before', '<=', new Date(control.clock.now()))
      .returning('gateway_id')
      .execute(),
  );
  for (const gatewayId of new Set(ready.map((row) => row.gateway_id))) await wakeGateway(control, gatewayId, 'WORK');
}

/** Ending an attempt does this as well; here it is made good should that ever have been missed. */
async function closeWhatDeadAttemptsHold(control: ControlContext): Promise<void> {
  const now = new Date(control.clock.now());
  await sql`update vault_session set ended_at = ${now} from job_attempt
    where vault_session.attempt_id = job_attempt.id and vault_session.ended_at is null and job_attempt.status <> 'RUNNING'`.execute(
    control.db,
  );
  await sql`delete from permit using job_attempt
    where permit.attempt_id = job_attempt.id and job_attempt.status <> 'RUNNING'`.execute(control.db);
}

const startedTooLate = {
  code: 'NOT_STARTED_IN_TIME',
  message: 'The job could not start before the time it was given.',
  remedy: 'Look at why it had to wait (a gateway that is offline, too many jobs at once), then start it again.',
  retryable: false,
};
