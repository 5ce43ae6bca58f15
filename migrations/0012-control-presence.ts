import { type Kysely, sql } from 'kysely';

/**
 * When the control plane was there to hear its gateways. `control_presence` is one row that every process keeps fresh; `control_absence` are the times in which
 * none did. A gateway's silence does not count while nobody listened.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table control_presence (
    only_row boolean primary key default true check (only_row),
    present_at timestamptz not null,
    due_at timestamptz not null
  )`,
  `create table control_absence (
    began_at timestamptz primary key,
    ended_at timestamptz not null
  )`,
  'create index control_absence_end on control_absence (ended_at)',
];
