import { type MessageCredentials, startEmbeddedBroker } from '../../api/broker/embedded-broker.ts';
import { type ConnectedMessageBus, connectMessageBus } from '../../api/broker/mqtt-message-bus.ts';
import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import type { NetworkUrls } from '../../control/config.ts';
import type { ApiVariables } from '../configuration/api.ts';
import { networkUrls } from './addresses.ts';
import type { TlsFiles } from './tls-files.ts';

export interface MessageChannel extends AsyncDisposable {
  readonly bus: ConnectedMessageBus;
  /** As gateways reach the broker. */
  readonly messageUrls: NetworkUrls;
}

type Verify = (credentials: MessageCredentials) => Promise<{ readonly gatewayId: string } | undefined>;

/** Connects to the broker of MQTT_URL, or starts the embedded one. Disposing closes both. */
export async function openMessageChannel(
  variables: ApiVariables,
  tls: TlsFiles,
  verify: Verify,
  logger: Logger,
): Promise<MessageChannel> {
  await using stack = new AsyncDisposableStack();
  const { HOLDFAST_MQTT_HOST: host, HOLDFAST_MQTT_PORT: port, MQTT_URL } = variables;
  const common = { logger, ids: systemIds, clock: systemClock, ...(tls.ca !== null && { ca: tls.ca }) };
  const broker =
    MQTT_URL === undefined
      ? stack.use(await startEmbeddedBroker({ host, port, verify, ...common, ...(tls.server && { tls: tls.server }) }))
      : undefined;
  const url = broker?.url ?? MQTT_URL ?? '';
  const bus = stack.use(await connectMessageBus({ url, ...common, ...broker?.controlCredentials }));
  const configured = {
    ...(variables.HOLDFAST_MESSAGE_URL_VPC !== undefined && { VPC: variables.HOLDFAST_MESSAGE_URL_VPC }),
    ...(variables.HOLDFAST_MESSAGE_URL_INTERNET !== undefined && { INTERNET: variables.HOLDFAST_MESSAGE_URL_INTERNET }),
  };
  const listening = broker ? { host, url } : { host: new URL(url).hostname, url: withoutLogin(url) };
  const messageUrls = networkUrls('broker', configured, listening);
  const opened = stack.move();
  return { bus, messageUrls, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** The control plane's own login is not the gateways' business. */
function withoutLogin(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}
