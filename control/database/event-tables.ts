import type { ColumnType } from 'kysely';

export interface EventHeadTable {
  stream: string;
  position: number;
  min_position: number;
}

export interface EventTable {
  stream: string;
  position: number;
  type: string;
  resource_group_id: ColumnType<string | null, string | null | undefined, string | null>;
  subject_type: string;
  subject_id: string;
  data: ColumnType<Record<string, unknown>, string, string>;
  occurred_at: Date;
}
