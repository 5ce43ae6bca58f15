import { Hono } from 'hono';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { authenticate } from '../control/access-keys/authenticate.ts';
import type { ControlContext } from '../control/context.ts';
import { ForbiddenError } from '../control/errors.ts';
import type { EventTailer } from '../control/events/event-tailer.ts';
import { type Metrics, readMetrics } from '../control/metrics/read-metrics.ts';
import { bearerOf } from './graphql/session.ts';

/**
 * GET /metrics, in Prometheus' text format: what the access key may see (scope `metrics:read`, sent as a bearer token), and how this process fares. Each
 * process tells the same of the installation, and its own of itself.
 */
export function createMetricsRoutes(control: ControlContext, tailer: EventTailer): Hono {
  const routes = new Hono();
  // Its gauges of memory, CPU and the event loop are kept between scrapes; what the database tells is read anew each time.
  const own = new Registry();
  collectDefaultMetrics({ register: own, prefix: 'holdfast_' });
  routes.get('/metrics', async (context) => {
    const token = bearerOf(context.req.header('authorization'));
    const viewer = token ? await authenticate(control, token) : undefined;
    if (!viewer) {
      context.header('www-authenticate', 'Bearer');
      return context.json({ code: 'UNAUTHENTICATED', message: 'Send an access key as a bearer token.' }, 401);
    }
    try {
      const installation = describe(await readMetrics(control, viewer), tailer.position);
      const text = `${await installation.metrics()}\n${await own.metrics()}`;
      return context.body(text, 200, { 'content-type': own.contentType, 'cache-control': 'no-store' });
    } catch (error) {
      if (!(error instanceof ForbiddenError)) throw error;
      return context.json({ code: error.code, message: error.message, remedy: error.remedy }, 403);
    }
  });
  return routes;
}

function describe(metrics: Metrics, seenPosition: number): Registry {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({ name: `holdfast_${name}`, help, labelNames, registers });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter({ name: `holdfast_${name}`, help, labelNames, registers });

  const open = gauge('jobs', 'Jobs that have not ended.', ['kind', 'status', 'wait_reason']);
  for (const { kind, status, waitReason, count } of metrics.openJobs)
    open.set({ kind, status, wait_reason: waitReason ?? '' }, count);
  const ended = counter('jobs_ended_total', 'Jobs that have ended.', ['kind', 'status']);
  const read = counter('job_bytes_read_total', 'Bytes that jobs read from their source.', ['kind']);
  const stored = counter('job_bytes_stored_total', 'Bytes that jobs stored.', ['kind']);
  for (const { kind, status, count, bytesRead, bytesStored } of metrics.endedJobs) {
    ended.inc({ kind, status }, count);
    read.inc({ kind }, bytesRead);
    stored.inc({ kind }, bytesStored);
  }
  gauge('queue_age_seconds', 'For how long the oldest queued job has been waiting.').set(metrics.queueAgeSeconds);
  const gateways = gauge('gateways', 'Gateways by status.', ['status']);
  for (const { status, count } of metrics.gateways) gateways.set({ status }, count);
  const vcenters = gauge('vcenters', 'vCenters by status.', ['status']);
  for (const { status, count } of metrics.vcenters) vcenters.set({ status }, count);
  gauge('recovery_points', 'Recovery points that can be restored.').set(metrics.recoveryPoints);
  gauge('webhook_deliveries_pending', 'Deliveries to webhooks that were not taken yet.').set(
    metrics.webhookDeliveriesPending,
  );
  gauge('event_position', 'Position of the newest event in the log.').set(metrics.eventHead);
  gauge('event_lag', 'Events that this process has not seen yet.').set(Math.max(0, metrics.eventHead - seenPosition));
  return registry;
}
