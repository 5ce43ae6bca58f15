import type { ColumnType } from 'kysely';
import type { GatewayDeletion, VaultDeletion } from '../deletion/deletion-record.ts';

type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>;

/** What is being deleted keeps its row, for what refers to it and against whoever comes late. */
interface DeletedColumn {
  /** Set when everything of it is gone; its status stays DELETING. */
  deleted_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

export interface GatewayDeletionColumns extends DeletedColumn {
  deletion: NullableJson<GatewayDeletion>;
}

export interface VaultDeletionColumns extends DeletedColumn {
  deletion: NullableJson<VaultDeletion>;
}

export interface RecoveryPointDeletionColumns extends DeletedColumn {
  /** Generated of the statistics. */
  stored_bytes: ColumnType<number, never, never>;
  logical_bytes: ColumnType<number, never, never>;
}
