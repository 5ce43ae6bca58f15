/** What the server says went wrong: an error of a result union, or a top-level error. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Stable and upper case: `NOT_FOUND`, `INVALID_INPUT`, `UNAUTHENTICATED`, … */
  readonly code: string;
  readonly remedy: string | undefined;
  readonly retryable: boolean;
  readonly requestId: string | undefined;

  constructor(details: {
    readonly code: string;
    readonly message: string;
    readonly remedy?: string | undefined;
    readonly retryable?: boolean | undefined;
    readonly requestId?: string | undefined;
  }) {
    super(details.message);
    this.code = details.code;
    this.remedy = details.remedy;
    this.retryable = details.retryable ?? false;
    this.requestId = details.requestId;
  }
}

/** A top-level error as GraphQL writes it. */
export interface TopLevelError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export function fromTopLevel({ message, extensions = {} }: TopLevelError): ApiError {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return new ApiError({
    code: text(extensions.code) ?? 'UNKNOWN',
    message,
    remedy: text(extensions.remedy),
    retryable: extensions.retryable === true,
    requestId: text(extensions.requestId),
  });
}

interface Member {
  readonly __typename: string;
}

/**
 * The payload of a mutation's result union, by its type's name: `payload(data.createVault, 'CreateVaultPayload').vault`.
 * Throws ApiError for every other member.
 */
export function payload<Result extends Member, Name extends Result['__typename']>(
  result: Result | null,
  name: Name,
): Extract<Result, { readonly __typename: Name }> {
  if (result && hasName(result, name)) return result;
  const { code, message, remedy, retryable }: Partial<Record<string, unknown>> = { ...result };
  throw new ApiError({
    code: typeof code === 'string' ? code : 'UNKNOWN',
    message: typeof message === 'string' ? message : 'The server answered with no result.',
    remedy: typeof remedy === 'string' ? remedy : undefined,
    retryable: retryable === true,
  });
}

function hasName<Result extends Member, Name extends Result['__typename']>(
  result: Result,
  name: Name,
): result is Extract<Result, { readonly __typename: Name }> {
  return result.__typename === name;
}
