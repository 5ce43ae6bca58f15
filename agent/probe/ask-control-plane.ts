import type { Socket } from 'node:net';
import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { probeResponse } from '../../protocol/probe.ts';
import { askHttp, type HttpAnswer, refusePortals, unexpected } from './ask-http.ts';
import type { ClockReading } from './clock-check.ts';
import type { ProbeEndpoint } from './probe-endpoint.ts';

/** What a control plane answers that knows no probe yet: its 404. */
const olderAnswer = z.object({ code: z.literal('NOT_FOUND') });

/** Makes sure that the control plane itself answers, and hears what time it is there. Throws a ProbeFailure. */
export async function askControlPlane(
  endpoint: ProbeEndpoint,
  basePath: string,
  socket: Socket,
  clock: Clock,
  signal: AbortSignal,
): Promise<ClockReading> {
  const answer = await askHttp(endpoint, socket, `${basePath}/gateway/v1/probe`, clock, signal);
  const body = parseJson(answer.body);
  const known = answer.status === 200 ? probeResponse.safeParse(body) : undefined;
  if (known?.success) return { here: answer.askedAt, there: Date.parse(known.data.serverTime) };
  const isOlder = answer.status === 404 && 'x-request-id' in answer.headers && olderAnswer.safeParse(body).success;
  if (isOlder) return { here: answer.askedAt, there: dateOf(answer) };
  refusePortals(endpoint, answer);
  if (answer.status >= 502 && answer.status <= 504)
    throw unexpected(
      endpoint,
      `is a proxy that does not reach the control plane (HTTP status ${answer.status})`,
      'Start the control plane, or correct the proxy in front of it.',
    );
  throw unexpected(endpoint, `is not the control plane (HTTP status ${answer.status})`);
}

/** A Date header tells whole seconds: on the average it is half a second late. */
export function dateOf({ headers }: HttpAnswer): number | null {
  const date = Date.parse(headers.date ?? '');
  return Number.isNaN(date) ? null : date + 500;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
