import { HoldfastError } from '../../base/errors.ts';
import type { AccessKeyPair } from '../../drivers/identity/contract.ts';
import type { IdentityChallenge, IdentityProof } from '../../protocol/activation.ts';
import type { AgentTools } from '../options.ts';
import type { AccessKeyStore } from './access-key-store.ts';

/** Answers what the control plane asks about the access key, with the next claim. */
export class IdentityAnswers {
  readonly #tools: Pick<AgentTools, 'drivers' | 'logger'>;
  readonly #accessKeys: AccessKeyStore;
  #challenge: IdentityChallenge | undefined;
  /** Moves on with each refusal: where the answer to a new secret was lost, one of the two is the right one. */
  #turn = 0;
  #shown: AccessKeyPair | undefined;
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

  /** What became of the last proof. One that counts with a secret nobody was sure of settles which it is. */
  async settle(isRefused: boolean): Promise<void> {
    const shown = this.#shown;
    this.#shown = undefined;
    if (!shown) return;
    if (isRefused) this.#turn += 1;
    else if (this.#turn > 0 && shown.accessKeyId === this.#accessKeys.currentId) {
      await this.#accessKeys.setCurrent(shown, { keepSecret: true });
      this.#turn = 0;
    }
  }

  /** A new proof for the present question; undefined where there is none, or no answer to it. */
  async proof(signal: AbortSignal): Promise<IdentityProof | undefined> {
    const question = this.#challenge;
    if (!question) return undefined;
    try {
      const pairs = await this.#accessKeys.find(question.accessKeyId);
      const accessKey = pairs[this.#turn % Math.max(1, pairs.length)];
      if (!accessKey) throw notStored(question.accessKeyId);
      const { challenge, identitySettings } = question;
      const { driver, accessKeyId, values } = await this.#tools.drivers
        .identity(question.identityDriver)
        .prove(accessKey, challenge, signal, identitySettings);
      this.problem = null;
      this.#shown = accessKey;
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
