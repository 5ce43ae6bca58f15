import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isDriverError } from '../../../base/errors.ts';
import { formatAddress, type ServerAddress } from './address.ts';
import { driverError } from './errors.ts';
import type { PinnedAgent } from './pinned-agent.ts';

const maxAnswerBytes = 256 * 1024 * 1024;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface RequestOptions {
  readonly signal: AbortSignal;
  /** Whether the request may be sent a second time when an idle connection turns out to be closed. */
  readonly repeatable: boolean;
}

/** POSTs SOAP envelopes to one server and keeps its cookies. Node-soap keeps none and follows redirects. */
export class SoapHttp {
  readonly #address: ServerAddress;
  readonly #agent: PinnedAgent;
  readonly #cookies = new Map<string, string>();

  constructor(address: ServerAddress, agent: PinnedAgent) {
    this.#address = address;
    this.#agent = agent;
  }

  forgetCookies(): void {
    this.#cookies.clear();
  }

  /** Resolves for 200 and 500 (a SOAP fault) with a body; everything else is an UNREACHABLE error or the signal's reason. */
  async post(body: string, headers: Readonly<Record<string, string>>, options: RequestOptions): Promise<HttpAnswer> {
    let answer: HttpAnswer;
    try {
      answer = await this.#send(body, headers, options.signal);
    } catch (error) {
      if (!options.repeatable || !isStaleConnection(error)) throw this.#unreachable(error, options.signal);
      try {
        answer = await this.#send(body, headers, options.signal);
      } catch (second) {
        throw this.#unreachable(second, options.signal);
      }
    }
    const where = formatAddress(this.#address);
    if (answer.status !== 200 && answer.status !== 500) {
      const busy = answer.status === 429 || answer.status === 503;
      throw driverError(
        busy || answer.status >= 500 ? 'transient' : 'needsPerson',
        busy ? 'BUSY' : 'UNREACHABLE',
        `${where} answered with HTTP status ${answer.status}.`,
        'Check that the address is that of a vCenter Server or ESXi host and that its services are running.',
      );
    }
    if (answer.body.trim() === '') {
      throw driverError('transient', 'UNREACHABLE', `${where} sent an empty answer.`, 'Try again later.');
    }
    return answer;
  }

  #send(body: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const payload = Buffer.from(body, 'utf8');
      const outgoing = httpsRequest({
        agent: this.#agent,
        host: this.#address.host,
        port: this.#address.port,
        method: 'POST',
        path: '/sdk',
        signal,
        headers: {
          ...headers,
          Host: formatAddress(this.#address),
          'Content-Length': payload.length,
          ...(cookie === '' ? {} : { Cookie: cookie }),
        },
      });
      outgoing.once('error', (error) => reject(outgoing.reusedSocket ? new StaleConnection(error) : error));
      outgoing.once('response', (incoming) => {
        this.#keepCookies(incoming);
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxAnswerBytes) outgoing.destroy(new Error('The answer is too large.'));
          else chunks.push(chunk);
        });
        incoming.once('error', reject);
        incoming.once('aborted', () => reject(new Error('The answer was cut off.')));
        incoming.once('end', () => {
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      });
      outgoing.end(payload);
    });
  }

  #keepCookies(incoming: IncomingMessage): void {
    for (const line of incoming.headers['set-cookie'] ?? []) {
      const pair = line.split(';', 1)[0] ?? '';
      const split = pair.indexOf('=');
      if (split > 0) this.#cookies.set(pair.slice(0, split).trim(), pair.slice(split + 1).trim());
    }
  }

  #unreachable(error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    const cause = error instanceof StaleConnection ? error.cause : error;
    if (isDriverError(cause)) return cause;
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    return driverError(
      'transient',
      'UNREACHABLE',
      `${formatAddress(this.#address)} cannot be reached: ${reason}`,
      'Check the address, the name resolution and the firewall between the gateway and this host and port.',
      cause,
    );
  }
}

/** The server may have closed an idle connection while the request was on its way: it has not seen the request. */
class StaleConnection extends Error {
  constructor(cause: unknown) {
    super('The connection was closed.', { cause });
  }
}

function isStaleConnection(error: unknown): boolean {
  const cause = error instanceof StaleConnection ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE');
}
