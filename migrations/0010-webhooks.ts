import { type Kysely, sql } from 'kysely';

/**
 * Who is sent events, and what became of it. A webhook remembers how far of the log it has been given deliveries for; a delivery holds its
 * body, so that it can be looked at and sent again when the log no longer has the event.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table webhook (
    id uuid primary key,
    name text not null,
    url text not null,
    secret_sealed bytea not null,
    event_types text[],
    all_resource_groups boolean not null,
    resource_group_ids uuid[] not null,
    enabled boolean not null,
    disabled_reason text,
    stream uuid not null,
    position bigint not null,
    last_success_at timestamptz,
    created_at timestamptz not null,
    created_by uuid references access_key,
    version integer not null default 1
  )`,
  `create table webhook_delivery (
    id uuid primary key,
    webhook_id uuid not null references webhook on delete cascade,
    kind text not null check (kind in ('EVENT', 'TEST')),
    event_type text,
    event_cursor text,
    body text not null,
    status text not null check (status in ('PENDING', 'SUCCEEDED', 'FAILED')),
    tries integer not null default 0,
    next_try_at timestamptz,
    lease_until timestamptz,
    created_at timestamptz not null,
    ended_at timestamptz,
    last_try jsonb
  )`,
  `create index webhook_delivery_due on webhook_delivery (next_try_at) where status = 'PENDING'`,
  'create index webhook_delivery_by_webhook on webhook_delivery (webhook_id, created_at desc, id desc)',
];
