import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FaultEffect } from '../base/faults.ts';

/** What can happen to an answer that is ready to be sent; see base/faults.ts. */
export type AnswerFault = Extract<FaultEffect, { readonly kind: 'stall' | 'truncate' | 'close' }>;

export const isAnswerFault = (effect: FaultEffect | undefined): effect is AnswerFault =>
  effect?.kind === 'stall' || effect?.kind === 'truncate' || effect?.kind === 'close';

export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Sends a whole answer, or what a planned fault leaves of it. A truncated one is as long as its Content-Length says, so
 * that only its reader can find out. A stalled one is left open: the client, or the closing server, ends it.
 */
export function sendAnswer(response: ServerResponse, { status, headers, body }: Answer, fault?: AnswerFault): void {
  if (fault?.kind === 'close') {
    response.destroy();
    return;
  }
  const sent =
    fault === undefined
      ? body
      : body.subarray(0, fault.afterBytes ?? (fault.kind === 'stall' ? 0 : Math.floor(body.length / 2)));
  response.writeHead(status, { ...headers, 'Content-Length': fault?.kind === 'stall' ? body.length : sent.length });
  if (fault?.kind !== 'stall') {
    response.end(sent);
  } else if (sent.length > 0) {
    response.write(sent);
  } else {
    response.flushHeaders();
  }
}
