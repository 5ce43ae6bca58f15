import { errorTypeMap } from '@pothos/plugin-errors';
import { type GraphQLOutputType, getNamedType, isInterfaceType, isObjectType, isUnionType } from 'graphql';
import type { AuditEnd } from '../../control/audit/record.ts';
import { unexpectedError } from '../../control/audit/record.ts';
import type { AuditSubject } from '../../control/database/audit-tables.ts';
import type { JobKind } from '../../control/database/tables.ts';
import { isUuid } from '../../control/input.ts';

const jobTypeNames: Readonly<Record<JobKind, string>> = {
  BACKUP: 'BackupJob',
  RESTORE: 'RestoreJob',
  CLEANUP: 'CleanupJob',
};
/** A payload, its lists and their entries: deeper lies what objects refer to, which nobody changed. */
const deepest = 3;
const mostSubjects = 200;

/** What a mutation's resolver gave: an error of its result union, or a payload whose objects are what was made or changed. */
export function describeResult(type: GraphQLOutputType, result: unknown): AuditEnd {
  if (typeof result === 'object' && result !== null && errorTypeMap.has(result)) {
    const errorCode = 'code' in result && typeof result.code === 'string' ? result.code : unexpectedError;
    return { errorCode, subjects: [], resourceGroupIds: [] };
  }
  const subjects = new Map<string, AuditSubject>();
  const resourceGroupIds = new Set<string>();
  collect(type, result, deepest);
  return { errorCode: null, subjects: [...subjects.values()], resourceGroupIds: [...resourceGroupIds] };

  function collect(declared: GraphQLOutputType, value: unknown, depth: number): void {
    if (depth < 0 || subjects.size >= mostSubjects || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) collect(declared, item, depth);
      return;
    }
    const named = getNamedType(declared);
    const types = isUnionType(named) ? named.getTypes() : isObjectType(named) || isInterfaceType(named) ? [named] : [];
    const entries = new Map<string, unknown>(Object.entries(value));
    for (const member of types) {
      if (member.name === 'Node' || member.getInterfaces().some(({ name }) => name === 'Node')) {
        addSubject(member.name, entries);
        continue;
      }
      for (const field of Object.values(member.getFields())) collect(field.type, entries.get(field.name), depth - 1);
    }
  }

  function addSubject(typeName: string, row: ReadonlyMap<string, unknown>): void {
    const id = row.get('id');
    if (typeof id !== 'string' || !isUuid(id)) return;
    const kind = row.get('kind');
    const type = typeName === 'Job' && isJobKind(kind) ? jobTypeNames[kind] : typeName;
    subjects.set(id, { type, id });
    const group = row.get('resource_group_id');
    if (typeof group === 'string') resourceGroupIds.add(group);
  }
}

function isJobKind(kind: unknown): kind is JobKind {
  return typeof kind === 'string' && kind in jobTypeNames;
}
