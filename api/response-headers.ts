import type { IncomingMessage, ServerResponse } from 'node:http';

/** What browsers have to know about every answer: no other site may frame it, guess its type or be told where it was. */
export function setSecurityHeaders(response: ServerResponse): void {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('referrer-policy', 'no-referrer');
}

/** Whether a URL can be made of the Host header; without one the request is HTTP/1.0. */
export function hasUsableHost(request: IncomingMessage): boolean {
  const { host } = request.headers;
  return host === undefined || URL.canParse(`http://${host}/`);
}

/** Ends a request that no router can read. */
export function refuseRequest(response: ServerResponse, status: 400 | 500, code: string, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ code, message }));
}
