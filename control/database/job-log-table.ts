import type { ColumnType } from 'kysely';

export type JobLogLevel = 'INFO' | 'WARNING' | 'ERROR';

export interface JobLogTable {
  /** In the order of the commits of one job. */
  position: ColumnType<number, never, never>;
  job_id: string;
  /** The attempt's number; null: of none. */
  attempt: number | null;
  source: 'CONTROL_PLANE' | 'GATEWAY';
  /** With `sequence`, of lines of a gateway. */
  attempt_id: ColumnType<string | null, string | null | undefined, never>;
  sequence: ColumnType<number | null, number | null | undefined, never>;
  level: JobLogLevel;
  code: string | null;
  message: string;
  details: ColumnType<Readonly<Record<string, string | number | boolean>>, string, never>;
  at: Date;
}
