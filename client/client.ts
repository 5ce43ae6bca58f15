import { print, type TypedQueryDocumentNode } from 'graphql';
import { createClient as createSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ApiError, fromTopLevel, type TopLevelError } from './api-error.ts';

export interface ClientOptions {
  /** The API's base URL, or that of its GraphQL endpoint. */
  readonly url: string;
  /** `<keyId>.<secret>` */
  readonly accessKey: string;
  /** How long the server may take to open and to acknowledge a connection for subscriptions. Milliseconds, 10,000 unless given. */
  readonly openWithinMs?: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** A typed client for the documents of client/gen. Top-level errors are thrown as ApiError; result unions are returned as they are. */
export interface Client extends AsyncDisposable {
  query<Data, Variables extends Record<string, unknown>>(
    document: TypedQueryDocumentNode<Data, Variables>,
    variables: Variables,
    options?: CallOptions,
  ): Promise<Data>;
  mutate<Data, Variables extends Record<string, unknown>>(
    document: TypedQueryDocumentNode<Data, Variables>,
    variables: Variables,
    options?: CallOptions,
  ): Promise<Data>;
  /** Ends when the server completes it or the signal is aborted; throws ApiError, CONNECTION_LOST when the socket closes. It is not repeated. */
  subscribe<Data, Variables extends Record<string, unknown>>(
    document: TypedQueryDocumentNode<Data, Variables>,
    variables: Variables,
    options?: CallOptions,
  ): AsyncIterableIterator<Data>;
  close(): Promise<void>;
}

const keepAliveMs = 12_000;
const answerPingWithinMs = 8_000;
const usualOpenWithinMs = 10_000;

export function createClient({ url, accessKey, openWithinMs = usualOpenWithinMs }: ClientOptions): Client {
  const endpoint = graphqlUrl(url);
  const authorization = `Bearer ${accessKey}`;
  /** A connection that stalls is never closed by itself: whoever waits for events would wait for ever. */
  let silence: NodeJS.Timeout | undefined;
  const socket = createSocketClient({
    url: endpoint.replace(/^http/, 'ws'),
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, { handshakeTimeout: openWithinMs });
      }
    },
    connectionAckWaitTimeout: openWithinMs,
    connectionParams: { authorization },
    retryAttempts: 0,
    lazy: true,
    keepAlive: keepAliveMs,
    on: {
      ping: (received) => {
        if (received) return;
        clearTimeout(silence);
        silence = setTimeout(() => socket.terminate(), answerPingWithinMs);
      },
      pong: (received) => {
        if (received) clearTimeout(silence);
      },
      closed: () => clearTimeout(silence),
    },
  });

  const execute: Client['query'] = async (document, variables, { signal } = {}) => {
    const request = {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json;q=0.9',
      },
      body: JSON.stringify({ query: print(document), variables }),
      ...(signal && { signal }),
    };
    try {
      return dataOf(await readResult(await fetch(endpoint, request)));
    } catch (error) {
      // So `fetch` says that there was no connection, or none to the answer's end.
      throw error instanceof TypeError ? connectionLost(error.message) : error;
    }
  };

  const subscribe: Client['subscribe'] = async function* (document, variables, { signal } = {}) {
    const results = socket.iterate({ query: print(document), variables });
    const stop = () => void results.return?.();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      if (signal?.aborted) return;
      for await (const result of results) yield dataOf(result);
    } catch (error) {
      if (signal?.aborted) return;
      throw streamError(error);
    } finally {
      signal?.removeEventListener('abort', stop);
      await results.return?.();
    }
  };

  const close = async () => {
    await socket.dispose();
  };
  return { query: execute, mutate: execute, subscribe, close, [Symbol.asyncDispose]: close };
}

function graphqlUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname === '/' ? '/graphql' : pathname}`;
}

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly TopLevelError[];
}

async function readResult(response: Response): Promise<Result> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError({
      code: 'UNEXPECTED_ANSWER',
      message: `The server answered ${response.status} and no JSON.`,
      remedy: 'Check that the URL is that of the API.',
      // A proxy's own error page while the API restarts.
      retryable: response.status >= 500,
    });
  }
}

/** The document's type says what the server answers; the server validated the document against the same schema. */
function dataOf<Data>(result: Result): Data {
  const [first] = result.errors ?? [];
  if (first) throw fromTopLevel(first);
  return result.data as Data;
}

function streamError(error: unknown): unknown {
  if (Array.isArray(error)) return fromTopLevel(error[0] ?? { message: 'The subscription failed.' });
  if (typeof error !== 'object' || error === null || error instanceof ApiError) return error;
  if ('code' in error) {
    if (error.code === forbidden) {
      return new ApiError({
        code: 'UNAUTHENTICATED',
        message: 'The access key is not, or no longer, valid.',
        remedy: 'Use another access key.',
      });
    }
    const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : '';
    return connectionLost(`${String(error.code)} ${reason}`.trim());
  }
  // The socket's own event: it could not be opened.
  if ('type' in error && error.type === 'error' && 'message' in error) return connectionLost(String(error.message));
  return error;
}

const forbidden = 4403;

function connectionLost(why: string): ApiError {
  return new ApiError({
    code: 'CONNECTION_LOST',
    message: `There is no connection, or it was closed (${why}).`,
    remedy: 'Try again: a change with the same idempotency key, a subscription to events after the last cursor.',
    retryable: true,
  });
}
