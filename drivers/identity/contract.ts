/**
 * Who an access key belongs to. The gateway makes a proof, the control plane verifies it; with `ram` the secret never
 * leaves the gateway. Throws `DriverError`: `INVALID_ACCESS_KEY`, `ACCESS_KEY_EXPIRED`, `ACCESS_KEY_DISABLED`
 * (needsPerson), `UNREACHABLE` (transient).
 */
export interface IdentityDriver {
  /** `builtin`, `ram`. */
  readonly name: string;
  /** On the gateway. The proof is only good for `challenge` (unguessable, from the control plane). */
  prove(accessKey: AccessKeyPair, challenge: string, signal: AbortSignal): Promise<AccessKeyProof>;
  /** On the control plane. */
  verify(
    proof: AccessKeyProof,
    challenge: string,
    context: IdentityContext,
    signal: AbortSignal,
  ): Promise<VerifiedIdentity>;
}

export interface AccessKeyPair {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** Opaque to everyone but the driver; travels over the control channel, never logged. */
export interface AccessKeyProof {
  readonly driver: string;
  readonly accessKeyId: string;
  readonly values: Readonly<Record<string, string>>;
}

/** What `builtin` needs of the control plane: it owns no database. */
export interface IdentityContext {
  /** Checks a secret against the stored hash in constant time and says whose it is; undefined when it does not match or does not exist. */
  readonly verifyBuiltinSecret: (accessKeyId: string, secret: string) => Promise<VerifiedIdentity | undefined>;
}

export interface VerifiedIdentity {
  readonly accessKeyId: string;
  readonly kind: 'BUILTIN' | 'RAM_USER' | 'ASSUMED_ROLE' | 'ROOT_ACCOUNT';
  /** The access key row or the account and user of the cloud. */
  readonly subject: string;
  /** ISO 8601 UTC; null: does not expire. */
  readonly expiresAt: string | null;
}
