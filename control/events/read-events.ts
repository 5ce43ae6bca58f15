import type { Selectable } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { EventHeadTable, EventTable } from '../database/event-tables.ts';
import { decodeCursor, type EventPosition, encodeCursor } from './cursor.ts';
import { type ControlEvent, type EventType, eventTypes, type SubjectType, subjectTypes } from './event.ts';

type Reader = Pick<ControlContext, 'db'>;
export type EventHead = Selectable<EventHeadTable>;

/**
 * Events between a cursor and what the log can still give are missing: read everything of interest again, then go on from `to`.
 * OTHER_STREAM and BEYOND_HEAD: the database is another one or was put back to an earlier time.
 */
export interface StreamGap {
  readonly reason: 'OTHER_STREAM' | 'BEYOND_HEAD' | 'EXPIRED';
  /** The cursor that was asked for. */
  readonly from: string;
  readonly to: string;
}

export async function readHead(control: Reader): Promise<EventHead> {
  return control.db.selectFrom('event_head').selectAll().executeTakeFirstOrThrow();
}

/** Where reading after `cursor` begins, and the gap in between if there is one. Throws InvalidInputError for no cursor at all. */
export function locate(
  cursor: string,
  head: EventHead,
): { readonly position: number; readonly gap: StreamGap | undefined } {
  const at = decodeCursor(cursor);
  const gapTo = (reason: StreamGap['reason'], position: number) => ({
    position,
    gap: { reason, from: cursor, to: encodeCursor({ stream: head.stream, position }) },
  });
  if (at.stream !== head.stream) return gapTo('OTHER_STREAM', head.min_position - 1);
  if (at.position > head.position) return gapTo('BEYOND_HEAD', head.position);
  if (at.position < head.min_position - 1) return gapTo('EXPIRED', head.min_position - 1);
  return { position: at.position, gap: undefined };
}

/** One stretch of the log. */
export interface EventStretch {
  readonly events: readonly ControlEvent[];
  /** How far this reading got; the position it began after when there was nothing. */
  readonly position: number;
  /** Whether the limit was reached, so that there may be more at once. */
  readonly full: boolean;
}

/** Events after a position, oldest first, unfiltered; at most `limit`. */
export async function readEvents(control: Reader, after: EventPosition, limit: number): Promise<EventStretch> {
  const rows = await control.db
    .selectFrom('event')
    .selectAll()
    .where('stream', '=', after.stream)
    .where('position', '>', after.position)
    .orderBy('position')
    .limit(limit)
    .execute();
  return { events: toEvents(rows), position: rows.at(-1)?.position ?? after.position, full: rows.length === limit };
}

/** While versions are mixed, a newer process may write types this one does not know: they are passed over. */
export function toEvents(rows: readonly Selectable<EventTable>[]): readonly ControlEvent[] {
  return rows.flatMap((row) => {
    const type = eventTypes.find((known) => known === row.type);
    const subjectType = subjectTypes.find((known) => known === row.subject_type);
    return type === undefined || subjectType === undefined ? [] : [toEvent(row, type, subjectType)];
  });
}

function toEvent(row: Selectable<EventTable>, type: EventType, subjectType: SubjectType): ControlEvent {
  return {
    type,
    resourceGroupId: row.resource_group_id,
    subjectType,
    subjectId: row.subject_id,
    data: row.data,
    stream: row.stream,
    position: row.position,
    cursor: encodeCursor({ stream: row.stream, position: row.position }),
    occurredAt: row.occurred_at,
  };
}
