import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { Clock } from '../../base/clock.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import type { MessageChannel } from '../../protocol/activation.ts';
import { type DownMessage, downMessage, maxMessageBytes, type UpMessage } from '../../protocol/messages.ts';
import { BackOff } from '../control-channel/back-off.ts';

export interface MessageClientOptions {
  readonly channel: MessageChannel;
  /** PEM; alone trusted with `mqtts:` unless the channel itself says which; null: the public CAs. */
  readonly ca: string | null;
  readonly gatewayId: string;
  readonly instanceId: string;
  /** A message goes out at least this often. Milliseconds. */
  readonly heartbeatMs: number;
  /** What attempts have to tell; called once a second while connected. */
  readonly takeProgress: () => UpMessage['progress'];
  readonly onWake: (wake: DownMessage['wake']) => void;
  /** The broker does not take these credentials (any more), or does not let them listen. Called for each try, which come ever more rarely. */
  readonly onRefused: () => void;
  /** There has been no connection for `awayMs`; told again each time that long has passed. The channel may be elsewhere by now. */
  readonly onAway: () => void;
  /** Milliseconds; a minute unless given. */
  readonly awayMs?: number;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

const usualAwayMs = 60_000;
const betweenMessagesMs = 1_000;
/** A broker that leaves a message unanswered for this long is taken for gone. Milliseconds. */
const unansweredMs = 20_000;
/** How long a stop waits for the broker to take leave. Milliseconds. */
const leavePatienceMs = 1_000;
/** CONNACK codes of MQTT 3.1.1: identifier rejected, bad user name or password, not authorised. */
const refusals = [2, 4, 5];

/** The gateway's end of the message channel. Reconnects for ever; nothing waits for it. */
export class MessageClient implements AsyncDisposable {
  readonly #options: MessageClientOptions;
  readonly #client: MqttClient;
  readonly #closed = new AbortController();
  readonly #sending: Promise<void>;
  /** Since when there has been no connection, or when that was told last; monotonic. */
  #awaySince: number | null;
  /** When the message was sent that the broker has not answered yet; monotonic. */
  #unansweredSince: number | null = null;
  /** Wall-clock time of the last sign of life from the broker. */
  lastContactAt: number | null = null;

  constructor(options: MessageClientOptions) {
    this.#options = options;
    const { channel, logger } = options;
    this.#awaySince = options.clock.monotonic();
    this.#client = connect(channel.url, clientOptions(options));
    const backOff = new BackOff(options.ids);
    this.#client.on('connect', () => {
      this.#awaySince = null;
      this.#touch();
      this.#client.subscribe(channel.downTopic, { qos: 1 }, (error, granted) => {
        if (!this.#client.connected) return;
        if (!error && !granted?.some(({ qos }) => qos === 128)) {
          backOff.reset();
          return;
        }
        logger.warn({ reason: error?.message }, 'message channel: the topic was refused');
        options.onRefused();
        this.#client.stream.destroy();
      });
    });
    this.#client.on('close', () => {
      this.#unansweredSince = null;
      this.#tellAway();
      this.#client.options.reconnectPeriod = backOff.next();
    });
    this.#client.on('error', (error) => {
      logger.warn({ reason: error.message }, 'message channel error');
      if ('code' in error && typeof error.code === 'number' && refusals.includes(error.code)) options.onRefused();
    });
    this.#client.on('message', (topic, body) => this.#receive(topic, body));
    this.#sending = this.#send().catch((error: unknown) => {
      if (!this.#closed.signal.aborted) logger.error({ err: error }, 'message channel stopped sending');
    });
  }

  get connected(): boolean {
    return this.#client.connected;
  }

  #receive(topic: string, body: Buffer): void {
    this.#touch();
    if (topic !== this.#options.channel.downTopic || body.length > maxMessageBytes) return;
    const message = downMessage.safeParse(parseJson(body));
    if (message.success) this.#options.onWake(message.data.wake);
    else this.#options.logger.warn({ topic }, 'message channel: a message that is none of this protocol');
  }

  async #send(): Promise<void> {
    const { clock, heartbeatMs } = this.#options;
    let waiting: UpMessage['progress'] = [];
    let sentAt = -heartbeatMs;
    for (;;) {
      await clock.sleep(betweenMessagesMs, this.#closed.signal);
      if (!this.#client.connected || this.#isUnanswered()) continue;
      waiting = merge(waiting, this.#options.takeProgress());
      if (waiting.length === 0 && clock.monotonic() - sentAt < heartbeatMs) continue;
      const { body, left } = this.#fit(waiting);
      waiting = left;
      sentAt = clock.monotonic();
      this.#unansweredSince = sentAt;
      this.#client.publish(this.#options.channel.upTopic, body, { qos: 1 }, (error) => {
        this.#unansweredSince = null;
        if (!error) this.#touch();
      });
    }
  }

  #tellAway(): void {
    const now = this.#options.clock.monotonic();
    this.#awaySince ??= now;
    if (now - this.#awaySince < (this.#options.awayMs ?? usualAwayMs)) return;
    this.#awaySince = now;
    this.#options.onAway();
  }

  /** One message at a time: what waits meanwhile is merged, not queued. A broker that has stalled is left, and tried again. */
  #isUnanswered(): boolean {
    if (this.#unansweredSince === null) return false;
    if (this.#options.clock.monotonic() - this.#unansweredSince > unansweredMs) this.#client.stream.destroy();
    return true;
  }

  /** As many as one message holds, oldest first. */
  #fit(progress: UpMessage['progress']): { readonly body: string; readonly left: UpMessage['progress'] } {
    for (let count = progress.length; ; count -= 1) {
      const message: UpMessage = {
        version: 1,
        gatewayId: this.#options.gatewayId,
        instanceId: this.#options.instanceId,
        sentAt: new Date(this.#options.clock.now()).toISOString(),
        progress: progress.slice(0, count),
      };
      const body = JSON.stringify(message);
      if (Buffer.byteLength(body) <= maxMessageBytes || count === 0) return { body, left: progress.slice(count) };
    }
  }

  #touch(): void {
    this.lastContactAt = this.#options.clock.now();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new Error('the message channel was closed'));
    await this.#sending;
    const { promise: gone, resolve: onGone } = Promise.withResolvers<void>();
    // A broker that has stalled takes no leave, and a stop does not wait for it.
    const patience = new AbortController();
    this.#options.clock.sleep(leavePatienceMs, patience.signal).then(
      () => {
        this.#client.stream.destroy();
        onGone();
      },
      () => undefined,
    );
    this.#client.end(!this.#client.connected, {}, () => onGone());
    await gone;
    patience.abort();
  }
}

function clientOptions({ channel, ca }: MessageClientOptions): IClientOptions {
  return {
    protocolVersion: 4,
    clean: true,
    clientId: channel.clientId,
    username: channel.username,
    password: channel.password,
    ca: (channel.ca === undefined ? ca : channel.ca) ?? undefined,
    keepalive: 60,
    connectTimeout: 10_000,
    reconnectPeriod: 500,
    // A refusal asks for other credentials, and these may also become good.
    reconnectOnConnackError: true,
    resubscribe: false,
    queueQoSZero: false,
  };
}

/** The newest of each attempt, in the order they began to wait. */
function merge(waiting: UpMessage['progress'], fresh: UpMessage['progress']): UpMessage['progress'] {
  const newest = new Map(waiting.map((entry) => [entry.attemptId, entry]));
  for (const entry of fresh) newest.set(entry.attemptId, entry);
  return [...newest.values()];
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
