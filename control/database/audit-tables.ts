import type { ColumnType } from 'kysely';

type Json<T> = ColumnType<T, string, string>;
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** What an audit entry is about: `type` is the type's name in the public schema. */
export interface AuditSubject {
  readonly type: string;
  readonly id: string;
}

export interface AuditInputValue {
  /** Field names and list indexes, joined by dots. */
  readonly path: string;
  readonly value: string;
}

export type AuditActorKind = 'ACCESS_KEY' | 'GATEWAY' | 'OPERATOR';

export interface AuditEntryTable {
  id: string;
  started_at: Date;
  actor_kind: AuditActorKind;
  access_key_id: Nullable<string>;
  key_id: Nullable<string>;
  actor_name: string;
  action: string;
  input: Json<AuditInputValue[]>;
  withheld: string[];
  subjects: Json<AuditSubject[]>;
  subject_ids: string[];
  resource_group_ids: string[];
  request_id: string;
  address: Nullable<string>;
  user_agent: Nullable<string>;
}

export interface AuditOutcomeTable {
  entry_id: string;
  finished_at: Date;
  duration_ms: number;
  error_code: Nullable<string>;
  subjects: Json<AuditSubject[]>;
  subject_ids: string[];
  resource_group_ids: string[];
}
