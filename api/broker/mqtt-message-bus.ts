import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { HoldfastError } from '../../base/errors.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import type { MessageBus } from '../../control/message-bus.ts';
import { matches } from './topic-filter.ts';

export interface MessageBusOptions {
  /** `mqtt:` or `mqtts:`; a user name and password in it are used unless given separately. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** New with each start unless given (brokers with group-bound client ids). */
  readonly clientId?: string;
  /** PEM of the CA to trust with `mqtts:`. */
  readonly ca?: string;
  /** How long its opening waits for the broker; it may also come later. Milliseconds, 3,000 unless given. */
  readonly startPatienceMs?: number;
  /** How long a publication or a subscription waits for the broker's answer. Milliseconds, 3,000 unless given. */
  readonly answerPatienceMs?: number;
  readonly logger: Logger;
  readonly ids: IdSource;
}

export interface ConnectedMessageBus extends MessageBus, AsyncDisposable {
  readonly connected: boolean;
  /** At most once, never repeated after a reconnection: for what would do harm when it came late. Rejects with MESSAGE_CHANNEL_DOWN. */
  send(topic: string, body: Uint8Array): Promise<void>;
  /** Calls `listener` after each connection, once its subscriptions are in force. */
  onConnected(listener: () => void): Disposable;
}

type Handler = (topic: string, body: Uint8Array) => void;

/** Wake-ups are worthless later. */
const patienceMs = 3_000;
/** A subscription the broker refused is asked for again: its permissions may be mended meanwhile. */
const refusedAgainMs = 5_000;
/** How long a stop waits for the broker to take leave. */
const leavePatienceMs = 1_000;

/**
 * The control plane's end of the message channel: MQTT 3.1.1, QoS 1, clean session; the same for the embedded broker and MQTT_URL. It
 * starts also while the broker is away or says nothing, reconnects for ever and subscribes again. `publish` rejects with MESSAGE_CHANNEL_DOWN.
 */
export async function connectMessageBus(options: MessageBusOptions): Promise<ConnectedMessageBus> {
  const bus = new MqttMessageBus(options);
  if (!(await bus.connectedWithin(options.startPatienceMs ?? patienceMs)))
    options.logger.warn({}, 'the message broker does not answer yet; connecting goes on in the background');
  return bus;
}

class MqttMessageBus implements ConnectedMessageBus {
  readonly #client: MqttClient;
  readonly #logger: Logger;
  readonly #answerPatienceMs: number;
  readonly #handlers = new Map<string, Set<Handler>>();
  readonly #listeners = new Set<() => void>();
  #again: NodeJS.Timeout | undefined;

  constructor(options: MessageBusOptions) {
    this.#logger = options.logger;
    this.#answerPatienceMs = options.answerPatienceMs ?? patienceMs;
    this.#client = connect(options.url, clientOptions(options));
    // Everything that waits for an answer listens for the end of the connection.
    this.#client.setMaxListeners(0);
    this.#client.on('error', (error) => this.#logger.warn({ reason: error.message }, 'message channel error'));
    this.#client.on('reconnect', () => this.#logger.debug({}, 'message channel: connecting again'));
    this.#client.on('close', () => clearTimeout(this.#again));
    this.#client.on('connect', () => void this.#subscribeAll());
    this.#client.on('message', (topic, payload) => this.#receive(topic, payload));
  }

  get connected(): boolean {
    return this.#client.connected;
  }

  async connectedWithin(ms: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const patience = setTimeout(resolve, ms);
    this.#client.once('connect', () => resolve());
    await promise;
    clearTimeout(patience);
    return this.#client.connected;
  }

  publish(topic: string, body: Uint8Array): Promise<void> {
    return this.#publish(topic, body, 1);
  }

  send(topic: string, body: Uint8Array): Promise<void> {
    return this.#publish(topic, body, 0);
  }

  async subscribe(topicFilter: string, handler: Handler): Promise<AsyncDisposable> {
    const handlers = this.#handlers.get(topicFilter) ?? new Set<Handler>();
    const isFirst = handlers.size === 0;
    this.#handlers.set(topicFilter, handlers.add(handler));
    // Otherwise it is subscribed to as soon as there is a connection.
    if (isFirst && this.#client.connected) await this.#ask([topicFilter]);
    return {
      [Symbol.asyncDispose]: async () => {
        handlers.delete(handler);
        if (handlers.size > 0 || this.#handlers.get(topicFilter) !== handlers) return;
        this.#handlers.delete(topicFilter);
        if (this.#client.connected) this.#client.unsubscribe(topicFilter);
      },
    };
  }

  onConnected(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  #receive(topic: string, payload: Uint8Array): void {
    for (const [filter, handlers] of this.#handlers) {
      if (!matches(filter, topic)) continue;
      for (const handler of handlers) {
        try {
          handler(topic, payload);
        } catch (error) {
          this.#logger.error({ err: error, topic }, 'message handler failed');
        }
      }
    }
  }

  async #subscribeAll(): Promise<void> {
    if (this.#handlers.size > 0) await this.#ask([...this.#handlers.keys()]);
    // Also when topics were refused: whoever manages permissions may have to act on it.
    if (this.#client.connected) for (const listener of [...this.#listeners]) listener();
  }

  /** Without its topics the control plane is deaf and not down, so a refusal is no error. */
  async #ask(topicFilters: string[]): Promise<void> {
    try {
      await this.#subscribe(topicFilters);
    } catch {
      if (!this.#client.connected) return;
      this.#logger.warn(
        { topicFilters },
        'the message broker refuses topics of the control plane; they are asked for again',
      );
      clearTimeout(this.#again);
      this.#again = setTimeout(() => void this.#ask([...this.#handlers.keys()]), refusedAgainMs).unref();
    }
  }

  async #subscribe(topicFilters: string[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#client.subscribe(topicFilters, { qos: 1 }, (error, granted) => {
      if (error || granted?.some((grant) => grant.qos === 128)) reject(channelDown(error));
      else resolve();
    });
    await this.#answered(promise, reject);
  }

  async #publish(topic: string, body: Uint8Array, qos: 0 | 1): Promise<void> {
    if (!this.#client.connected) throw channelDown();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#client.publish(topic, Buffer.from(body), { qos, retain: false }, (error) =>
      error ? reject(channelDown(error)) : resolve(),
    );
    await this.#answered(promise, reject);
  }

  /** A broker that leaves something unanswered for so long is taken for gone, so that the next one who asks need not wait as long. */
  async #answered(promise: Promise<void>, reject: (error: unknown) => void): Promise<void> {
    const onClose = () => reject(channelDown());
    this.#client.once('close', onClose);
    const patience = setTimeout(() => {
      reject(channelDown());
      this.#client.stream.destroy();
    }, this.#answerPatienceMs);
    try {
      await promise;
    } finally {
      clearTimeout(patience);
      this.#client.off('close', onClose);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#again);
    this.#handlers.clear();
    this.#listeners.clear();
    const { promise: gone, resolve: onGone } = Promise.withResolvers<void>();
    if (!this.#client.connected) {
      this.#client.end(true, {}, () => onGone());
    } else {
      this.#client.once('close', () => onGone());
      this.#client.end();
    }
    const patience = setTimeout(() => {
      // With something unanswered the client would wait for ever.
      this.#client.stream.destroy();
      onGone();
    }, leavePatienceMs);
    await gone;
    clearTimeout(patience);
  }
}

function clientOptions(options: MessageBusOptions): IClientOptions {
  return {
    protocolVersion: 4,
    clean: true,
    clientId: options.clientId ?? `control-${options.ids.bytes(12).toString('hex')}`,
    username: options.username,
    password: options.password,
    ca: options.ca,
    keepalive: 60,
    reconnectPeriod: 1_000,
    // A broker that refuses now may have its users back later.
    reconnectOnConnackError: true,
    connectTimeout: 10_000,
    // The client would forget a subscription that was refused once.
    resubscribe: false,
    queueQoSZero: false,
  };
}

const channelDown = (cause?: unknown) =>
  new HoldfastError(
    {
      code: 'MESSAGE_CHANNEL_DOWN',
      message: 'The message broker cannot be reached, or refused the topic.',
      remedy: 'Check that the broker runs; gateways poll meanwhile, so nothing is lost.',
      retryable: true,
    },
    { cause },
  );
