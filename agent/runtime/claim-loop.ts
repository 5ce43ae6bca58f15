import { HoldfastError } from '../../base/errors.ts';
import { type ClaimResponse, claimResponse } from '../../protocol/work.ts';
import { BackOff } from '../control-channel/back-off.ts';
import { ControlError, mayRetry } from '../control-channel/control-client.ts';
import { answerCommand } from './commands.ts';
import type { GatewayContext } from './gateway-context.ts';
import type { JobRunner } from './job-runner.ts';
import type { WakeUp } from './wake-up.ts';

export interface ClaimLoopOptions {
  readonly gateway: GatewayContext;
  readonly jobs: JobRunner;
  readonly instanceId: string;
  readonly pollIntervalMs: number;
  readonly wakeUp: WakeUp;
  /** null: all is well again. */
  readonly onProblem: (error: unknown) => void;
  /** Of each answer: with what the next job runs, and what the gateway's owner should know. */
  readonly onNews: (news: Pick<ClaimResponse, 'settings' | 'findings'>) => void;
  /** Looked at before each claim; true ends the loop. */
  readonly isInterrupted: () => boolean;
  readonly signal: AbortSignal;
}

/**
 * The gateway was deleted at the control plane: for good, whatever is asked. Keys are thrown away on this word alone, so nothing less counts: an id the control plane does not know (its
 * database was put back, or it is another one) is GATEWAY_NOT_ACTIVATED and leaves everything as it is.
 */
export function wasDeleted(error: unknown): boolean {
  return error instanceof ControlError && error.status === 410 && error.code === 'GATEWAY_DELETED';
}

const needsPersonMs = 60_000;

/**
 * Asks for work and commands, one claim at a time, at each poll interval and each wake-up; that is the heartbeat too. Ends when another
 * instance took this one's place (everything it ran is lost), or when interrupted; throws the signal's reason.
 */
export async function claimLoop(options: ClaimLoopOptions): Promise<'instance-conflict' | 'interrupted'> {
  const { gateway, jobs, signal } = options;
  const { clock, ids, logger } = gateway.tools;
  const backOff = new BackOff(ids);
  for (;;) {
    if (options.isInterrupted()) return 'interrupted';
    let waitMs = options.pollIntervalMs;
    try {
      const problem = await claimOnce(options);
      backOff.reset();
      options.onProblem(problem);
    } catch (error) {
      signal.throwIfAborted();
      options.onProblem(error);
      logger.warn({ reason: String(error) }, 'claim failed');
      if (wasDeleted(error)) throw error;
      if (error instanceof ControlError && error.code === 'INSTANCE_CONFLICT') {
        jobs.loseAll('another process took over this gateway');
        return 'instance-conflict';
      }
      if (error instanceof ControlError && (error.status === 403 || error.code === 'CERTIFICATE_EXPIRED'))
        jobs.loseAll('the control plane refuses this gateway');
      waitMs = mayRetry(error) ? Math.min(backOff.next(), options.pollIntervalMs) : needsPersonMs;
      // Wake-ups do not help while nothing answers.
      await clock.sleep(waitMs, signal);
      continue;
    }
    await options.wakeUp.wait(waitMs, signal);
  }
}

/** Why the gateway gets no work although it was answered; null: it does. */
async function claimOnce(options: ClaimLoopOptions): Promise<HoldfastError | null> {
  const { gateway, jobs, instanceId, onNews, wakeUp, signal } = options;
  const { identity } = gateway;
  const claimedAt = gateway.tools.clock.monotonic();
  const identityProof = await identity.proof(signal);
  const body = { instanceId, freeSlots: jobs.freeSlots(), running: jobs.running(), identityProof };
  const answer = await gateway.control.call('/claim', body, claimResponse, { signal, persistence: 'once' });
  onNews(answer);
  gateway.flow.update(answer.settings.flowControl ?? [], Date.parse(answer.serverTime));
  for (const attemptId of answer.lost) jobs.lose(attemptId, 'the control plane gave it to somebody else');
  for (const vcenterId of answer.untrustedVcenters) gateway.sessions.end(vcenterId);
  for (const work of answer.work) jobs.start(work, claimedAt);
  for (const command of answer.commands) {
    const remainingMs = Date.parse(command.deadline) - Date.parse(answer.serverTime);
    // Not awaited: a slow vCenter must not hold up the heartbeat.
    void answerCommand(gateway, command, remainingMs, signal);
  }
  if (identityProof) await identity.settle(answer.problem !== null);
  identity.ask(answer.identityChallenge);
  // Asked for the first time, or after an hour without contact: the answer need not wait for the next poll.
  if (answer.identityChallenge && !identityProof && !identity.problem) wakeUp.wake();
  return answer.problem ? new HoldfastError({ ...answer.problem, retryable: true }) : identity.problem;
}
