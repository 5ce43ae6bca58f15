import type { Socket } from 'node:net';
import { abortable, withDeadline } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import type { IdSource } from '../../base/ids.ts';
import { askBroker } from './ask-broker.ts';
import { askControlPlane, dateOf } from './ask-control-plane.ts';
import { askHttp, refusePortals } from './ask-http.ts';
import { type ClockReading, checkClock } from './clock-check.ts';
import { openConnection, secure, silence } from './open-connection.ts';
import type { ProbeEndpoint } from './probe-endpoint.ts';
import { ProbeFailure } from './probe-failure.ts';
import type { ProbeCheck, ProbeError, ProbeReport } from './probe-report.ts';
import { createResolver, nameFailure, type ResolveName } from './resolve-name.ts';

export interface ProbeTools {
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Of each check; five seconds unless given. Milliseconds. */
  readonly deadlineMs?: number;
}

const usualDeadlineMs = 5_000;

/** Tries all endpoints at once, each within its own deadline. Throws nothing but the signal's reason. */
export async function probe(
  endpoints: readonly ProbeEndpoint[],
  tools: ProbeTools,
  signal: AbortSignal,
): Promise<ProbeReport> {
  const startedAt = tools.clock.now();
  const resolve = createResolver();
  const results = await Promise.all(endpoints.map((endpoint) => check(endpoint, resolve, tools, signal)));
  const reading = results.find(({ reading }) => reading)?.reading;
  return {
    startedAt,
    clock: reading ? checkClock(reading) : null,
    checks: results.map(({ check }) => check),
  };
}

/** What a check is busy with: it decides what its silence means. */
type Stage = 'name' | 'connection' | 'tls' | 'answer';

/** What a check has found so far. */
interface Trail {
  stage: Stage;
  reading?: ClockReading;
}

async function check(
  endpoint: ProbeEndpoint,
  resolve: ResolveName,
  tools: ProbeTools,
  signal: AbortSignal,
): Promise<{ readonly check: ProbeCheck; readonly reading?: ClockReading | undefined }> {
  const { clock } = tools;
  const { host, port, channel, purpose, required } = endpoint;
  const began = clock.monotonic();
  const trail: Trail = { stage: 'name' };
  let error: ProbeError | null = null;
  try {
    const ms = tools.deadlineMs ?? usualDeadlineMs;
    await withDeadline({ clock, ms, what: 'The check', parent: signal }, (limited) =>
      reach(endpoint, resolve, tools, trail, limited),
    );
  } catch (cause) {
    signal.throwIfAborted();
    error = explain(endpoint, trail.stage, cause);
  }
  const durationMs = Math.round(clock.monotonic() - began);
  return {
    check: { host, port, channel, purpose, required, ok: error === null, durationMs, error },
    reading: trail.reading,
  };
}

function explain(endpoint: ProbeEndpoint, stage: Stage, cause: unknown): ProbeError {
  if (cause instanceof ProbeFailure) return cause.details;
  return (stage === 'name' ? nameFailure(endpoint, cause) : silence(endpoint, stage, cause)).details;
}

async function reach(
  endpoint: ProbeEndpoint,
  resolve: ResolveName,
  tools: ProbeTools,
  trail: Trail,
  signal: AbortSignal,
): Promise<void> {
  const addresses = await abortable(resolve(endpoint.host), signal);
  trail.stage = 'connection';
  const connection = await openConnection(endpoint, addresses, signal);
  try {
    if (!endpoint.tls) return await ask(endpoint, connection, tools, trail, signal);
    trail.stage = 'tls';
    const { socket, distrust } = await secure(endpoint, endpoint.tls, connection, signal);
    if (!distrust) return await ask(endpoint, socket, tools, trail, signal);
    if (distrust.mayBeTheClock) await askTime(endpoint, socket, tools, trail, signal);
    throw distrust.failure;
  } finally {
    connection.destroy();
  }
}

async function ask(
  endpoint: ProbeEndpoint,
  socket: Socket,
  tools: ProbeTools,
  trail: Trail,
  signal: AbortSignal,
): Promise<void> {
  const { clock, ids } = tools;
  const { expects } = endpoint;
  trail.stage = 'answer';
  switch (expects.kind) {
    case 'control-plane':
      trail.reading = await askControlPlane(endpoint, expects.basePath, socket, clock, signal);
      return;
    case 'mqtt':
      return askBroker(endpoint, socket, ids, signal);
    case 'http':
      return refusePortals(endpoint, await askHttp(endpoint, socket, '/', clock, signal));
    case 'connection':
      return;
  }
}

/** A server whose certificate is good at another time only may tell what time it is. Believed for a hint, and for nothing else. */
async function askTime(
  endpoint: ProbeEndpoint,
  socket: Socket,
  { clock }: ProbeTools,
  trail: Trail,
  signal: AbortSignal,
): Promise<void> {
  if (endpoint.expects.kind !== 'control-plane') return;
  const answer = await askHttp(endpoint, socket, '/', clock, signal).catch(() => undefined);
  const there = answer ? dateOf(answer) : null;
  if (answer && there !== null) trail.reading = { here: answer.askedAt, there };
}
