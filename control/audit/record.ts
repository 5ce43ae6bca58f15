import { type RawBuilder, sql } from 'kysely';
import { HoldfastError } from '../../base/errors.ts';
import type { ControlContext } from '../context.ts';
import type { AuditActorKind, AuditInputValue, AuditSubject } from '../database/audit-tables.ts';
import { DatabaseUnavailableError } from '../database/unavailable.ts';

type Recorder = Pick<ControlContext, 'db' | 'clock' | 'ids' | 'logger'>;

/** Where a request came from, as far as the sockets know. */
export interface RequestOrigin {
  readonly requestId: string;
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** Something somebody asks for that is to be accounted for. */
export interface AuditRequest {
  readonly actor: {
    readonly kind: AuditActorKind;
    /** The access key's row id and public half; null where there is none. */
    readonly accessKeyId: string | null;
    readonly keyId: string | null;
    readonly name: string;
  };
  /** The mutation's name, or `gateway.activate` and the like for what is asked for elsewhere. */
  readonly action: string;
  /** Free of secrets. */
  readonly input: readonly AuditInputValue[];
  /** Paths of the input that were given and are not told. */
  readonly withheld: readonly string[];
  readonly subjects: readonly AuditSubject[];
  readonly origin: RequestOrigin;
}

/** How it ended. */
export interface AuditEnd {
  /** Null: it was done. */
  readonly errorCode: string | null;
  /** What it made or changed. */
  readonly subjects: readonly AuditSubject[];
  readonly resourceGroupIds: readonly string[];
}

export const unexpectedError = 'INTERNAL_SERVER_ERROR';

/**
 * Does `work` with an entry in the audit log. What is asked for is written, and committed, before anything is done: when that fails nothing is done,
 * because a change nobody can account for is worse than a refused one. How it ended is written afterwards; an entry without an
 * end is one whose process or database died in the middle, and reads UNFINISHED.
 */
export async function audited<Result>(
  control: Recorder,
  request: AuditRequest,
  work: () => Promise<Result>,
  judge: (result: Result) => AuditEnd,
): Promise<Result> {
  const id = control.ids.uuid();
  const began = control.clock.monotonic();
  await start(control, id, request);
  const finish = (end: AuditEnd) =>
    finishEntry(control, id, request, Math.round(control.clock.monotonic() - began), end);
  try {
    const result = await work();
    await finish(judge(result));
    return result;
  } catch (error) {
    const errorCode = error instanceof HoldfastError ? error.code : unexpectedError;
    await finish({ errorCode, subjects: [], resourceGroupIds: [] });
    throw error;
  }
}

async function start(control: Recorder, id: string, request: AuditRequest): Promise<void> {
  const { actor, origin } = request;
  const subjectIds = request.subjects.map((subject) => subject.id);
  try {
    await control.db
      .insertInto('audit_entry')
      .values({
        id,
        started_at: new Date(control.clock.now()),
        actor_kind: actor.kind,
        access_key_id: actor.accessKeyId,
        key_id: actor.keyId,
        actor_name: storable(actor.name),
        action: request.action,
        input: JSON.stringify(
          request.input.map(({ path, value }) => ({ path: storable(path), value: storable(value) })),
        ),
        withheld: request.withheld.map(storable),
        subjects: JSON.stringify(request.subjects),
        subject_ids: subjectIds,
        resource_group_ids: groupsOf(subjectIds, []),
        request_id: storable(origin.requestId),
        address: origin.address,
        user_agent: origin.userAgent === null ? null : storable(origin.userAgent.slice(0, longestUserAgent)),
      })
      .execute();
  } catch (error) {
    if (error instanceof DatabaseUnavailableError) throw error;
    control.logger.error({ err: error, action: request.action }, 'refused: the audit log could not be written');
    throw new HoldfastError(
      {
        code: 'AUDIT_LOG_UNAVAILABLE',
        message: 'This could not be written to the audit log, so nothing was done.',
        remedy: 'Try again; if it stays, the operator has to look at the database.',
        retryable: true,
      },
      { cause: error },
    );
  }
}

/** It was done or refused already, so the answer stands also when this cannot be written: then the log file has it. */
async function finishEntry(
  control: Recorder,
  id: string,
  request: AuditRequest,
  durationMs: number,
  end: AuditEnd,
): Promise<void> {
  const subjectIds = end.subjects.map((subject) => subject.id);
  try {
    await control.db
      .insertInto('audit_outcome')
      .values({
        entry_id: id,
        finished_at: new Date(control.clock.now()),
        duration_ms: durationMs,
        error_code: end.errorCode,
        subjects: JSON.stringify(end.subjects),
        subject_ids: subjectIds,
        resource_group_ids: groupsOf(subjectIds, end.resourceGroupIds),
      })
      .execute();
  } catch (error) {
    const { origin, actor, action } = request;
    const told = { auditEntryId: id, requestId: origin.requestId, keyId: actor.keyId, action, ...end };
    control.logger.error({ err: error, ...told }, 'the end of an action could not be written to the audit log');
  }
}

const longestUserAgent = 256;

/** PostgreSQL's texts and documents hold neither a zero character nor half a surrogate pair. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** Whose rows belong to one resource group each. */
export const tablesOfGroups = ['vault', 'gateway', 'vcenter', 'virtual_machine', 'job', 'recovery_point'] as const;

/** The resource groups the subjects belong to now: kept with the entry, because subjects may be deleted and entries may not. */
function groupsOf(subjectIds: readonly string[], known: readonly string[]): RawBuilder<string[]> {
  const ids = sql`any(${[...subjectIds]}::uuid[])`;
  const own = tablesOfGroups.map((table) => sql`select resource_group_id from ${sql.table(table)} where id = ${ids}`);
  const parts = [
    ...own,
    sql`select id from resource_group where id = ${ids}`,
    sql`select gateway.resource_group_id from gateway_certificate certificate
      join gateway on gateway.id = certificate.gateway_id where certificate.id = ${ids}`,
    sql`select unnest(resource_group_ids) from access_key where id = ${ids} and not all_resource_groups`,
    sql`select unnest(resource_group_ids) from webhook where id = ${ids} and not all_resource_groups`,
    sql`select unnest(webhook.resource_group_ids) from webhook_delivery delivery
      join webhook on webhook.id = delivery.webhook_id where delivery.id = ${ids} and not webhook.all_resource_groups`,
    sql`select unnest(${[...known]}::uuid[])`,
  ];
  return sql<string[]>`array(${sql.join(parts, sql` union `)})`;
}
