import { HoldfastError } from '../base/errors.ts';

/** Unknown and forbidden ids give this same error, so that nobody can probe for what they may not see. */
export class NotFoundError extends HoldfastError {
  override readonly name = 'NotFoundError';

  constructor(what: string) {
    super({
      code: 'NOT_FOUND',
      message: `There is no such ${what}.`,
      remedy: `Check the id, and that your access key may see the resource group of this ${what}.`,
      retryable: false,
    });
  }
}

/** The access key lacks a scope. */
export class ForbiddenError extends HoldfastError {
  override readonly name = 'ForbiddenError';
  readonly requiredScope: string;

  constructor(requiredScope: string) {
    super({
      code: 'FORBIDDEN',
      message: `This needs the scope ${requiredScope}.`,
      remedy: 'Use an access key with that scope, or ask an administrator to create one.',
      retryable: false,
    });
    this.requiredScope = requiredScope;
  }
}

export interface InputIssue {
  /** Where in the input: field names and list indexes. */
  readonly path: readonly string[];
  readonly code: string;
  readonly message: string;
}

export class InvalidInputError extends HoldfastError {
  override readonly name = 'InvalidInputError';
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    super({
      code: 'INVALID_INPUT',
      message: issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; '),
      remedy: 'Correct the fields named in issues and send the request again.',
      retryable: false,
    });
    this.issues = issues;
  }
}

/** Something in the present state forbids it: a name that is taken, an open job, … */
export class ConflictError extends HoldfastError {
  override readonly name = 'ConflictError';

  constructor(code: string, message: string, remedy: string, retryable = false) {
    super({ code, message, remedy, retryable });
  }
}

/** Jobs wait or run for what is to be removed. */
export class JobsOpenError extends HoldfastError {
  override readonly name = 'JobsOpenError';
  /** The oldest first. */
  readonly jobIds: readonly string[];

  constructor(jobIds: readonly string[]) {
    super({
      code: 'JOBS_OPEN',
      message: `${jobIds.length === 1 ? 'One job still waits or runs' : `${jobIds.length} jobs still wait or run`} for it.`,
      remedy: 'Wait for them, cancel them, or send cancelRunningJobs: true; one that clears up may take a while.',
      retryable: true,
    });
    this.jobIds = jobIds;
  }
}

export class VersionConflictError extends HoldfastError {
  override readonly name = 'VersionConflictError';
  readonly currentVersion: number;

  constructor(currentVersion: number) {
    super({
      code: 'VERSION_CONFLICT',
      message: `Somebody changed this meanwhile: its version is ${currentVersion} now.`,
      remedy: 'Read it again, apply your change to what it says now, and send that with the new expectedVersion.',
      retryable: false,
    });
    this.currentVersion = currentVersion;
  }
}

export class IdempotencyConflictError extends HoldfastError {
  override readonly name = 'IdempotencyConflictError';

  constructor() {
    super({
      code: 'IDEMPOTENCY_KEY_REUSED',
      message: 'This idempotency key was used with another input within the last 24 hours.',
      remedy: 'Use a new idempotency key for a new request; repeat a request with exactly the same input.',
      retryable: false,
    });
  }
}

/** There is no gateway package to give out: none is configured, or the file is not as it should be. */
export class PackageNotPublishedError extends HoldfastError {
  override readonly name = 'PackageNotPublishedError';

  constructor(
    code: 'PACKAGE_NOT_PUBLISHED' | 'PACKAGE_UNREADABLE' | 'PACKAGE_DAMAGED',
    message: string,
    remedy: string,
    options?: ErrorOptions,
  ) {
    super({ code, message, remedy, retryable: code === 'PACKAGE_UNREADABLE' }, options);
  }
}

/** The gateway did not answer, or answered with an error, while somebody waited. */
export class GatewayUnavailableError extends HoldfastError {
  override readonly name = 'GatewayUnavailableError';

  constructor(code: 'GATEWAY_OFFLINE' | 'GATEWAY_NOT_ACTIVATED', message: string, remedy: string) {
    super({ code, message, remedy, retryable: true });
  }
}

/** Jobs stand in the way of a deletion; `jobIds` are the oldest of them, at most 100, `total` is their number. */
export class OpenJobsError extends HoldfastError {
  readonly jobIds: readonly string[];
  readonly total: number;

  constructor(code: string, what: string, jobIds: readonly string[], total: number) {
    super({
      code,
      message: `${total === 1 ? 'One job' : `${total} jobs`} of this ${what} ${total === 1 ? 'runs or waits' : 'run or wait'}.`,
      remedy: 'Wait until they have ended, or set cancelRunningJobs to cancel them first.',
      retryable: false,
    });
    this.jobIds = jobIds;
    this.total = total;
  }
}

export class GatewayHasJobsError extends OpenJobsError {
  override readonly name = 'GatewayHasJobsError';

  constructor(jobIds: readonly string[], total: number) {
    super('GATEWAY_HAS_JOBS', 'gateway', jobIds, total);
  }
}

export class VaultHasJobsError extends OpenJobsError {
  override readonly name = 'VaultHasJobsError';

  constructor(jobIds: readonly string[], total: number) {
    super('VAULT_HAS_JOBS', 'vault', jobIds, total);
  }
}

/** The access key was not accepted for the gateway, or its secret did not reach it; its present one stays. */
export class AccessKeyRefusedError extends HoldfastError {
  override readonly name = 'AccessKeyRefusedError';
}

/** The vCenter refused the gateway, or could not be reached from it. */
export class VcenterConnectionError extends HoldfastError {
  override readonly name = 'VcenterConnectionError';
}

/** The vCenter showed a certificate nobody has trusted yet. */
export class CertificateNotTrustedError extends HoldfastError {
  override readonly name = 'CertificateNotTrustedError';
  readonly presentedFingerprint: string;
  readonly trustedFingerprint: string | null;

  constructor(presentedFingerprint: string, trustedFingerprint: string | null) {
    super({
      code: 'CERTIFICATE_NOT_TRUSTED',
      message: trustedFingerprint
        ? `The vCenter's certificate changed from ${trustedFingerprint} to ${presentedFingerprint}.`
        : `The vCenter shows a certificate with the fingerprint ${presentedFingerprint}, which is not trusted yet.`,
      remedy:
        'Compare the fingerprint with the one the vCenter itself shows; if they are equal, send it as certificateFingerprint.',
      retryable: false,
    });
    this.presentedFingerprint = presentedFingerprint;
    this.trustedFingerprint = trustedFingerprint;
  }
}
