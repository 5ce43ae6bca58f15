import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { equalsAny, inOrder, isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import type { AuditActorKind, AuditInputValue, AuditSubject } from '../database/audit-tables.ts';
import { isUuid } from '../input.ts';
import { type Page, type PageInput, paginate } from '../paging.ts';
import { requireScope, type Viewer } from '../viewer.ts';

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
      'audit_entry.input',
      'audit_entry.withheld',
      'audit_entry.subjects',
      'audit_entry.request_id',
      'audit_entry.address',
      'audit_entry.user_agent',
      'audit_outcome.finished_at',
      'audit_outcome.duration_ms',
      'audit_outcome.error_code',
      'audit_outcome.subjects as outcome_subjects',
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

const outcomeOf = sql<AuditOutcome>`case when audit_outcome.entry_id is null then 'UNFINISHED'
  when audit_outcome.error_code is null then 'SUCCEEDED' else 'FAILED' end`;

/** Two index scans, and one by the ids they found, instead of one over the whole join. */
function isAbout(subjectId: string): RawBuilder<SqlBool> {
  const subjects = sql`${isUuid(subjectId) ? [subjectId] : []}::uuid[]`;
  return sql<SqlBool>`audit_entry.id = any(array(select id from audit_entry where subject_ids && ${subjects}
    union all select entry_id from audit_outcome where subject_ids && ${subjects}))`;
}
