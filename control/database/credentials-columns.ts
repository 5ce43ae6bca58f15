import type { ColumnType } from 'kysely';

type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;
type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>;

/** Why something is as it is, and what to do. */
export interface StatusReason {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export interface IdentityTrouble extends StatusReason {
  /** ISO 8601 UTC: since when every heartbeat has met it. */
  readonly since: string;
}

/** Which warning of a key's expiry was given last. */
export interface ExpiryWarningColumns {
  /** In days before it; null: none. */
  expiry_told_days: Nullable<number>;
  /** Of which expiry: another one starts anew. */
  expiry_told_for: Nullable<Date>;
}

/** What is known of the access key a gateway works with. */
export interface GatewayCredentialsColumns extends ExpiryWarningColumns {
  /** When it was last proved with the secret. */
  identity_proved_at: Nullable<Date>;
  /** When whoever owns it last said whether it is good. */
  identity_checked_at: Nullable<Date>;
  /** Why that could not be found out lately; null: it could. */
  identity_trouble: NullableJson<IdentityTrouble>;
  /** Why it does not count; null: it does. */
  credentials_problem: NullableJson<StatusReason>;
}
