/**
 * Who an access key belongs to. The gateway makes a proof, the control plane verifies it; with `ram` the secret never
 * leaves the gateway. Throws `DriverError`: `INVALID_ACCESS_KEY`, `ACCESS_KEY_EXPIRED`, `ACCESS_KEY_DISABLED`,
 * `ACCOUNT_NOT_ALLOWED` (needsPerson: the key does not count), `UNREACHABLE`, `THROTTLED` (transient: nobody knows) and
 * `BAD_CONFIGURATION` (needsPerson: nobody knows before somebody has mended something).
 */
export interface IdentityDriver {
  /** `builtin`, `ram`. */
  readonly name: string;
  /**
   * Whether only a proof shows that a key is still good: then the control plane asks for one with each heartbeat, and the
   * gateway keeps the secret. Otherwise `verifyBuiltinSecret` has told all there is to know.
   */
  readonly provesAgain?: boolean;
  /** On the control plane, before anything else: this driver with what the operator has set. Throws `BAD_CONFIGURATION`. */
  configure?(settings: Readonly<Record<string, string>>): IdentityDriver;
  /** On the control plane: what `prove` has to know on the gateway. Travels with each challenge; nothing secret. */
  proofSettings?(): Readonly<Record<string, string>>;
  /** On the gateway. The proof is only good for `challenge` (unguessable, from the control plane). */
  prove(
    accessKey: AccessKeyPair,
    challenge: string,
    signal: AbortSignal,
    settings?: Readonly<Record<string, string>>,
  ): Promise<AccessKeyProof>;
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
