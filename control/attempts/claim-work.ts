import type { Selectable } from 'kysely';
import type { z } from 'zod';
import type { ClaimResponse, claimRequest, Work } from '../../protocol/work.ts';
import { checkIdentity } from '../activation/check-identity.ts';
import { settleCredentials } from '../activation/credentials.ts';
import type { GatewayPrincipal } from '../activation/gateway-principal.ts';
import { nextIdentityChallenge } from '../activation/identity-question.ts';
import { instanceConflict } from '../activation/instance.ts';
import { identityFindings } from '../activation/proved-identity.ts';
import { gatewayNotActivated } from '../activation/sealing-key.ts';
import { touchGateway } from '../activation/touch-gateway.ts';
import { claimCommands } from '../commands/claim-commands.ts';
import type { ControlContext } from '../context.ts';
import type { GatewayTable, WaitReason } from '../database/tables.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { statusReason } from '../gateways/status-reason.ts';
import { waitReasonOf } from '../jobs/insert-job.ts';
import { stoppedVcenters } from '../vcenters/stopped-vcenters.ts';
import { claimJob } from './claim-job.ts';
import { loseAttempt } from './lose-attempt.ts';
import { settingsOf } from './work-of-job.ts';

/** So that one answer stays small and one claim short. */
const workPerClaim = 8;
const jobsLookedAtPerClaim = 64;

/**
 * A gateway's heartbeat and its question for work. Attempts it holds according to the database but does not name were lost with an earlier
 * answer and are queued again; those it names that are no longer its own come back in `lost`. An access key that does not count any more is found
 * here at the latest: then there is no work, and the answer says why. Throws INSTANCE_CONFLICT.
 */
export async function claimWork(
  control: ControlContext,
  principal: GatewayPrincipal,
  request: z.infer<typeof claimRequest>,
): Promise<ClaimResponse> {
  const { instanceId, freeSlots, running } = request;
  const askedAt = new Date(control.clock.now());
  const before = await readGateway(control, principal.gatewayId);
  if (before.instance_id !== instanceId) throw instanceConflict();
  await touchGateway(control, before.id, 'control');
  const lost = await settleRunning(control, before.id, instanceId, running, askedAt);
  const isProved = await checkIdentity(control, before, request.identityProof);
  await settleCredentials(control, before.id);
  const gateway = await readGateway(control, before.id);
  const isActive = gateway.status === 'ACTIVATED' || gateway.status === 'OFFLINE';
  const mayWork = isActive && isProved;
  const work = mayWork ? await claimJobs(control, gateway, instanceId, Math.min(freeSlots, workPerClaim)) : [];
  if (mayWork && work.length >= freeSlots) await explainWaiting(control, gateway.id, 'GATEWAY_BUSY');
  if (!mayWork) await explainWaiting(control, gateway.id, isActive ? 'CREDENTIALS' : waitReasonOf(gateway.status));
  const identityChallenge = await nextIdentityChallenge(control, gateway);
  const untrustedVcenters = await stoppedVcenters(control, gateway.id);
  return {
    problem: isActive ? null : statusReason(gateway),
    findings: isActive ? identityFindings(gateway) : [],
    ...(identityChallenge && { identityChallenge }),
    work,
    commands: await claimCommands(control, gateway),
    settings: settingsOf(gateway),
    serverTime: new Date(control.clock.now()).toISOString(),
    lost,
    untrustedVcenters,
  };
}

async function readGateway(control: ControlContext, gatewayId: string): Promise<Selectable<GatewayTable>> {
  const gateway = await control.db.selectFrom('gateway').selectAll().where('id', '=', gatewayId).executeTakeFirst();
  if (!gateway) throw gatewayNotActivated();
  return gateway;
}

/**
 * Gives up what the gateway does not know of, and answers which of `running` are not its own any more. What was given out since it asked it cannot know: a
 * request that was held up in one process may be overtaken by the gateway's next one in another.
 */
async function settleRunning(
  control: ControlContext,
  gatewayId: string,
  instanceId: string,
  running: readonly string[],
  askedAt: Date,
): Promise<string[]> {
  const now = new Date(control.clock.now());
  const held = await control.db
    .selectFrom('job_attempt')
    .select(['id', 'instance_id', 'lease_until', 'claimed_at'])
    .where('gateway_id', '=', gatewayId)
    .where('status', '=', 'RUNNING')
    .execute();
  for (const attempt of held) {
    if (!running.includes(attempt.id) && attempt.claimed_at <= askedAt)
      await loseAttempt(control, attempt.id, 'ANSWER_LOST');
  }
  const own = new Set(
    held.filter((attempt) => attempt.instance_id === instanceId && attempt.lease_until > now).map(({ id }) => id),
  );
  return running.filter((id) => !own.has(id));
}

async function claimJobs(
  control: ControlContext,
  gateway: Selectable<GatewayTable>,
  instanceId: string,
  limit: number,
): Promise<Work[]> {
  const work: Work[] = [];
  const seen: string[] = [];
  while (work.length < limit && seen.length < jobsLookedAtPerClaim) {
    const claimed = await claimJob(control, gateway, instanceId, seen);
    if (!claimed || claimed.waitReason === 'GATEWAY_BUSY') break;
    seen.push(claimed.jobId);
    if (claimed.work) work.push(claimed.work);
  }
  return work;
}

/** What waits for a gateway that was just heard from, or for its access key although that counts, waits for something else. */
async function explainWaiting(control: ControlContext, gatewayId: string, reason: WaitReason | null): Promise<void> {
  const outdated: WaitReason[] = reason === 'CREDENTIALS' ? ['GATEWAY_OFFLINE'] : ['GATEWAY_OFFLINE', 'CREDENTIALS'];
  await inTransaction(control, (trx) =>
    trx
      .updateTable('job')
      .set({ wait_reason: reason })
      .where('gateway_id', '=', gatewayId)
      .where('status', '=', 'QUEUED')
      .where((eb) => eb.or([eb('wait_reason', 'is', null), eb('wait_reason', 'in', outdated)]))
      .execute(),
  );
}
