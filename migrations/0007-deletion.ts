import { type Kysely, sql } from 'kysely';

/**
 * Deletion leaves the row, so that what refers to it (jobs above all) keeps its reference, and so that what was deleted can never be made again by somebody who
 * comes late. `deleted_at` is set when it is done; a name is free from then on. `deletion` says what was asked for. A recovery point's bytes are told often.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  'alter table gateway add column deleted_at timestamptz, add column deletion jsonb',
  'alter table gateway drop constraint gateway_name_taken',
  'create unique index gateway_name_taken on gateway (vault_id, name) where deleted_at is null',
  `create index gateway_deleting on gateway (id) where status = 'DELETING' and deleted_at is null`,
  'alter table vault add column deleted_at timestamptz, add column deletion jsonb',
  'alter table vault drop constraint vault_name_taken',
  'create unique index vault_name_taken on vault (resource_group_id, region_id, name) where deleted_at is null',
  `alter table recovery_point add column deleted_at timestamptz,
    add column stored_bytes bigint not null generated always as ((statistics ->> 'bytesStored')::bigint) stored,
    add column logical_bytes bigint not null generated always as ((statistics ->> 'bytesTotal')::bigint) stored`,
  `create index recovery_point_deleting on recovery_point (vault_id, id) where status = 'DELETING' and deleted_at is null`,
  'create index recovery_point_made_in_vault on recovery_point (vault_id, created_at)',
  `create index job_open_by_gateway on job (gateway_id) where status in ('CREATED', 'QUEUED', 'RUNNING', 'CANCELING')`,
  `create index job_open_restores on job (recovery_point_id)
    where kind = 'RESTORE' and status in ('CREATED', 'QUEUED', 'RUNNING', 'CANCELING')`,
];
