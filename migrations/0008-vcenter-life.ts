import { type Kysely, sql } from 'kysely';

/**
 * A vCenter that is removed stays, hidden, because its virtual machines and their recovery points refer to it. `login_version` grows whenever
 * somebody gives or confirms how to log in, so that a late report about an earlier login is told from one about the present one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table vcenter
    add column removed_at timestamptz,
    add column certificate_authority text,
    add column presented_fingerprint text,
    add column status_since timestamptz,
    add column login_version integer not null default 1`,
  'update vcenter set status_since = created_at',
  'alter table vcenter alter column status_since set default now(), alter column status_since set not null',
  'alter table job_attempt add column vcenter_login integer',
  'alter table gateway_command add column vcenter_id uuid',
  `create index job_open_by_vcenter on job (vcenter_id) where status in ('CREATED', 'QUEUED', 'RUNNING', 'CANCELING')`,
];
