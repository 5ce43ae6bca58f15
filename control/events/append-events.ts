import { sql, type Transaction } from 'kysely';
import { channels } from '../database/notifications.ts';
import type { Database } from '../database/tables.ts';
import type { NewEvent } from './event.ts';

/**
 * Appends to the event log. Must be the transaction's last statement: it locks the one head row until the commit, which
 * is what makes the order of positions the order of commits. One statement, whatever the number of events.
 */
export async function appendEvents(
  trx: Transaction<Database>,
  events: readonly NewEvent[],
  occurredAt: Date,
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event, index) => ({
    ordinal: index + 1,
    type: event.type,
    resource_group_id: event.resourceGroupId,
    subject_type: event.subjectType,
    subject_id: event.subjectId,
    data: event.data,
  }));
  const { rows: appended } = await sql<{ count: number }>`
    with head as (
      update event_head set position = position + ${events.length} returning stream, position
    ), appended as (
      insert into event (stream, position, type, resource_group_id, subject_type, subject_id, data, occurred_at)
      select head.stream, head.position - ${events.length} + new.ordinal, new.type, new.resource_group_id,
        new.subject_type, new.subject_id, new.data, ${occurredAt}
      from head cross join jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as new(ordinal bigint, type text, resource_group_id uuid, subject_type text, subject_id uuid, data jsonb)
      returning position
    )
    select count(*)::integer as count, pg_notify(${channels.event}, max(position)::text) from appended`.execute(trx);
  if (appended[0]?.count !== events.length)
    throw new Error('the event log has no head row; prepareControl has not run');
}
