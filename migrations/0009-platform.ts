import { type Kysely, sql } from 'kysely';

/**
 * The audit log, the two secrets of an access key that is being rotated, and the orders lists are read in. The log is append-only: what was
 * asked for and how it ended are two rows, and the database itself refuses to change or remove either.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table access_key
    add column if not exists secret_changed_at timestamptz,
    add column previous_secret_hash bytea,
    add column previous_secret_until timestamptz`,
  `create table audit_entry (
    id uuid primary key,
    started_at timestamptz not null,
    actor_kind text not null check (actor_kind in ('ACCESS_KEY', 'GATEWAY', 'OPERATOR')),
    access_key_id uuid,
    key_id text,
    actor_name text not null,
    action text not null,
    input jsonb not null,
    withheld text[] not null,
    subjects jsonb not null,
    subject_ids uuid[] not null,
    resource_group_ids uuid[] not null,
    request_id text not null,
    address text,
    user_agent text
  )`,
  'create index audit_entry_by_time on audit_entry (started_at, id)',
  'create index audit_entry_by_key on audit_entry (access_key_id, started_at, id)',
  'create index audit_entry_by_subject on audit_entry using gin (subject_ids)',
  `create table audit_outcome (
    entry_id uuid primary key references audit_entry,
    finished_at timestamptz not null,
    duration_ms integer not null,
    error_code text,
    subjects jsonb not null,
    subject_ids uuid[] not null,
    resource_group_ids uuid[] not null
  )`,
  'create index audit_outcome_by_subject on audit_outcome using gin (subject_ids)',
  'create index job_by_gateway on job (gateway_id, created_at desc, id desc)',
  'create index job_by_time_of_all on job (created_at desc, id desc)',
  'create index recovery_point_by_gateway on recovery_point (gateway_id, captured_at desc, id desc)',
  'create index recovery_point_by_vault on recovery_point (vault_id, captured_at desc, id desc)',
  'create index recovery_point_by_time_of_all on recovery_point (captured_at desc, id desc)',
  'create index virtual_machine_by_name_of_all on virtual_machine (name collate "C", id)',
  'create index event_by_time on event (occurred_at)',
  'create index event_by_subject on event (subject_id, position)',
  `create index event_by_gateway on event ((data ->> 'gatewayId'), position) where data ->> 'gatewayId' is not null`,
  `create index event_by_virtual_machine on event ((data ->> 'virtualMachineId'), position)
    where data ->> 'virtualMachineId' is not null`,
  `create function audit_is_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
    end
  $$`,
  ...['audit_entry', 'audit_outcome'].map(
    (table) => `create trigger ${table}_append_only before update or delete or truncate on ${table}
      for each statement execute function audit_is_append_only()`,
  ),
];
