import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { equalsAny, inOrder, isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import type { AuditActorKind, AuditInputValue, AuditSubject } from '../database/audit-tables.ts';
import { isUuid } from '../input.ts';
import { type Page, type PageInput, paginate } from '../paging.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import { tablesOfGroups } from './record.ts';

type Reader = Pick<ControlContext, 'db'>;

/** An action somebody asked for, and how it ended; `finished_at` is null while nobody knows. */
export interface AuditEntryRow {
  readonly id: string;
  readonly started_at: Date;
  readonly actor_kind: AuditActorKind;
  readonly access_key_id: string | null;
  readonly key_id: string | null;
  readonly actor_name: string;
  readonly action: string;
  readonly input: readonly AuditInputValue[];
  readonly withheld: readonly string[];
  readonly subjects: readonly AuditSubject[];
  readonly request_id: string;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly finished_at: Date | null;
  readonly duration_ms: number | null;
  readonly error_code: string | null;
  /** What it made or changed; null while nobody knows. */
  readonly outcome_subjects: readonly AuditSubject[] | null;
}

export type AuditOutcome = 'SUCCEEDED' | 'FAILED' | 'UNFINISHED';

export interface AuditFilter {
  /** Started at this time or later. */
  readonly startedAfter?: Date | null;
  /** Started before this time. */
  readonly startedBefore?: Date | null;
  readonly accessKeyId?: string | null;
  readonly actions?: readonly string[] | null;
  readonly subjectId?: string | null;
  readonly outcomes?: readonly AuditOutcome[] | null;
  readonly errorCode?: string | null;
  readonly requestId?: string | null;
}
export type AuditOrder = 'STARTED_AT_DESC' | 'STARTED_AT_ASC';

/** The log, the newest first unless `orderBy` says otherwise. */
export async function listAuditLog(
  control: Reader,
  viewer: Viewer,
  page: PageInput<AuditFilter, AuditOrder>,
): Promise<Page<AuditEntryRow>> {
  requireScope(viewer, 'audit:read');
  const { startedAfter, startedBefore, accessKeyId, actions, subjectId, outcomes, errorCode, requestId } =
    page.filter ?? {};
  let query = entries(control, viewer);
  if (startedAfter) query = query.where('audit_entry.started_at', '>=', startedAfter);
  if (startedBefore) query = query.where('audit_entry.started_at', '<', startedBefore);
  if (accessKeyId) query = query.where(isOneOf('audit_entry.access_key_id', [accessKeyId]));
  if (actions) query = query.where(equalsAny('audit_entry.action', actions));
  if (subjectId) query = query.where(isAbout(subjectId));
  if (outcomes) query = query.where(sql<SqlBool>`${outcomeOf} = any(${[...outcomes]})`);
  if (errorCode) query = query.where('audit_outcome.error_code', '=', errorCode);
  if (requestId) query = query.where('audit_entry.request_id', '=', requestId);
  return paginate(control.db, query, {
    page,
    id: 'audit_entry.id',
    defaultOrder: 'STARTED_AT_DESC',
    orderings: {
      STARTED_AT_DESC: { column: 'audit_entry.started_at', type: 'timestamptz', direction: 'desc' },
      STARTED_AT_ASC: { column: 'audit_entry.started_at', type: 'timestamptz', direction: 'asc' },
    },
  });
}

export async function auditEntriesByIds(
  control: Reader,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly (AuditEntryRow | undefined)[]> {
  requireScope(viewer, 'audit:read');
  const rows = await entries(control, viewer).where(isOneOf('audit_entry.id', ids)).execute();
  return inOrder(ids, rows);
}

function entries(control: Reader, viewer: Viewer) {
  const told = toldTo(viewer);
  return control.db
    .selectFrom('audit_entry')
    .leftJoin('audit_outcome', 'audit_outcome.entry_id', 'audit_entry.id')
    .select([
      'audit_entry.id',
      'audit_entry.started_at',
      'audit_entry.actor_kind',
      'audit_entry.access_key_id',
      'audit_entry.key_id',
      'audit_entry.actor_name',
      'audit_entry.action',
      told.input.as('input'),
      told.withheld.as('withheld'),
      told.subjects('audit_entry').as('subjects'),
      'audit_entry.request_id',
      'audit_entry.address',
      'audit_entry.user_agent',
      'audit_outcome.finished_at',
      'audit_outcome.duration_ms',
      'audit_outcome.error_code',
      told.subjects('audit_outcome').as('outcome_subjects'),
    ])
    .where(visibleEntries(viewer));
}

/** Keys of all resource groups see everything; others what they did themselves, and what was done to objects of their groups. */
function visibleEntries(viewer: Viewer): RawBuilder<SqlBool> {
  if (viewer.resourceGroups === 'ALL') return sql<SqlBool>`true`;
  const groups = sql`${viewer.resourceGroups}::uuid[]`;
  return sql<SqlBool>`(audit_entry.access_key_id = ${viewer.accessKeyId}
    or audit_entry.resource_group_ids && ${groups} or audit_outcome.resource_group_ids && ${groups})`;
}

/**
 * One request may be about objects of several groups (`startBackups`, `createAccessKey`, …): who sees only some of these is told of the objects in them, as far as they
 * still exist, and of what was asked for the paths alone.
 */
function toldTo(viewer: Viewer) {
  const { resourceGroups } = viewer;
  if (resourceGroups === 'ALL') {
    return {
      input: sql.ref<readonly AuditInputValue[]>('audit_entry.input'),
      withheld: sql.ref<readonly string[]>('audit_entry.withheld'),
      subjects: (table: string) => sql.ref<readonly AuditSubject[]>(`${table}.subjects`),
    };
  }
  const groups = sql`${resourceGroups}::uuid[]`;
  const isWhole = sql`(audit_entry.access_key_id is not distinct from ${viewer.accessKeyId}
    or audit_entry.resource_group_ids || coalesce(audit_outcome.resource_group_ids, '{}') <@ ${groups})`;
  const seen = (ids: RawBuilder<unknown>) =>
    sql.join(
      [
        ...tablesOfGroups.map(
          (table) =>
            sql`select id from ${sql.table(table)} where id = any(${ids}) and resource_group_id = any(${groups})`,
        ),
        sql`select id from resource_group where id = any(${ids}) and id = any(${groups})`,
      ],
      sql` union all `,
    );
  return {
    input: sql<readonly AuditInputValue[]>`case when ${isWhole} then audit_entry.input else '[]' end`,
    withheld: sql<readonly string[]>`case when ${isWhole} then audit_entry.withheld
      else array(select told ->> 'path' from jsonb_array_elements(audit_entry.input) told) || audit_entry.withheld end`,
    subjects: (table: string) => sql<readonly AuditSubject[]>`case when ${isWhole} then ${sql.ref(`${table}.subjects`)}
      else (select coalesce(jsonb_agg(subject), '[]') from jsonb_array_elements(${sql.ref(`${table}.subjects`)}) subject
        where (subject ->> 'id')::uuid in (${seen(sql.ref(`${table}.subject_ids`))})) end`,
  };
}

const outcomeOf = sql<AuditOutcome>`case when audit_outcome.entry_id is null then 'UNFINISHED'
  when audit_outcome.error_code is null then 'SUCCEEDED' else 'FAILED' end`;

/** Two index scans, and one by the ids they found, instead of one over the whole join. */
function isAbout(subjectId: string): RawBuilder<SqlBool> {
  const subjects = sql`${isUuid(subjectId) ? [subjectId] : []}::uuid[]`;
  return sql<SqlBool>`audit_entry.id = any(array(select id from audit_entry where subject_ids && ${subjects}
    union all select entry_id from audit_outcome where subject_ids && ${subjects}))`;
}
