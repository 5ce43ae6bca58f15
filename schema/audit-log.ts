import type { AuditEntryRow } from '../control/audit/list-audit-log.ts';
import type { AuditInputValue, AuditSubject } from '../control/database/audit-tables.ts';
import { AccessKey } from './access-key.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection.ts';
import { encodeId } from './global-id.ts';

export const AuditEntry = builder.objectRef<AuditEntryRow>('AuditEntry');

export const AuditActorKind = builder.enumType('AuditActorKind', {
  description: 'What kind of somebody asked.',
  values: {
    ACCESS_KEY: { description: 'A caller of this API.' },
    GATEWAY: { description: 'Somebody at a gateway’s own page or command line.' },
    OPERATOR: { description: 'Somebody at the control plane’s own command line.' },
  } as const,
});

export const AuditOutcome = builder.enumType('AuditOutcome', {
  description: 'How an action ended.',
  values: {
    SUCCEEDED: { description: 'It was done.' },
    FAILED: { description: 'It was refused or failed; `errorCode` says why.' },
    UNFINISHED: {
      description: 'It runs at this moment, or nobody knows: the control plane stopped in the middle of it.',
    },
  } as const,
});

const AuditInputValueType = builder.objectRef<AuditInputValue>('AuditInputValue').implement({
  description: 'One value of what was asked for.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'Which field of the input: names and list indexes, joined by dots.' }),
    value: t.exposeString('value', { description: 'Its value as text, cut after 256 characters.' }),
  }),
});

const AuditSubjectType = builder.objectRef<AuditSubject>('AuditSubject').implement({
  description: 'An object an action is about. It may be gone by now.',
  fields: (t) => ({
    type: t.exposeString('type', { description: 'Name of its type: `Vault`, `BackupJob`, …' }),
    id: t.id({
      description: 'Its id; `node` reads it while it exists and your access key may see it.',
      resolve: ({ type, id }) => encodeId(type, id),
    }),
  }),
});

builder.node(AuditEntry, {
  id: { resolve: (entry) => entry.id },
  loadOne: (id, { loaders }) => loaders.auditEntries.load(id),
  authScopes: { scope: 'audit:read' },
  description:
    'Something somebody asked to change, and how it ended. Entries are never changed or removed, and never hold a secret.',
  fields: (t) => ({
    action: t.exposeString('action', {
      description:
        'The mutation’s name; `gateway.activate`, `admin.createKey` and the like for what is done elsewhere.',
    }),
    actorKind: t.expose('actor_kind', { type: AuditActorKind, description: 'What kind of somebody asked.' }),
    actorName: t.exposeString('actor_name', {
      description: 'The name of the access key, gateway or operator at that time.',
    }),
    keyId: t.exposeString('key_id', {
      nullable: true,
      description: 'The public half of the access key; null where none was used.',
    }),
    accessKey: t.field({
      type: AccessKey,
      nullable: true,
      description: 'The access key as it is now. Scope: `accessKey:read`.',
      resolve: (entry, _args, { loaders }) =>
        entry.access_key_id === null ? null : loaders.accessKeys.load(entry.access_key_id),
    }),
    input: t.field({
      type: [AuditInputValueType],
      complexity: { field: 1, multiplier: 4 },
      description: 'What was asked for, without anything that may be secret.',
      resolve: ({ input }) => [...input],
    }),
    withheld: t.stringList({
      description: 'Paths of the values that were given but are not told: passwords, secrets and other free text.',
      resolve: ({ withheld }) => [...withheld],
    }),
    subjects: t.field({
      type: [AuditSubjectType],
      complexity: { field: 1, multiplier: 4 },
      description: 'The objects it is about: those the input names, and those that were made or changed.',
      resolve: ({ subjects, outcome_subjects }) => [
        ...new Map([...subjects, ...(outcome_subjects ?? [])].map((subject) => [subject.id, subject])).values(),
      ],
    }),
    outcome: t.field({
      type: AuditOutcome,
      description: 'How it ended.',
      resolve: ({ finished_at, error_code }) =>
        finished_at === null ? 'UNFINISHED' : error_code === null ? 'SUCCEEDED' : 'FAILED',
    }),
    errorCode: t.exposeString('error_code', {
      nullable: true,
      description: 'The code of the error it ended with: `FORBIDDEN`, `INVALID_INPUT`, …; null when there was none.',
    }),
    requestId: t.exposeString('request_id', {
      description: 'The id of the request, as its answer told in `x-request-id` and with every error.',
    }),
    address: t.exposeString('address', {
      nullable: true,
      description:
        'The network address the request came from; null where it came from the control plane’s own machine.',
    }),
    userAgent: t.exposeString('user_agent', {
      nullable: true,
      description: 'How the program that sent it calls itself.',
    }),
    startedAt: t.expose('started_at', { type: 'DateTime', description: 'When it was asked for.' }),
    durationMs: t.exposeInt('duration_ms', {
      nullable: true,
      description: 'How long it took, in milliseconds; null while it is unfinished.',
    }),
  }),
});

export const AuditEntryConnection = connectionType('AuditEntry', AuditEntry);
