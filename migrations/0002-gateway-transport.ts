import { type Kysely, sql } from 'kysely';

/** How a gateway reaches disks. Gateways made before it went on by hot-add alone, which AUTO still prefers. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `alter table gateway add column transport text not null default 'AUTO' check (transport in ('AUTO', 'HOTADD', 'NFC'))`,
    )
    .execute(db);
}
