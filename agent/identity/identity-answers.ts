import { HoldfastError } from '../../base/errors.ts';
import type { IdentityChallenge, IdentityProof } from '../../protocol/activation.ts';
import type { AgentTools } from '../options.ts';
import type { AccessKeyStore } from './access-key-store.ts';

/** Answers what the control plane asks about the access key, with the next claim. */
export class IdentityAnswers {
  readonly #tools: Pick<AgentTools, 'drivers' | 'logger'>;
  readonly #accessKeys: AccessKeyStore;
  #challenge: IdentityChallenge | undefined;
  /** Why the last question could not be answered; null: it could, or there was none. */
  problem: HoldfastError | null = null;

  constructor(tools: Pick<AgentTools, 'drivers' | 'logger'>, accessKeys: AccessKeyStore) {
    this.#tools = tools;
    this.#accessKeys = accessKeys;
  }

  ask(challenge: IdentityChallenge | undefined): void {
    this.#challenge = challenge;
    if (!challenge) this.problem = null;
  }

  /** A new proof for the present question; undefined where there is none, or no answer to it. */
  async proof(signal: AbortSignal): Promise<IdentityProof | undefined> {
    const question = this.#challenge;
    if (!question) return undefined;
    try {
      const accessKey = await this.#accessKeys.find(question.accessKeyId);
      if (!accessKey) throw notStored(question.accessKeyId);
      const { challenge, identitySettings } = question;
      const { driver, accessKeyId, values } = await this.#tools.drivers
        .identity(question.identityDriver)
        .prove(accessKey, challenge, signal, identitySettings);
      this.problem = null;
      return { challenge, proof: { driver, accessKeyId, values: { ...values } } };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof HoldfastError)) throw error;
      this.#tools.logger.warn({ code: error.code, reason: error.message }, 'the access key was not proved');
      this.problem = error;
      return undefined;
    }
  }
}

const notStored = (accessKeyId: string) =>
  new HoldfastError({
    code: 'ACCESS_KEY_NOT_STORED',
    message: `This gateway has lost the secret of the access key ${accessKeyId}, so it cannot show that the key is its own.`,
    remedy: 'Enter the access key again on this page.',
    retryable: false,
  });
