import { type Kysely, sql } from 'kysely';

/**
 * Since when a webhook's receiver has failed without a success in between, and indexes by which each webhook's next deliveries are found without a look at
 * those of the others, or at what waits for one that is off.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  'alter table webhook add column failing_since timestamptz',
  'drop index webhook_delivery_due',
  `create index webhook_delivery_due on webhook_delivery (webhook_id, kind, next_try_at, id) where status = 'PENDING'`,
  'create index webhook_delivery_leased on webhook_delivery (webhook_id, kind) where lease_until is not null',
];
