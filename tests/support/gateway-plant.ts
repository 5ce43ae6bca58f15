import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentOptions } from '../../agent/options.ts';
import { type RunningAgent, startAgent } from '../../agent/start.ts';
import { embeddedAccess } from '../../api/broker/embedded-access.ts';
import { type EmbeddedBrokerOptions, startEmbeddedBroker } from '../../api/broker/embedded-broker.ts';
import { type ConnectedMessageBus, connectMessageBus } from '../../api/broker/mqtt-message-bus.ts';
import type { RunningApi } from '../../api/start.ts';
import { systemClock } from '../../base/clock.ts';
import type { FaultPlan } from '../../base/fault-plan.ts';
import { type IdSource, systemIds } from '../../base/ids.ts';
import { createLogger, type Logger, silentLogger } from '../../base/logger.ts';
import { verifyMessageCredentials } from '../../control/activation/message-credentials.ts';
import { startMessagePermissions } from '../../control/activation/message-permissions.ts';
import type { ControlConfig } from '../../control/config.ts';
import type { ControlContext } from '../../control/context.ts';
import { startSweeper } from '../../control/jobs/sweeper.ts';
import type { MessageAccess } from '../../control/message-access.ts';
import { attachMessageChannel } from '../../control/message-channel.ts';
import { createVault } from '../../control/vaults/create-vault.ts';
import type { Viewer } from '../../control/viewer.ts';
import { faultyStorage } from '../../drivers/faulty-storage.ts';
import { registerCommonDrivers } from '../../drivers/registry/built-in.ts';
import { registerGatewayDrivers } from '../../drivers/registry/gateway-drivers.ts';
import { createRegistry } from '../../drivers/registry.ts';
import { retryingStorage } from '../../drivers/retrying-storage.ts';
import type { StorageDriver } from '../../drivers/storage/contract.ts';
import type { FaultyProxy } from '../../sandbox/proxy/proxy.ts';
import { createTestControl } from './control.ts';
import { createAdministrator, createGatewayRow, issueCertificate } from './control-scene.ts';
import type { DatabaseKind } from './databases.ts';
import { PageBrowser } from './page-browser.ts';
import { openApi } from './public-api.ts';

const tools = {
  clock: systemClock,
  ids: systemIds,
  logger: process.env.HOLDFAST_TEST_LOG
    ? createLogger({ name: 'plant', level: process.env.HOLDFAST_TEST_LOG })
    : silentLogger,
};

/** A control plane with its sockets, and agents that were really activated through their page; all in this process. */
export interface GatewayPlant extends AsyncDisposable {
  readonly control: ControlContext;
  readonly api: RunningApi;
  readonly viewer: Viewer;
  /** `<id>.<secret>` */
  readonly accessKey: string;
  readonly vaultId: string;
  readonly directory: string;
  /** The broker itself, whatever stands between it and the gateways. */
  readonly messageUrl: string;
  createGateway(transport?: 'AUTO' | 'HOTADD' | 'NFC'): Promise<string>;
  certificate(gatewayId: string): Promise<string>;
  /** The same `name` is the same state directory. The plant stops agents that still run. */
  startAgent(name: string, options?: Partial<AgentOptions>): Promise<RunningAgent>;
  /** What a person would do on the gateway's page; also again, with a new certificate. */
  activate(agent: RunningAgent, gatewayId: string, accessKey?: string): Promise<void>;
}

/** A broker that is not the embedded one. */
export interface ExternalMessages {
  /** As gateways reach it. */
  readonly url: string;
  readonly open: (tools: {
    readonly logger: Logger;
    readonly ids: IdSource;
  }) => Promise<{ readonly bus: ConnectedMessageBus; readonly access: MessageAccess } & AsyncDisposable>;
}

export async function startGatewayPlant(
  database: DatabaseKind,
  config: Partial<ControlConfig> = {},
  proxy?: FaultyProxy,
  messages?: ExternalMessages,
  storage?: ControlContext['storage'],
  identity?: ControlContext['identity'],
): Promise<GatewayPlant> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-plant-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  let control: ControlContext | undefined;
  const { bus, access, url } = messages
    ? { url: messages.url, ...stack.use(await messages.open(tools)) }
    : await openEmbedded(stack, async (credentials) => control && verifyMessageCredentials(control, credentials));
  const publicUrls: Record<string, string> = {};
  const opened = await database.open();
  stack.use(opened);
  control = stack.use(
    await createTestControl({
      database: opened,
      storage,
      ...(identity && { identity }),
      bus,
      messageAccess: access,
      logger: tools.logger,
      config: { publicUrls, messageUrls: { VPC: url, INTERNET: url }, ...config },
    }),
  );
  const plantControl = control;
  stack.use(startMessagePermissions(control, { intervalMs: 1_000 }));
  stack.use(await attachMessageChannel(control));
  stack.use(startSweeper(control, { intervalMs: 200 }));
  const api = stack.use(await openApi(control));
  const { hostname, port } = new URL(api.url);
  proxy?.redirect({ host: hostname, port: Number(port) });
  publicUrls.INTERNET = proxy ? `http://${proxy.address}` : api.url;
  const { accessKey, viewer } = await createAdministrator(control);
  const { vault } = await createVault(control, viewer, { regionId: 'sandbox-1' });
  const registry = createRegistry();
  registerCommonDrivers(registry);
  registerGatewayDrivers(registry, tools);
  const agents = stack.adopt(new Set<RunningAgent>(), async (running) => {
    for (const agent of running) await agent.close();
  });

  const running = stack.move();
  return {
    control,
    api,
    viewer,
    accessKey,
    vaultId: vault.id,
    directory,
    messageUrl: url,
    createGateway: (transport) => createGatewayRow(plantControl, viewer, vault.id, transport),
    certificate: (gatewayId) => issueCertificate(plantControl, viewer, gatewayId),
    async startAgent(name, options) {
      const { faults } = options ?? {};
      const agent = await startAgent({
        ...tools,
        drivers: faults
          ? { ...registry, storage: (driver) => troubledStorage(registry.storage(driver), faults) }
          : registry,
        stateDirectory: join(directory, name),
        page: { host: '127.0.0.1', port: 0 },
        version: '0.0.0-test',
        probeDeadlineMs: 2_000,
        ...options,
      });
      agents.add(agent);
      return agent;
    },
    async activate(agent, gatewayId, givenKey = accessKey) {
      const page = new PageBrowser(agent);
      const isAgain = agent.status().activated;
      if (isAgain) await page.post('/login', { password: pagePassword });
      const fields = {
        ...activationFields(givenKey),
        certificate: await issueCertificate(plantControl, viewer, gatewayId),
      };
      let answer = await page.post('/activate', fields, isAgain ? { page: '/reactivate' } : {});
      const held = answer.status === 409 && /name="held" value="([^"]+)"/.exec(answer.text)?.[1];
      // Whatever a test has made of the broker: it is no condition for an activation.
      if (held) answer = await page.post('/activate/held', { held, acceptProbe: 'yes' });
      if (answer.status !== 303)
        throw new Error(`not activated: ${answer.text.replaceAll(/<style>.*<\/style>/gs, '')}`);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** As the `holdfast agent` wraps it, with shorter pauses between two tries. */
function troubledStorage(driver: StorageDriver, faults: FaultPlan): StorageDriver {
  const faulty = faultyStorage(driver, { faults, clock: tools.clock });
  return retryingStorage(faulty, { ...tools, firstDelayMs: 10, maxDelayMs: 50, tryWithinMs: 500 });
}

async function openEmbedded(stack: AsyncDisposableStack, verify: EmbeddedBrokerOptions['verify']) {
  const broker = stack.use(await startEmbeddedBroker({ ...tools, port: 0, verify }));
  const bus = stack.use(await connectMessageBus({ url: broker.url, ...broker.controlCredentials, ...tools }));
  return { bus, access: embeddedAccess(broker), url: broker.url };
}

export const pagePassword = 'page p@ssword "&<';

export function activationFields(accessKey: string): Record<string, string> {
  const [accessKeyId = '', accessKeySecret = ''] = accessKey.split('.');
  return {
    accessKeyId,
    accessKeySecret,
    password: pagePassword,
    passwordAgain: pagePassword,
    controlNetwork: 'INTERNET',
    messageNetwork: 'INTERNET',
  };
}

/** Names in the agent's spool; empty once nothing is half done. */
export const spooled = (directory: string, name: string) => readdir(join(directory, name, 'spool'));
