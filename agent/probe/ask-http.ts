import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { lost } from './open-connection.ts';
import { hostAndPort, type ProbeEndpoint } from './probe-endpoint.ts';
import { codeOf, failure, type ProbeFailure } from './probe-failure.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The first bytes of the body, as text. */
  readonly body: string;
  /** Wall-clock time halfway between question and answer. */
  readonly askedAt: number;
}

/** An answer that is longer is not one of ours. Bytes. */
const longestBody = 16 * 1_024;

/** Asks once, with nothing secret in it, over a connection that is open. Throws a ProbeFailure. */
export async function askHttp(
  endpoint: ProbeEndpoint,
  socket: Socket,
  path: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sentAt = clock.now();
  const question = request({
    createConnection: () => socket,
    method: 'GET',
    path,
    headers: { host: hostAndPort(endpoint), accept: 'application/json', connection: 'close' },
    signal,
  });
  question.on('response', resolve).on('error', reject).end();
  try {
    const response = await promise;
    const askedAt = (sentAt + clock.now()) / 2;
    let body = '';
    for await (const part of response.setEncoding('utf8')) {
      body += part;
      if (body.length > longestBody) break;
    }
    return { status: response.statusCode ?? 0, headers: response.headers, body, askedAt };
  } catch (error) {
    signal.throwIfAborted();
    if (!codeOf(error).startsWith('HPE_')) throw lost(endpoint, error);
    throw unexpected(endpoint, 'does not speak HTTP');
  }
}

export function unexpected(endpoint: ProbeEndpoint, what: string, remedy?: string): ProbeFailure {
  return failure(
    endpoint,
    'ANSWER_UNEXPECTED',
    `What answers at ${hostAndPort(endpoint)} ${what}.`,
    remedy ?? 'Check the address, and that no captive portal or proxy in between answers instead.',
  );
}

/** Throws for what portals and proxies answer in the place of the server that was asked. */
export function refusePortals(endpoint: ProbeEndpoint, { status, headers }: HttpAnswer): void {
  if (status === 407 || status === 511)
    throw unexpected(
      endpoint,
      `is a proxy or portal that wants somebody to log in (HTTP status ${status})`,
      `Let ${hostAndPort(endpoint)} pass without it.`,
    );
  if (status < 300 || status > 399 || status === 304) return;
  const to = URL.parse(headers.location ?? '', `http://${hostAndPort(endpoint)}`)?.host ?? 'elsewhere';
  throw unexpected(
    endpoint,
    `sends this gateway on to ${to} (HTTP status ${status})`,
    `That is what captive portals and proxies do: let ${hostAndPort(endpoint)} pass without them.`,
  );
}
