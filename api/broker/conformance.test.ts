import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import { type BrokerUnderTest, brokerSuite } from '../../tests/support/broker-suite.ts';
import { createSelfMadeTls } from '../../tests/support/https-api.ts';
import { isMosquittoInstalled, startMosquitto } from '../../tests/support/mosquitto.ts';
import { embeddedAccess } from './embedded-access.ts';
import { startEmbeddedBroker } from './embedded-broker.ts';
import { MosquittoAccess } from './mosquitto-access.ts';
import { connectMessageBus } from './mqtt-message-bus.ts';

const tools = { logger: silentLogger, ids: systemIds };

brokerSuite('the embedded broker', async (): Promise<BrokerUnderTest> => {
  const passwords = new Map<string, string | null>();
  const broker = await startEmbeddedBroker({
    ...tools,
    port: 0,
    verify: async ({ clientId, username, password }) =>
      clientId === `holdfast-${username}` && passwords.get(username) === password ? { gatewayId: username } : undefined,
  });
  return {
    url: broker.url,
    async openControl() {
      const bus = await connectMessageBus({ url: broker.url, ...broker.controlCredentials, ...tools });
      return { bus, access: embeddedAccess(broker), [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose]() };
    },
    onLogin: ({ gatewayId, password }) => void passwords.set(gatewayId, password),
    [Symbol.asyncDispose]: () => broker.close(),
  };
});

if (isMosquittoInstalled()) {
  const openMosquitto = async (tls?: Awaited<ReturnType<typeof createSelfMadeTls>>): Promise<BrokerUnderTest> => {
    const mosquitto = await startMosquitto(tls && { tls });
    const ca = tls && { ca: tls.ca };
    return {
      url: mosquitto.url,
      ...ca,
      async openControl() {
        await using stack = new AsyncDisposableStack();
        const { username } = mosquitto.login;
        const bus = stack.use(await connectMessageBus({ url: mosquitto.url, ...mosquitto.login, ...ca, ...tools }));
        const access = stack.use(new MosquittoAccess({ bus, username, ids: systemIds }));
        const opened = stack.move();
        return { bus, access, [Symbol.asyncDispose]: () => opened.disposeAsync() };
      },
      [Symbol.asyncDispose]: () => mosquitto[Symbol.asyncDispose](),
    };
  };
  brokerSuite('Mosquitto', () => openMosquitto());
  brokerSuite('Mosquitto with TLS', async () => openMosquitto(await createSelfMadeTls()));
}
