import type { IncomingMessage } from 'node:http';
import { type Address, addressOf } from './addressing.ts';
import { OssError } from './errors.ts';
import { Query } from './query.ts';

/** A request as the operations and the signatures see it. */
export interface OssRequest extends Address {
  readonly method: string;
  readonly host: string;
  /** Whether it came by HTTPS. */
  readonly secure: boolean;
  readonly query: Query;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly remoteAddress: string;
}

export function readRequest(
  message: IncomingMessage,
  options: { readonly secure: boolean; readonly serviceHosts: readonly string[] },
): OssRequest {
  const [, path = '/', search = ''] = /^([^?]*)\??(.*)$/s.exec(message.url ?? '/') ?? [];
  const host = message.headers.host ?? '';
  return {
    ...addressOf(host, path, options.serviceHosts),
    method: message.method ?? 'GET',
    host,
    secure: options.secure,
    query: readQuery(search),
    headers: readHeaders(message),
    remoteAddress: message.socket.remoteAddress ?? '',
  };
}

function readQuery(search: string): Query {
  try {
    return new Query(search);
  } catch {
    throw new OssError('InvalidArgument', {}, 'The query string is not properly encoded.');
  }
}

/** Values are UTF-8 on the wire, which Node takes for Latin-1. */
function readHeaders(message: IncomingMessage): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(message.headers)) {
    if (typeof value === 'string') headers.set(name, Buffer.from(value, 'latin1').toString('utf8'));
  }
  return headers;
}
