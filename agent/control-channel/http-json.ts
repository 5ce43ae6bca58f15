import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { withDeadline } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';

export interface JsonAnswer {
  readonly status: number;
  /** Undefined when the answer is not JSON. */
  readonly body: unknown;
  /** The server's clock, in milliseconds, to the second; undefined when it did not say. */
  readonly date: number | undefined;
}

export interface JsonPoster extends Disposable {
  /** Posts JSON below the base URL and reads the JSON answer, whatever its status. Throws CONTROL_UNREACHABLE, DEADLINE_EXCEEDED, or the signal's reason. */
  post(path: string, body: object, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<JsonAnswer>;
}

const answerWithinMs = 30_000;
const connectWithinMs = 10_000;
/** No answer of this channel is near this size. */
const largestAnswer = 16 * 1_024 * 1_024;

/** HTTP to one server over kept connections. With `ca` only that CA is trusted. */
export function createJsonPoster(options: {
  readonly baseUrl: string;
  readonly ca: string | null;
  readonly clock: Clock;
}): JsonPoster {
  const secure = new URL(options.baseUrl).protocol === 'https:';
  const settings = { keepAlive: true, maxSockets: 16, timeout: answerWithinMs };
  const agent = secure ? new HttpsAgent({ ...settings, ca: options.ca ?? undefined }) : new HttpAgent(settings);
  const base = options.baseUrl.replace(/\/+$/, '');

  const exchange = async (
    path: string,
    body: object,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => {
    const payload = Buffer.from(JSON.stringify(body));
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const request = (secure ? httpsRequest : httpRequest)(`${base}${path}`, {
      method: 'POST',
      agent,
      signal,
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: 'application/json',
        'content-length': payload.length,
      },
    });
    request.on('response', resolve);
    request.on('error', reject);
    request.on('socket', (socket) => {
      if (!socket.connecting) return;
      const patience = setTimeout(() => request.destroy(new Error('no connection within 10 seconds')), connectWithinMs);
      const connected = () => clearTimeout(patience);
      socket.once(secure ? 'secureConnect' : 'connect', connected);
      socket.once('close', connected);
    });
    request.end(payload);
    const response = await promise;
    const text = await readAll(response);
    const date = Date.parse(response.headers.date ?? '');
    return { status: response.statusCode ?? 0, body: parseJson(text), date: Number.isNaN(date) ? undefined : date };
  };

  return {
    async post(path, body, headers, signal) {
      try {
        return await withDeadline(
          { clock: options.clock, ms: answerWithinMs, what: 'A request to the control plane', parent: signal },
          (limited) => exchange(path, body, headers, limited),
        );
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof HoldfastError) throw error;
        throw unreachable(base, error);
      }
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

async function readAll(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response) {
    parts.push(part);
    length += part.length;
    if (length > largestAnswer) throw new Error('the answer is too large');
  }
  return Buffer.concat(parts).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreachable(base: string, cause: unknown): HoldfastError {
  const reason =
    cause instanceof Error ? ('code' in cause && cause.code ? String(cause.code) : cause.message) : 'unknown';
  return new HoldfastError(
    {
      code: 'CONTROL_UNREACHABLE',
      message: `The control plane at ${new URL(base).host} cannot be reached: ${reason}.`,
      remedy: "Check this gateway's network and name resolution, the firewall, and that the control plane runs.",
      retryable: true,
    },
    { cause },
  );
}
