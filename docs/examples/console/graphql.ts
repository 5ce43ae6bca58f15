/** Where the API is and who calls: everything else in this folder builds on it. */
export interface Api {
  /** `https://backup.example.com/graphql` */
  readonly endpoint: string;
  /** `<keyId>.<secret>` */
  readonly accessKey: string;
}

/** What went wrong, whichever way the server told it. */
export class HoldfastApiError extends Error {
  readonly code: string;
  readonly remedy: string;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** What an operator finds in the server's log. */
  readonly requestId: string | undefined;

  constructor(told: Partial<ErrorFields> & { readonly code: string; readonly message: string }, requestId?: string) {
    super(told.message);
    this.name = 'HoldfastApiError';
    this.code = told.code;
    this.remedy = told.remedy ?? '';
    this.retryable = told.retryable ?? false;
    this.requestId = requestId;
  }
}

interface ErrorFields {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly retryable: boolean;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: Partial<ErrorFields> & { readonly requestId?: string };
  }[];
}

/** Longer than the server takes for any request, in milliseconds. */
const answerWithinMs = 90_000;

/** Sends one query or mutation and answers with its data. Throws {@link HoldfastApiError} for anything a user did not cause by input. */
export async function call<Data>(
  api: Api,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(api.endpoint, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${api.accessKey}`,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    // An answer may also be lost in its middle.
    text = await response.text();
  } catch (error) {
    throw new HoldfastApiError({ code: 'CONNECTION_LOST', message: String(error), retryable: true });
  }
  let answer: Answer;
  try {
    answer = JSON.parse(text);
  } catch {
    // A proxy's own page: the API always answers with JSON.
    throw new HoldfastApiError({
      code: 'NO_ANSWER',
      message: `HTTP status ${response.status}`,
      retryable: response.status >= 500,
    });
  }
  const [first] = answer.errors ?? [];
  if (first)
    throw new HoldfastApiError({ code: 'UNKNOWN', ...first.extensions, message: first.message }, requestIdOf(response));
  // The types are those of the document beside the call; a code generator writes them for you from schema.graphql.
  return answer.data as Data;
}

function requestIdOf(response: Response): string | undefined {
  return response.headers.get('x-request-id') ?? undefined;
}

/** What every mutation answers with when it did not do it. */
export interface MutationError extends ErrorFields {
  readonly __typename: string;
  readonly issues?: readonly { readonly path: readonly string[]; readonly message: string }[];
}

/** The payload of a mutation's result union, or its error thrown. `... on Error` catches also errors that are added later. */
export function payloadOf<Payload extends { readonly __typename: string }>(
  result: Payload | MutationError,
  typename: Payload['__typename'],
): Payload {
  if (isPayload(result, typename)) return result;
  // Beside the field that is wrong, where there is one.
  const issues = 'issues' in result ? (result.issues ?? []) : [];
  const fields = issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const { code, message, remedy, retryable } = result as MutationError;
  throw new HoldfastApiError({ code, message: [message, ...fields].join('\n  '), remedy, retryable });
}

function isPayload<Payload extends { readonly __typename: string }>(
  result: Payload | MutationError,
  typename: Payload['__typename'],
): result is Payload {
  return result.__typename === typename;
}
