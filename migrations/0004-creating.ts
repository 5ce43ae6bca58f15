import { type Kysely, sql } from 'kysely';

/**
 * Why a vault has its redundancy (null: made before this was kept), and the content of certificates, so that they can be downloaded again. A
 * directory keeps its files in one place, whatever zones its region has.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table vault add column redundancy_reason text check (redundancy_reason in
    ('ZONE_REDUNDANT', 'REGION_WITHOUT_ZONES', 'BUCKET_IN_ONE_ZONE', 'STORAGE_DID_NOT_TELL', 'STORAGE_WITHOUT_ZONES'))`,
  `update vault set redundancy_type = 'LRS', redundancy_reason = 'STORAGE_WITHOUT_ZONES' where storage_driver = 'file'`,
  'alter table gateway_certificate add column content_sealed bytea',
];
