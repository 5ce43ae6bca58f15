/** What every error that may reach a user carries. */
export interface ErrorDetails {
  /** Stable, upper snake case; consoles switch on it. */
  readonly code: string;
  /** One sentence: what happened. Never holds a secret. */
  readonly message: string;
  /** One sentence: what the reader can do about it. */
  readonly remedy: string;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
}

/** An error meant for a person: it has a code and a remedy. Anything else that is thrown is a bug and is masked at the edges. */
export class HoldfastError extends Error implements ErrorDetails {
  override readonly name: string = 'HoldfastError';
  readonly code: string;
  readonly remedy: string;
  readonly retryable: boolean;

  constructor(details: ErrorDetails, options?: ErrorOptions) {
    super(details.message, options);
    this.code = details.code;
    this.remedy = details.remedy;
    this.retryable = details.retryable;
  }
}

/**
 * permanent: trying again changes nothing. transient: trying again later may succeed; callers may retry.
 * needsPerson: somebody has to act first (a password, a permission, space); never retried in a loop.
 */
export type DriverErrorKind = 'permanent' | 'transient' | 'needsPerson';

/** The only error a driver may throw on purpose. `code` is the driver's vocabulary, documented in its contract. */
export class DriverError extends HoldfastError {
  override readonly name = 'DriverError';
  readonly kind: DriverErrorKind;

  constructor(details: Omit<ErrorDetails, 'retryable'> & { readonly kind: DriverErrorKind }, options?: ErrorOptions) {
    super({ ...details, retryable: details.kind === 'transient' }, options);
    this.kind = details.kind;
  }
}

/** Third-party drivers may carry their own copy of the class, so this looks at the shape and not at the prototype. */
export function isDriverError(error: unknown): error is DriverError {
  return error instanceof Error && error.name === 'DriverError' && 'kind' in error && 'code' in error;
}

/** The details of any thrown value; what is not meant for a person becomes `fallback`. */
export function errorDetails(error: unknown, fallback: ErrorDetails): ErrorDetails {
  if (error instanceof HoldfastError || isDriverError(error)) {
    const { code, message, remedy, retryable } = error;
    return { code, message, remedy, retryable };
  }
  return fallback;
}
