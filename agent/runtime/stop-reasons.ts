import { HoldfastError } from '../../base/errors.ts';

/** Somebody canceled the job. */
export class JobCanceled extends HoldfastError {
  override readonly name = 'JobCanceled';
  constructor() {
    super({ code: 'CANCELED', message: 'The job was canceled.', remedy: 'Nothing to do.', retryable: false });
  }
}

/** The attempt is no longer this gateway's: nothing of it may be touched or reported any more. */
export class AttemptLost extends HoldfastError {
  override readonly name = 'AttemptLost';
  constructor(why: string) {
    super({
      code: 'ATTEMPT_LOST',
      message: `This attempt is no longer this gateway's: ${why}.`,
      remedy: 'Nothing to do: the control plane decides about another attempt.',
      retryable: true,
    });
  }
}

/** The agent is being stopped. */
export class AgentStopping extends HoldfastError {
  override readonly name = 'AgentStopping';
  constructor() {
    super({
      code: 'AGENT_STOPPING',
      message: 'The gateway was stopped while the job ran.',
      remedy: 'Start the gateway again; the job goes on by itself.',
      retryable: true,
    });
  }
}
