import type { ColumnType } from 'kysely';

export interface WebhookTable {
  id: string;
  name: string;
  url: string;
  secret_sealed: Buffer;
  /** Null: all of them. */
  event_types: string[] | null;
  all_resource_groups: boolean;
  resource_group_ids: string[];
  enabled: boolean;
  disabled_reason: ColumnType<string | null, string | null | undefined, string | null>;
  /** Up to where of the log it has been given deliveries. */
  stream: string;
  position: number;
  last_success_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** Of the first try at an event that failed after the last success, or after it was switched on; null: none. */
  failing_since: ColumnType<Date | null, Date | null | undefined, Date | null>;
  created_at: Date;
  created_by: string | null;
  version: ColumnType<number, number | undefined, number>;
}

export type DeliveryStatus = 'PENDING' | 'SUCCEEDED' | 'FAILED';

/** How one try at a delivery went. */
export interface DeliveryTry {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly durationMs: number;
  /** Of the receiver's HTTP answer; null: there was none. */
  readonly statusCode: number | null;
  /** Null: it was taken. */
  readonly error: string | null;
}

export interface WebhookDeliveryTable {
  id: string;
  webhook_id: string;
  kind: 'EVENT' | 'TEST';
  event_type: string | null;
  event_cursor: string | null;
  /** Exactly what is sent. */
  body: string;
  status: DeliveryStatus;
  tries: ColumnType<number, number | undefined, number>;
  /** With PENDING: when it is sent next. */
  next_try_at: Date | null;
  /** While a process sends it. */
  lease_until: ColumnType<Date | null, Date | null | undefined, Date | null>;
  created_at: Date;
  ended_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  last_try: ColumnType<DeliveryTry | null, string | null | undefined, string | null>;
}
