import { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import type { IdSource } from '../../base/ids.ts';
import type { ConnectedMessageBus } from './mqtt-message-bus.ts';

/** Topics of Mosquitto's plug-in (https://mosquitto.org/documentation/dynamic-security/). */
export const dynamicSecurityTopics = {
  commands: '$CONTROL/dynamic-security/v1',
  responses: '$CONTROL/dynamic-security/v1/response',
} as const;

/** One command of the plug-in, such as `{ command: 'getClient', username }`. */
export interface Command {
  readonly command: string;
  readonly [field: string]: unknown;
}

/** `error` is the plug-in's own text, such as "Client not found". */
const response = z.object({
  command: z.string(),
  error: z.string().optional(),
  correlationData: z.string().optional(),
  data: z.unknown().optional(),
});
const responses = z.object({ responses: z.array(response).min(1) });
export type CommandResponse = z.infer<typeof response>;

/** The plug-in answers within milliseconds; one that is not there, or not permitted, answers never. */
const answerWithinMs = 2_000;

/**
 * Sends commands to the plug-in mosquitto_dynamic_security and gives its answers. Every control plane hears all answers: correlation data tells which are its
 * own. Commands are sent at most once and never repeated by a reconnection, since an old secret that arrives late would replace a new one.
 */
export class DynamicSecurity implements AsyncDisposable {
  readonly #bus: ConnectedMessageBus;
  readonly #ids: IdSource;
  readonly #waiting = new Map<string, (answers: readonly CommandResponse[]) => void>();
  #subscription: Promise<AsyncDisposable> | undefined;

  constructor(bus: ConnectedMessageBus, ids: IdSource) {
    this.#bus = bus;
    this.#ids = ids;
  }

  /**
   * The answers to `commands`, in their order; a command that failed has an `error`. Throws MESSAGE_CHANNEL_DOWN, or MESSAGE_ACCESS_TIMEOUT when no answer
   * came: what was asked may have happened all the same.
   */
  async run(commands: readonly Command[], signal: AbortSignal): Promise<readonly CommandResponse[]> {
    signal.throwIfAborted();
    await this.#listen();
    const correlationData = this.#ids.bytes(12).toString('hex');
    const { promise, resolve, reject } = Promise.withResolvers<readonly CommandResponse[]>();
    const onAbort = () => reject(signal.reason);
    const patience = setTimeout(() => reject(noAnswer()), answerWithinMs);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#waiting.set(correlationData, resolve);
    // Nobody waits for it while the commands are still on their way.
    promise.catch(() => undefined);
    try {
      const body = { commands: commands.map((command) => ({ ...command, correlationData })) };
      await this.#bus.send(dynamicSecurityTopics.commands, Buffer.from(JSON.stringify(body)));
      return await promise;
    } finally {
      clearTimeout(patience);
      signal.removeEventListener('abort', onAbort);
      this.#waiting.delete(correlationData);
    }
  }

  async #listen(): Promise<void> {
    this.#subscription ??= this.#bus.subscribe(dynamicSecurityTopics.responses, (_topic, body) => this.#receive(body));
    await this.#subscription;
  }

  #receive(body: Uint8Array): void {
    const parsed = responses.safeParse(parseJson(body));
    if (!parsed.success) return;
    const [first] = parsed.data.responses;
    this.#waiting.get(first?.correlationData ?? '')?.(parsed.data.responses);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const subscription = await this.#subscription;
    await subscription?.[Symbol.asyncDispose]();
  }
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

const noAnswer = () =>
  new HoldfastError({
    code: 'MESSAGE_ACCESS_TIMEOUT',
    message: 'The message broker did not answer a command to its plug-in for permissions.',
    remedy:
      'Check that mosquitto_dynamic_security is loaded and that the user of MQTT_URL has its role "admin"; see docs/message-broker.md.',
    retryable: true,
  });
