import { type Kysely, sql } from 'kysely';

/**
 * What happened in a job, line by line. Whoever writes holds the job's row lock, so that positions of one job are in commit order: who has
 * read up to one misses nothing before it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table job_log (
        position bigint generated always as identity,
        job_id uuid not null references job on delete cascade,
        attempt integer,
        source text not null check (source in ('CONTROL_PLANE', 'GATEWAY')),
        attempt_id uuid,
        sequence integer,
        level text not null check (level in ('INFO', 'WARNING', 'ERROR')),
        code text,
        message text not null,
        details jsonb not null,
        at timestamptz not null,
        primary key (job_id, position),
        unique (attempt_id, sequence)
      )`,
    )
    .execute(db);
}
