import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { Logger } from '../base/logger.ts';
import type { ControlContext } from '../control/context.ts';
import { EventTailer } from '../control/events/event-tailer.ts';
import { CorsPolicy } from './cors.ts';
import { createDownloads, downloadsPath } from './downloads/downloads.ts';
import { createGatewayRoutes } from './gateway/routes.ts';
import { createGraphqlServer, graphqlPath } from './graphql/create-yoga.ts';
import type { Edge } from './graphql/edge.ts';
import { attachWebSocket } from './graphql/websocket.ts';
import { createHealthRoutes } from './health.ts';
import { createMetricsRoutes } from './metrics.ts';
import { hasUsableHost, refuseRequest, setSecurityHeaders } from './response-headers.ts';
import { WebhookDispatcher } from './webhooks/dispatcher.ts';
import type { WebhookNetworks } from './webhooks/receivers.ts';

export interface ApiOptions {
  readonly control: ControlContext;
  /** Default: control's own. */
  readonly logger?: Logger;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** PEM; without it plain HTTP, for loopback or behind a proxy that speaks TLS. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  /** Whether X-Forwarded-* come from a proxy of the operator's own. */
  readonly trustProxy?: boolean;
  /** Calls a minute and address of the two that activate a gateway; 10 unless given. */
  readonly activationsPerMinute?: number;
  /** What answers below /gateway/v1; the default is that of api/gateway. */
  readonly gatewayRoutes?: Hono;
  /** Where webhooks may be sent to; PUBLIC unless given. */
  readonly webhookNetworks?: WebhookNetworks;
  /** Between looks at what is due to be sent to webhooks, in milliseconds. */
  readonly webhookIntervalMs?: number;
  /** Origins of consoles that are served from elsewhere, as browsers send them; none unless given. */
  readonly corsOrigins?: readonly string[];
  /** How long requests may go on after `close` began, in milliseconds. */
  readonly graceMs?: number;
}

export interface RunningApi extends AsyncDisposable {
  /** Base URL with the address it really listens on. */
  readonly url: string;
  readonly port: number;
  /** Refuses new work, ends subscriptions (WebSockets with 1001), lets requests finish for the grace, then closes. */
  close(): Promise<void>;
}

const gatewayPath = '/gateway/v1';
const defaultGraceMs = 5_000;
/** A connection over which nothing moved for this long is cut; subscriptions are kept alive by pings. */
const idleConnectionMs = 120_000;
const requestDeadlineMs = 60_000;

/** The control plane's sockets: GraphQL, the gateways' control channel and health, on one port. */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const { control } = options;
  const logger = options.logger ?? control.logger;
  const stop = new AbortController();
  await using stack = new AsyncDisposableStack();

  const tailer = stack.use(await EventTailer.start(control));
  const { webhookNetworks: networks = 'PUBLIC', webhookIntervalMs: intervalMs } = options;
  stack.use(new WebhookDispatcher({ control, tailer, logger, networks, intervalMs }));
  const edge: Edge = { control, tailer, stopping: stop.signal, trustProxy: options.trustProxy ?? false };
  const graphql = createGraphqlServer(edge);
  const cors = new CorsPolicy(options.corsOrigins ?? []);
  const others = getRequestListener(otherRoutes(options, tailer, stop.signal).fetch);
  const downloads = createDownloads(control, logger);
  const handlerOf = (path = '/') =>
    path === graphqlPath ? graphql : path.startsWith(downloadsPath) ? downloads : others;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    // A connection that was busy when the stop began would otherwise stay open, idle, until the grace is over.
    response.once('close', () => {
      if (stop.signal.aborted) setImmediate(() => server.closeIdleConnections());
    });
    setSecurityHeaders(response);
    if (!hasUsableHost(request)) return refuseRequest(response, 400, 'BAD_REQUEST', 'The Host header is not one.');
    const path = (request.url ?? '/').split('?', 1)[0];
    if (path === graphqlPath && cors.answer(request, response)) return;
    const handled = handlerOf(path)(request, response);
    Promise.resolve(handled).catch((error: unknown) => {
      logger.error({ err: error }, 'a request could not be handled');
      refuseRequest(response, 500, 'INTERNAL_SERVER_ERROR', 'Something went wrong on the server.');
    });
  };
  const server: Server | SecureServer = options.tls
    ? createSecureServer({ cert: options.tls.cert, key: options.tls.key, minVersion: 'TLSv1.2' }, listener)
    : createServer(listener);
  server.timeout = idleConnectionMs;
  server.requestTimeout = requestDeadlineMs;
  stack.defer(() => closeServer(server, control, options.graceMs ?? defaultGraceMs));
  const webSocket = attachWebSocket(edge, server, graphql, cors);
  stack.use(webSocket);
  stack.defer(() => stop.abort(new Error('the process stops')));

  const port = await listen(server, options.host, options.port);
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const url = `${options.tls ? 'https' : 'http'}://${host}:${port}`;
  logger.info({ url }, 'the API listens');
  const running = stack.move();
  const close = () => running.disposeAsync();
  return { url, port, close, [Symbol.asyncDispose]: close };
}

function otherRoutes(options: ApiOptions, tailer: EventTailer, stopping: AbortSignal): Hono {
  const { control, trustProxy, activationsPerMinute } = options;
  const logger = options.logger ?? control.logger;
  const app = new Hono();
  app.route('/', createHealthRoutes(control, stopping));
  app.route('/', createMetricsRoutes(control, tailer));
  if (options.gatewayRoutes) app.route(gatewayPath, options.gatewayRoutes);
  else {
    const routes = createGatewayRoutes({
      control,
      logger,
      ...(trustProxy !== undefined && { trustProxy }),
      ...(activationsPerMinute !== undefined && { activationsPerMinute }),
    });
    app.route(gatewayPath, routes);
  }
  app.get('/', (context) => context.redirect(graphqlPath));
  app.notFound((context) => context.json({ code: 'NOT_FOUND', message: 'There is nothing at this path.' }, 404));
  return app;
}

async function listen(server: Server | SecureServer, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no address');
  return address.port;
}

async function closeServer(server: Server | SecureServer, control: ControlContext, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const grace = new AbortController();
  const cut = control.clock.sleep(graceMs, grace.signal).then(
    () => server.closeAllConnections(),
    () => undefined,
  );
  await closed;
  grace.abort();
  await cut;
}
