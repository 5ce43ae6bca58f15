import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { HoldfastError } from '../../base/errors.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import type { MessageBus } from '../../control/message-bus.ts';

export interface MessageBusOptions {
  /** `mqtt:` or `mqtts:`; a user name and password in it are used unless given separately. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** New with each start unless given (brokers with group-bound client ids). */
  readonly clientId?: string;
  /** PEM of the CA to trust with `mqtts:`. */
  readonly ca?: string;
  readonly logger: Logger;
  readonly ids: IdSource;
}

export interface ConnectedMessageBus extends MessageBus, AsyncDisposable {
  readonly connected: boolean;
}

type Handler = (topic: string, body: Uint8Array) => void;

/** A publication that finds no broker for this long fails: wake-ups are worthless later. Milliseconds. */
const publishPatienceMs = 5_000;

/**
 * The control plane's end of the message channel: MQTT 3.1.1, QoS 1, clean session; the same for the embedded broker and MQTT_URL. It
 * starts also while the broker is away, reconnects for ever and subscribes again. `publish` rejects with MESSAGE_CHANNEL_DOWN.
 */
export async function connectMessageBus(options: MessageBusOptions): Promise<ConnectedMessageBus> {
  const { logger } = options;
  const handlers = new Map<string, Set<Handler>>();
  const client = connect(options.url, clientOptions(options));
  const { promise: gone, resolve: onGone } = Promise.withResolvers<void>();
  client.on('close', onGone);

  client.on('error', (error) => logger.warn({ reason: error.message }, 'message channel error'));
  client.on('reconnect', () => logger.debug({}, 'message channel: connecting again'));
  client.on('message', (topic, payload) => {
    for (const [filter, listeners] of handlers) {
      if (!matches(filter, topic)) continue;
      for (const handler of listeners) {
        try {
          handler(topic, payload);
        } catch (error) {
          logger.error({ err: error, topic }, 'message handler failed');
        }
      }
    }
  });

  await firstConnection(client);
  if (!client.connected)
    logger.warn({}, 'the message broker does not answer yet; connecting goes on in the background');

  return {
    get connected() {
      return client.connected;
    },
    publish: (topic, body) => publish(client, topic, body),
    async subscribe(topicFilter, handler) {
      const listeners = handlers.get(topicFilter) ?? new Set<Handler>();
      const isFirst = listeners.size === 0;
      handlers.set(topicFilter, listeners.add(handler));
      if (isFirst) await subscribe(client, topicFilter);
      return {
        async [Symbol.asyncDispose]() {
          listeners.delete(handler);
          if (listeners.size > 0 || handlers.get(topicFilter) !== listeners) return;
          handlers.delete(topicFilter);
          if (client.connected) await client.unsubscribeAsync(topicFilter).catch(() => undefined);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      handlers.clear();
      const wasConnected = client.connected;
      await client.endAsync(!wasConnected).catch(() => undefined);
      if (wasConnected) await gone;
    },
  };
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
    connectTimeout: 10_000,
    // The client subscribes again by itself after each reconnection.
    resubscribe: true,
    queueQoSZero: false,
  };
}

/** Waits a moment, so that a process which is ready normally has its channel; the broker may also come later. */
async function firstConnection(client: MqttClient): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const patience = setTimeout(resolve, 3_000);
  client.once('connect', () => resolve());
  await promise;
  clearTimeout(patience);
}

async function publish(client: MqttClient, topic: string, body: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const patience = setTimeout(() => reject(channelDown()), publishPatienceMs);
  try {
    if (!client.connected) throw channelDown();
    client.publish(topic, Buffer.from(body), { qos: 1, retain: false }, (error) =>
      error ? reject(channelDown(error)) : resolve(),
    );
    await promise;
  } finally {
    clearTimeout(patience);
  }
}

/** Waits for the broker's answer only while it is connected; otherwise the client subscribes as soon as it is. */
async function subscribe(client: MqttClient, topicFilter: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.subscribe(topicFilter, { qos: 1 }, (error, granted) => {
    if (error || granted?.some((grant) => grant.qos === 128)) reject(channelDown(error));
    else resolve();
  });
  if (client.connected) await promise;
  else promise.catch(() => undefined);
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

/** MQTT topic matching: `+` is one level, a last `#` is the rest. */
export function matches(filter: string, topic: string): boolean {
  const [wanted, actual] = [filter.split('/'), topic.split('/')];
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= actual.length || (level !== '+' && level !== actual[index])) return false;
  }
  return wanted.length === actual.length;
}
