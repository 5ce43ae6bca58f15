import { startApi } from '../../api/start.ts';
import { FaultPlan } from '../../base/fault-plan.ts';
import type { Logger } from '../../base/logger.ts';
import { ensureAdministratorKey } from '../../control/access-keys/issue-access-key.ts';
import { verifyMessageCredentials } from '../../control/activation/message-credentials.ts';
import { startMessagePermissions } from '../../control/activation/message-permissions.ts';
import type { ControlContext } from '../../control/context.ts';
import { gatewayPackage } from '../../control/downloads/gateway-package.ts';
import { startSweeper } from '../../control/jobs/sweeper.ts';
import { attachMessageChannel } from '../../control/message-channel.ts';
import { type ApiVariables, apiVariables } from '../configuration/api.ts';
import { type Environment, readVariables } from '../configuration/read.ts';
import { chosenPort, hostInUrl, networkUrls, requireTlsBeyondLoopback } from '../process/addresses.ts';
import { controlConfigFrom } from '../process/control-config.ts';
import { loadRegistry } from '../process/drivers.ts';
import { openMessageChannel } from '../process/message-channel.ts';
import { openControl } from '../process/open-control.ts';
import { readRegions } from '../process/regions.ts';
import { type Running, runProcess } from '../process/run-process.ts';
import { readTlsFiles } from '../process/tls-files.ts';
import { packageVersion } from '../process/version.ts';

/**
 * `holdfast api`. Its ready line carries `url`, `graphqlUrl`, `messageUrls` and, at the very first start with
 * HOLDFAST_PRINT_KEY=json, `administratorKey`.
 */
export async function runApi(environment: Environment): Promise<void> {
  const variables = readVariables(apiVariables, environment);
  requireTlsBeyondLoopback(variables);
  await runProcess({
    name: 'api',
    environment,
    variables,
    start: (logger) => startControlPlane(variables, environment, logger),
  });
}

async function startControlPlane(variables: ApiVariables, environment: Environment, logger: Logger): Promise<Running> {
  const tls = await readTlsFiles(variables);
  const registry = await loadRegistry({
    packages: variables.HOLDFAST_DRIVERS,
    logger,
    faults: new FaultPlan(variables.HOLDFAST_FAULTS),
  });
  const host = variables.HOLDFAST_API_HOST;
  const port = await chosenPort(variables.HOLDFAST_API_PORT, host);
  const url = `${tls.server ? 'https' : 'http'}://${hostInUrl(host)}:${port}`;
  const publicUrls = networkUrls('control plane', configuredUrls(variables), { host, url });

  await using stack = new AsyncDisposableStack();
  /** The broker asks control who a gateway is, and control needs the broker's address first. */
  let control: ControlContext | undefined;
  const messages = stack.use(
    await openMessageChannel(
      variables,
      tls,
      async (credentials) => control && verifyMessageCredentials(control, credentials),
      logger,
    ),
  );
  const { bus, access: messageAccess, messageUrls, messageCa, messageLogin } = messages;
  const addresses = { publicUrls, messageUrls, controlCa: tls.ca, messageCa, messageLogin };
  const version = await packageVersion();
  const regions = await readRegions(variables, { control: publicUrls, message: messageUrls });
  const config = controlConfigFrom(variables, { version, ...addresses }, regions);
  const opened = stack.use(await openControl({ variables, environment, registry, config, bus, messageAccess, logger }));
  control = opened.control;
  stack.use(startMessagePermissions(control, { intervalMs: variables.HOLDFAST_MQTT_CHECK_INTERVAL_MS }));
  stack.use(await attachMessageChannel(control));
  stack.use(startSweeper(control, { intervalMs: variables.HOLDFAST_SWEEP_INTERVAL_MS }));
  lookAtPackage(control);
  const administratorKey = await ensureAdministratorKey(control);
  const api = await startApi({
    control,
    logger,
    host,
    port,
    trustProxy: variables.HOLDFAST_TRUST_PROXY,
    corsOrigins: variables.HOLDFAST_CORS_ORIGINS,
    webhookNetworks: variables.HOLDFAST_WEBHOOK_NETWORKS,
    ...(tls.server && { tls: tls.server }),
  });
  stack.defer(() => api.close());
  if (administratorKey !== undefined && variables.HOLDFAST_PRINT_KEY === 'text') printKey(administratorKey);
  const running = stack.move();
  return {
    ready: {
      url,
      graphqlUrl: `${url}/graphql`,
      messageUrls,
      ...(administratorKey !== undefined && variables.HOLDFAST_PRINT_KEY === 'json' && { administratorKey }),
    },
    lines: [`GraphQL, and GraphiQL in a browser, are at ${url}/graphql`],
    close: () => running.disposeAsync(),
  };
}

/** Its checksum is there before the first link is asked for, and an operator's mistake is in the log. */
function lookAtPackage(control: ControlContext): void {
  if (control.config.gatewayPackage === null) return;
  gatewayPackage(control).then(
    ({ fileName, sizeBytes, sha256 }) =>
      control.logger.info({ fileName, sizeBytes, sha256 }, 'the gateway package can be downloaded'),
    (error: unknown) => control.logger.warn({ err: error }, 'the gateway package cannot be given out'),
  );
}

function configuredUrls({ HOLDFAST_PUBLIC_URL_VPC: VPC, HOLDFAST_PUBLIC_URL_INTERNET: INTERNET }: ApiVariables) {
  return { ...(VPC !== undefined && { VPC }), ...(INTERNET !== undefined && { INTERNET }) };
}

function printKey(key: string): void {
  process.stdout.write(
    [
      '',
      'The administrator key of this installation, shown only now:',
      '',
      `  ${key}`,
      '',
      'Send it as "Authorization: Bearer <key>". Make others with createAccessKey or "holdfast admin create-key".',
      '',
      '',
    ].join('\n'),
  );
}
