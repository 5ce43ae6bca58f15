import { type RawBuilder, sql } from 'kysely';

/**
 * Whether a recovery point can be restored and nobody has decided that it goes: one in a vault that is being deleted, or of a gateway that is being deleted with its data, is AVAILABLE
 * until their jobs have ended, and must not be counted on. `table` names recovery_point in the query.
 */
export function isStaying(table: string): RawBuilder<boolean> {
  return sql<boolean>`(${sql.ref(`${table}.status`)} = 'AVAILABLE'
    and not exists (select from vault as going where going.id = ${sql.ref(`${table}.vault_id`)} and going.status = 'DELETING')
    and not exists (select from gateway as going where going.id = ${sql.ref(`${table}.gateway_id`)} and going.status = 'DELETING'
      and (going.deletion ->> 'deleteBackupData')::boolean))`;
}
