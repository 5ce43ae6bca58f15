import type { ColumnType } from 'kysely';

export interface GatewayCommandTable {
  id: string;
  gateway_id: string;
  kind: string;
  vcenter_id: ColumnType<string | null, string | null | undefined, string | null>;
  input_sealed: Buffer;
  status: 'PENDING' | 'CLAIMED' | 'DONE' | 'EXPIRED';
  deadline: Date;
  result: ColumnType<Record<string, unknown> | null, string | null | undefined, string | null>;
  created_at: Date;
  ended_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}
