import { type Kysely, sql } from 'kysely';

/** A key that could do everything there was can do everything there is: without it nobody could grant the new scopes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `update access_key set scopes = scopes ||
        array['recoveryPoint:delete', 'webhook:read', 'webhook:write', 'audit:read', 'metrics:read']
      where scopes @> array['vault:read', 'vault:write', 'gateway:read', 'gateway:write', 'vcenter:read', 'vcenter:write',
        'job:read', 'job:write', 'recoveryPoint:read', 'event:read', 'accessKey:read', 'accessKey:write',
        'resourceGroup:read', 'resourceGroup:write']`,
    )
    .execute(db);
}
