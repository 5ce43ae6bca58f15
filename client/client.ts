import { print, type TypedQueryDocumentNode } from 'graphql';
import { createClient as createSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ApiError, fromTopLevel, type TopLevelError } from './api-error.ts';

export interface ClientOptions {
  /** The API's base URL, or that of its GraphQL endpoint. */
  readonly url: string;
  /** `<keyId>.<secret>` */
  readonly accessKey: string;
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

export function createClient({ url, accessKey }: ClientOptions): Client {
  const endpoint = graphqlUrl(url);
  const authorization = `Bearer ${accessKey}`;
  const socket = createSocketClient({
    url: endpoint.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    retryAttempts: 0,
    lazy: true,
    keepAlive: 12_000,
  });

  const execute: Client['query'] = async (document, variables, { signal } = {}) => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json;q=0.9',
      },
      body: JSON.stringify({ query: print(document), variables }),
      ...(signal && { signal }),
    });
    return dataOf(await readResult(response));
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
  if (error instanceof Error || typeof error !== 'object' || error === null || !('code' in error)) return error;
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : '';
  if (error.code === 4403) {
    return new ApiError({
      code: 'UNAUTHENTICATED',
      message: 'The access key is not, or no longer, valid.',
      remedy: 'Use another access key.',
    });
  }
  return new ApiError({
    code: 'CONNECTION_LOST',
    message: `The connection was closed (${String(error.code)} ${reason}).`.replace(' )', ')'),
    remedy: 'Subscribe again; for events, after the last cursor.',
    retryable: true,
  });
}
