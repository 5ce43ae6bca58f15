import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a browser may keep the answer to its question before the request, in seconds. */
const preflightSeconds = 600;
const exposedHeaders = 'x-request-id, retry-after';
const allowedHeaders = 'authorization, content-type, accept, x-request-id';

/**
 * Lets pages of these origins read answers, and of no other; an origin is written as browsers send it, `https://console.example`. Callers show
 * an access key and never a cookie, so nothing is allowed that a browser would add by itself (no `access-control-allow-credentials`).
 */
export class CorsPolicy {
  readonly #origins: ReadonlySet<string>;

  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins);
  }

  /** Writes the headers a browser asks for; true when the request was the question before one, and is answered with that. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#origins.size === 0) return false;
    // Whatever stores answers must not give one origin's to another.
    response.setHeader('vary', 'origin');
    const { origin } = request.headers;
    if (origin === undefined || !this.#origins.has(origin)) return false;
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', exposedHeaders);
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
    response.setHeader('access-control-allow-methods', 'GET, POST');
    response.setHeader('access-control-allow-headers', allowedHeaders);
    response.setHeader('access-control-max-age', String(preflightSeconds));
    response.writeHead(204).end();
    return true;
  }

  /**
   * Whether a WebSocket may be opened: by a program, which sends no origin, by our own page, or by a listed origin. A page of another origin would need
   * an access key all the same; it is refused so that both transports keep to one list.
   */
  allowsSocket(request: IncomingMessage): boolean {
    const { origin, host } = request.headers;
    if (origin === undefined || this.#origins.has(origin)) return true;
    return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
  }
}
