import { type Kysely, sql } from 'kysely';

/** Limits of a gateway's traffic by time window, and what an attempt really ran with as far as only its gateway knows. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [
    `alter table gateway add column flow_control jsonb not null default '[]'`,
    'alter table job_attempt add column transport_used text',
    'alter table job_attempt add column workers_used integer',
  ])
    await sql.raw(statement).execute(db);
}
