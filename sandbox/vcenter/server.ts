import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, Socket } from 'node:net';
import type { Logger } from '../../base/logger.ts';
import { type AnswerFault, sendAnswer } from '../faulty-answer.ts';
import type { Endpoint, Transfers } from '../nfc/transfers.ts';
import { ConnectionDropped } from './core/planned-faults.ts';
import type { Caller, Dispatcher } from './dispatcher.ts';
import type { Session, Sessions } from './sessions.ts';
import { readEnvelope, writeFault, writeRawFault } from './soap/envelope.ts';
import { VimFault } from './soap/faults.ts';
import type { XmlElement } from './soap/xml.ts';

export interface VimServerOptions {
  /** 0 for a free one. */
  readonly port: number;
  readonly key: string;
  readonly cert: string;
  readonly dispatcher: Dispatcher;
  readonly sessions: Sessions;
  /** What `/nfc/` leads to. */
  readonly transfers: Transfers;
  readonly logger: Logger;
}

const MAX_BODY = 16 * 1024 * 1024;
const COOKIE = 'vmware_soap_session';

const VERSIONS = `<?xml version="1.0" encoding="UTF-8"?>
<namespaces version="1.0">
  <namespace>
    <name>urn:vim25</name>
    <version>8.0.1.0</version>
    <priorVersions>
      ${['8.0.0.1', '8.0.0.0', '7.0.3.2', '7.0.3.0', '7.0.2.0', '7.0.1.0', '7.0.0.0', '6.9.1', '6.8.7', '6.7.3', '6.7.2', '6.7.1', '6.7', '6.5', '6.0', '5.5', '5.1', '5.0', '4.1', '4.0', '2.5u2', '2.5'].map((version) => `<version>${version}</version>`).join('\n      ')}
    </priorVersions>
  </namespace>
</namespaces>
`;

/** The HTTPS side of the simulated vCenter. Listens on 127.0.0.1. */
export class VimServer {
  readonly #options: VimServerOptions;
  readonly #server: Server;
  readonly #closing = new AbortController();
  #isAway = false;
  readonly #endpoint: Endpoint = { host: undefined, transfers: 0 };

  constructor(options: VimServerOptions) {
    this.#options = options;
    this.#server = createServer(
      { key: options.key, cert: options.cert, keepAliveTimeout: 60_000, requestTimeout: 0 },
      (request, response) => {
        this.#handle(request, response).catch((error: unknown) => {
          options.logger.error({ error: String(error) }, 'A request to the simulated vCenter failed.');
          response.destroy();
        });
      },
    );
    this.#server.on('connection', (socket) => {
      if (this.#isAway && socket instanceof Socket) socket.resetAndDestroy();
    });
  }

  /** As while its services restart: connections are cut, and new ones too. The port stays taken, so that it can come back on it. */
  goAway(): void {
    this.#isAway = true;
    this.#server.closeAllConnections();
  }

  /** As after a renewal: new connections are shown it, and those of before are cut. */
  showCertificate(certificate: { readonly key: string; readonly cert: string }): void {
    this.#server.setSecureContext(certificate);
    this.#server.closeAllConnections();
  }

  comeBack(): void {
    this.#isAway = false;
  }

  /** The port it listens on. */
  async listen(): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(this.#options.port, '127.0.0.1', resolve);
    await promise;
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    return address.port;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace(/\?.*$/, '');
    if (request.method === 'GET' && path === '/sdk/vimServiceVersions.xml') {
      return send(response, 200, VERSIONS);
    }
    if (path.startsWith('/nfc/')) return this.#options.transfers.handle(request, response, this.#endpoint);
    if (path !== '/sdk' && path !== '/sdk/' && path !== '/sdk/vimService') return send(response, 404, '');
    if (request.method !== 'POST') return send(response, 405, '');
    const body = await readBody(request);
    if (body === undefined) return send(response, 413, '');
    await this.#answer(request, response, body);
  }

  async #answer(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { sessions, dispatcher, logger } = this.#options;
    const caller: Caller = {
      session: sessionOf(request, sessions),
      userAgent: request.headers['user-agent'] ?? '',
      address: request.socket.remoteAddress ?? '',
      signal: AbortSignal.any([gone.signal, this.#closing.signal]),
      setSession: (session: Session) =>
        response.setHeader('Set-Cookie', `${COOKIE}="${session.id}"; Path=/; HttpOnly; Secure; `),
    };
    let call: XmlElement;
    try {
      call = readEnvelope(body);
    } catch (error) {
      return send(response, 500, writeRawFault('ServerFaultCode', `XML parse error: ${String(error)}`));
    }
    try {
      const { envelope, fault } = await sessions.during(caller.session, () => dispatcher.dispatch(call, caller));
      send(response, 200, envelope, fault);
    } catch (error) {
      if (caller.signal.aborted || error instanceof ConnectionDropped) {
        response.destroy();
      } else if (error instanceof VimFault) {
        logger.debug({ method: call.name, fault: error.type }, error.message);
        send(response, 500, writeFault(error));
      } else {
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        logger.error({ method: call.name, reason }, 'The simulated vCenter has a defect.');
        send(response, 500, writeRawFault('ServerFaultCode', reason));
      }
    }
  }
}

function send(response: ServerResponse, status: number, text: string, fault?: AnswerFault): void {
  const headers = { 'Content-Type': 'text/xml; charset=utf-8', 'Cache-Control': 'no-cache' };
  sendAnswer(response, { status, headers, body: Buffer.from(text) }, fault);
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) continue;
    length += part.length;
    if (length > MAX_BODY) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function sessionOf(request: IncomingMessage, sessions: Sessions): Session | undefined {
  for (const cookie of (request.headers.cookie ?? '').split(';')) {
    const [name, value = ''] = cookie.trim().split('=');
    if (name === COOKIE) return sessions.use(value.replace(/^"|"$/g, ''));
  }
  return undefined;
}
