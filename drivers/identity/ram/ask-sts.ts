import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { withDeadline } from '../../../base/abort.ts';
import type { Clock } from '../../../base/clock.ts';
import { DriverError } from '../../../base/errors.ts';

const answerWithinMs = 15_000;
const largestAnswer = 64 * 1_024;

/** One POST without a body to the one server that was configured; its answer, whatever the status. Follows nothing. Throws UNREACHABLE or BAD_CONFIGURATION. */
export async function askSts(
  server: { readonly scheme: 'https' | 'http'; readonly host: string; readonly ca?: string },
  headers: Readonly<Record<string, string>>,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly body: string }> {
  const { hostname, port } = new URL(`${server.scheme}://${server.host}`);
  const exchange = async (limited: AbortSignal) => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const options = { method: 'POST', hostname, path: '/', agent: false as const, signal: limited } as const;
    const all = { ...options, ...(port && { port }), headers: { ...headers, 'content-length': '0' } };
    const outgoing =
      server.scheme === 'https'
        ? httpsRequest({ ...all, minVersion: 'TLSv1.2', ...(server.ca !== undefined && { ca: server.ca }) })
        : httpRequest(all);
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
    outgoing.end();
    const answer = await promise;
    return { status: answer.statusCode ?? 0, body: await readAll(answer) };
  };
  try {
    return await withDeadline({ clock, ms: answerWithinMs, what: 'A question to STS', parent: signal }, exchange);
  } catch (error) {
    signal.throwIfAborted();
    throw networkError(error, server.host);
  }
}

async function readAll(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of answer) {
    parts.push(part);
    length += part.length;
    if (length > largestAnswer) throw new Error('the answer is too large');
  }
  return Buffer.concat(parts).toString('utf8');
}

/** What Node and OpenSSL call a certificate that does not convince. */
const certificateCode = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA)/;

function networkError(cause: unknown, host: string): DriverError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no code';
  if (certificateCode.test(code))
    return new DriverError(
      {
        kind: 'needsPerson',
        code: 'BAD_CONFIGURATION',
        message: `The certificate of STS at ${host} is not trusted (${code}).`,
        remedy:
          'Set HOLDFAST_RAM_STS_CA_FILE of the control plane to the authority behind it, or correct HOLDFAST_RAM_STS_ENDPOINT.',
      },
      { cause },
    );
  return new DriverError(
    {
      kind: 'transient',
      code: 'UNREACHABLE',
      message: `STS at ${host} cannot be reached from the control plane (${code}).`,
      remedy: "Check the control plane's name resolution, route and firewall to STS, port 443.",
    },
    { cause },
  );
}
