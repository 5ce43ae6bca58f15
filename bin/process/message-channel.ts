import { embeddedAccess } from '../../api/broker/embedded-access.ts';
import { type MessageCredentials, startEmbeddedBroker } from '../../api/broker/embedded-broker.ts';
import { MosquittoAccess } from '../../api/broker/mosquitto-access.ts';
import { type ConnectedMessageBus, connectMessageBus } from '../../api/broker/mqtt-message-bus.ts';
import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import type { ControlConfig } from '../../control/config.ts';
import { type MessageAccess, unmanagedMessageAccess } from '../../control/message-access.ts';
import type { ApiVariables } from '../configuration/api.ts';
import { badConfiguration } from '../configuration/read.ts';
import { isLoopback, networkUrls } from './addresses.ts';
import { pem, type TlsFiles } from './tls-files.ts';

/** The control plane's end of the message channel, and what gateways are told of it. Disposing closes all of it. */
export interface MessageChannel
  extends AsyncDisposable,
    Pick<ControlConfig, 'messageUrls' | 'messageCa' | 'messageLogin'> {
  readonly bus: ConnectedMessageBus;
  readonly access: MessageAccess;
}

type Verify = (credentials: MessageCredentials) => Promise<{ readonly gatewayId: string } | undefined>;

const tools = { ids: systemIds, clock: systemClock };
/** What `hello` has room for. */
const maxCaBytes = 65_536;

/** Connects to the broker of MQTT_URL, or starts the embedded one. */
export async function openMessageChannel(
  variables: ApiVariables,
  tls: TlsFiles,
  verify: Verify,
  logger: Logger,
): Promise<MessageChannel> {
  const { MQTT_URL } = variables;
  return MQTT_URL === undefined
    ? openEmbedded(variables, tls, verify, logger)
    : openExternal(MQTT_URL, variables, tls, logger);
}

async function openEmbedded(
  variables: ApiVariables,
  tls: TlsFiles,
  verify: Verify,
  logger: Logger,
): Promise<MessageChannel> {
  await using stack = new AsyncDisposableStack();
  const { HOLDFAST_MQTT_HOST: host, HOLDFAST_MQTT_PORT: port } = variables;
  const common = { logger, ...tools };
  const broker = stack.use(
    await startEmbeddedBroker({ host, port, verify, ...common, ...(tls.server && { tls: tls.server }) }),
  );
  const ca = tls.ca === null ? {} : { ca: tls.ca };
  const bus = stack.use(await connectMessageBus({ url: broker.url, ...common, ...broker.controlCredentials, ...ca }));
  const messageUrls = networkUrls('broker', configuredUrls(variables), { host, url: broker.url });
  const opened = stack.move();
  return {
    bus,
    access: embeddedAccess(broker),
    messageUrls,
    messageCa: tls.ca,
    messageLogin: null,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function openExternal(
  address: string,
  variables: ApiVariables,
  tls: TlsFiles,
  logger: Logger,
): Promise<MessageChannel> {
  await using stack = new AsyncDisposableStack();
  const url = new URL(address);
  const login = loginOf(url);
  url.username = '';
  url.password = '';
  const messageLogin = sharedLogin(variables);
  const isManaged = variables.HOLDFAST_MQTT_PERMISSIONS === 'dynamic-security';
  if (isManaged && login.username === '')
    throw badConfiguration(
      'MQTT_URL names no user, and the control plane is to manage the broker’s permissions.',
      'Put the user and password of docs/message-broker.md into it, or set HOLDFAST_MQTT_PERMISSIONS=none.',
    );
  if (url.protocol === 'mqtt:' && !isLoopback(url.hostname))
    logger.warn({ host: url.hostname }, 'MQTT_URL is not encrypted: passwords can be read on the way; use mqtts:');
  const messageCa = await brokerCa(variables, tls);
  const bus = stack.use(
    await connectMessageBus({
      url: url.href,
      ...(login.username !== '' && login),
      ...(messageCa !== null && { ca: messageCa }),
      logger,
      ...tools,
    }),
  );
  const access = isManaged
    ? stack.use(new MosquittoAccess({ bus, username: login.username, ids: systemIds }))
    : unmanagedMessageAccess;
  const listening = { host: url.hostname, url: url.href };
  const messageUrls = networkUrls('broker', configuredUrls(variables), listening);
  const opened = stack.move();
  return {
    bus,
    access,
    messageUrls,
    messageCa,
    messageLogin,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function loginOf({ username, password }: URL): { readonly username: string; readonly password: string } {
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    throw badConfiguration(
      'The user or password in MQTT_URL is not percent-encoded.',
      'Write % as %25, @ as %40, : as %3A and / as %2F.',
    );
  }
}

function configuredUrls({ HOLDFAST_MESSAGE_URL_VPC: VPC, HOLDFAST_MESSAGE_URL_INTERNET: INTERNET }: ApiVariables) {
  return { ...(VPC !== undefined && { VPC }), ...(INTERNET !== undefined && { INTERNET }) };
}

async function brokerCa({ HOLDFAST_MQTT_CA_FILE: file }: ApiVariables, tls: TlsFiles): Promise<string | null> {
  if (file === undefined) return tls.ca;
  const ca = await pem('HOLDFAST_MQTT_CA_FILE', file);
  if (Buffer.byteLength(ca) <= maxCaBytes) return ca;
  throw badConfiguration(
    `HOLDFAST_MQTT_CA_FILE has more than ${maxCaBytes} bytes, and gateways are sent all of it.`,
    'Name a file that holds only the CA of the broker’s certificate.',
  );
}

function sharedLogin(variables: ApiVariables): ControlConfig['messageLogin'] {
  const { HOLDFAST_MQTT_GATEWAY_USERNAME: username, HOLDFAST_MQTT_GATEWAY_PASSWORD: password } = variables;
  if (username === undefined && password === undefined) return null;
  if (username === undefined || password === undefined)
    throw badConfiguration(
      'Only one of HOLDFAST_MQTT_GATEWAY_USERNAME and HOLDFAST_MQTT_GATEWAY_PASSWORD is set.',
      'Set both, or none.',
    );
  if (variables.HOLDFAST_MQTT_PERMISSIONS === 'none') return { username, password };
  throw badConfiguration(
    'HOLDFAST_MQTT_GATEWAY_USERNAME is set, but each gateway gets a login of its own.',
    'Leave it out, or set HOLDFAST_MQTT_PERMISSIONS=none.',
  );
}
