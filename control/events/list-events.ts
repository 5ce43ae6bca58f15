import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { equalsAny, isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { checkFirst, type Page } from '../paging.ts';
import { requireScope, seesGroup, type Viewer, visible } from '../viewer.ts';
import { encodeCursor } from './cursor.ts';
import type { ControlEvent, EventType, SubjectType } from './event.ts';
import { locate, readHead, type StreamGap, toEvents } from './read-events.ts';

export interface EventFilter {
  readonly types?: readonly EventType[] | null;
  readonly subjectTypes?: readonly SubjectType[] | null;
  readonly subjectId?: string | null;
  readonly resourceGroupId?: string | null;
  /** About this gateway, or a job or recovery point of it. */
  readonly gatewayId?: string | null;
  /** About this virtual machine's jobs and recovery points. */
  readonly virtualMachineId?: string | null;
  /** From this time on. */
  readonly occurredAfter?: Date | null;
  /** Before this time. */
  readonly occurredBefore?: Date | null;
}

/** The oldest first is the order to follow the log in; the newest first is for people who look at it. */
export type EventOrder = 'POSITION_ASC' | 'POSITION_DESC';

export interface EventPage extends Page<ControlEvent> {
  /** Set when the cursor asked for is no longer in the log: the page begins after the gap. */
  readonly gap: StreamGap | undefined;
  /** The end of the log when this page was read: to follow after, once everything else has been read. */
  readonly headCursor: string;
}

const maxCounted = 10_000;

/**
 * The log in three statements, the oldest first unless `orderBy` says otherwise. A cursor of this list is also one to subscribe after, and the
 * other way round.
 */
export async function listEvents(
  control: Pick<ControlContext, 'db'>,
  viewer: Viewer,
  page: {
    readonly first?: number | null;
    readonly after?: string | null;
    readonly filter?: EventFilter | null;
    readonly orderBy?: EventOrder | null;
  },
): Promise<EventPage> {
  requireScope(viewer, 'event:read');
  const first = checkFirst(page.first);
  const head = await readHead(control);
  const newestFirst = page.orderBy === 'POSITION_DESC';
  const start = { position: newestFirst ? head.position + 1 : head.min_position - 1, gap: undefined };
  const asked = page.after ? locate(page.after, head) : start;
  const { gap } = asked;
  // What lies before a gap cannot be told, so a list of the newest first begins anew.
  const { position } = newestFirst && gap ? start : asked;
  const { types, subjectTypes, subjectId, resourceGroupId } = page.filter ?? {};
  const { gatewayId, virtualMachineId, occurredAfter, occurredBefore } = page.filter ?? {};
  let query = control.db
    .selectFrom('event')
    .where('event.stream', '=', head.stream)
    .where(visible(viewer, 'event.resource_group_id'));
  if (types) query = query.where(equalsAny('event.type', types));
  if (subjectTypes) query = query.where(equalsAny('event.subject_type', subjectTypes));
  if (subjectId) query = query.where(isOneOf('event.subject_id', [subjectId]));
  if (resourceGroupId) query = query.where(isOneOf('event.resource_group_id', [resourceGroupId]));
  if (gatewayId) query = query.where(concerns('gatewayId', gatewayId));
  if (virtualMachineId) query = query.where(concerns('virtualMachineId', virtualMachineId));
  if (occurredAfter) query = query.where('event.occurred_at', '>=', occurredAfter);
  if (occurredBefore) query = query.where('event.occurred_at', '<', occurredBefore);
  const found = await query
    .selectAll()
    .where('event.position', newestFirst ? '<' : '>', position)
    .orderBy('event.position', newestFirst ? 'desc' : 'asc')
    .limit(first + 1)
    .execute();
  const countable = query.select(sql<number>`1`.as('one')).limit(maxCounted + 1);
  const counted = await sql<{
    count: number;
  }>`select count(*)::integer as count from (${countable}) as counted`.execute(control.db);
  const count = counted.rows[0]?.count ?? 0;
  const rows = toEvents(found.slice(0, first));
  return {
    rows,
    cursors: rows.map((event) => event.cursor),
    hasNextPage: found.length > first,
    hasPreviousPage: newestFirst ? position <= head.position : position >= head.min_position,
    totalCount: count > maxCounted ? null : count,
    gap,
    headCursor: encodeCursor(head),
  };
}

/** The names stand in the statement itself: the indexes are on just these expressions. */
function concerns(name: 'gatewayId' | 'virtualMachineId', id: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${isOneOf('event.subject_id', [id])} or event.data ->> ${sql.lit(name)} = ${id})`;
}

/** Whether this viewer may be told of this event, and the filter asks for it. The same rule as {@link listEvents}'s SQL. */
export function wantsEvent(viewer: Viewer, filter: EventFilter | null | undefined, event: ControlEvent): boolean {
  if (!seesGroup(viewer, event.resourceGroupId) || !viewer.scopes.has('event:read')) return false;
  const { types, subjectTypes, subjectId, resourceGroupId } = filter ?? {};
  if (types && !types.includes(event.type)) return false;
  if (subjectTypes && !subjectTypes.includes(event.subjectType)) return false;
  if (subjectId && subjectId !== event.subjectId) return false;
  if (resourceGroupId && resourceGroupId !== event.resourceGroupId) return false;
  const { gatewayId, virtualMachineId, occurredAfter, occurredBefore } = filter ?? {};
  if (gatewayId && gatewayId !== event.subjectId && gatewayId !== event.data.gatewayId) return false;
  if (virtualMachineId && virtualMachineId !== event.subjectId && virtualMachineId !== event.data.virtualMachineId)
    return false;
  if (occurredAfter && event.occurredAt < occurredAfter) return false;
  return !occurredBefore || event.occurredAt < occurredBefore;
}
