import { listAuditLog } from '../control/audit/list-audit-log.ts';
import { AuditEntryConnection, AuditOutcome } from './audit-log.ts';
import { builder } from './builder.ts';
import { connectionComplexity, pageArgs } from './connection.ts';
import { decodeOptionalId, nodeTypes } from './global-id.ts';

const AuditLogFilter = builder.inputType('AuditLogFilter', {
  description: 'Which entries. Everything given has to match.',
  fields: (t) => ({
    startedAfter: t.field({ type: 'DateTime', description: 'Asked for at this time or later.' }),
    startedBefore: t.field({ type: 'DateTime', description: 'Asked for before this time.' }),
    accessKeyId: t.id({ description: 'By this access key (its `id`, not its `keyId`).' }),
    actions: t.stringList({ description: 'One of these actions: names of mutations, `gateway.activate`, …' }),
    subjectId: t.id({ description: 'About this object.' }),
    outcomes: t.field({ type: [AuditOutcome], description: 'Ended in one of these ways.' }),
    errorCode: t.string({ description: 'Ended with this error, `FORBIDDEN` for example.' }),
    requestId: t.string({ description: 'Of this request.' }),
  }),
});

const AuditLogOrder = builder.enumType('AuditLogOrder', {
  description: 'In which order the audit log is listed.',
  values: {
    STARTED_AT_DESC: { description: 'The newest first.' },
    STARTED_AT_ASC: { description: 'The oldest first.' },
  } as const,
});

builder.queryField('auditLog', (t) =>
  t.field({
    type: AuditEntryConnection,
    nullable: true,
    authScopes: { scope: 'audit:read' },
    complexity: connectionComplexity,
    description:
      'Who asked to change what, and how it ended, refused requests included. An access key of all resource groups sees everything; others see what was asked about objects of their groups, and what they asked for themselves. Scope: `audit:read`.',
    args: {
      ...pageArgs(t),
      filter: t.arg({ type: AuditLogFilter, description: 'Which ones; all of them when left out.' }),
      orderBy: t.arg({ type: AuditLogOrder, defaultValue: 'STARTED_AT_DESC', description: 'In which order.' }),
    },
    resolve: (_root, { filter, ...page }, { control, viewer }) =>
      listAuditLog(control, viewer, {
        ...page,
        filter: {
          ...filter,
          accessKeyId: decodeOptionalId(filter?.accessKeyId, 'AccessKey', ['filter', 'accessKeyId']),
          subjectId: decodeOptionalId(filter?.subjectId, nodeTypes, ['filter', 'subjectId']),
        },
      }),
  }),
);
