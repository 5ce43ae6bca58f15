import { listAccessKeys } from '../control/access-keys/access-keys.ts';
import { createAccessKey } from '../control/access-keys/create-access-key.ts';
import { revokeAccessKey } from '../control/access-keys/revoke-access-key.ts';
import { VersionConflictError } from '../control/errors.ts';
import { AccessKey, AccessKeyConnection } from './access-key.ts';
import { builder } from './builder.ts';
import { connectionComplexity, pageArgs } from './connection.ts';
import { commonErrors, creationErrors } from './errors.ts';
import { decodeId, decodeIds } from './global-id.ts';
import { idempotencyKeyField } from './inputs.ts';
import { ScopeEnum } from './scope.ts';

const AccessKeyFilter = builder.inputType('AccessKeyFilter', {
  description: 'Which access keys to list.',
  fields: (t) => ({
    usable: t.boolean({ description: 'True: only those neither revoked nor expired. False: only the others.' }),
  }),
});

const AccessKeyOrder = builder.enumType('AccessKeyOrder', {
  description: 'In which order access keys are listed.',
  values: {
    CREATED_AT_DESC: { description: 'The newest first.' },
    CREATED_AT_ASC: { description: 'The oldest first.' },
    NAME_ASC: { description: 'By name.' },
  } as const,
});

builder.queryField('accessKeys', (t) =>
  t.field({
    type: AccessKeyConnection,
    nullable: true,
    authScopes: { scope: 'accessKey:read' },
    complexity: connectionComplexity,
    description: 'The access keys that reach no further than yours. Scope: `accessKey:read`.',
    args: {
      ...pageArgs(t),
      filter: t.arg({ type: AccessKeyFilter, description: 'Which ones; all of them when left out.' }),
      orderBy: t.arg({ type: AccessKeyOrder, defaultValue: 'CREATED_AT_DESC', description: 'In which order.' }),
    },
    resolve: (_root, args, { control, viewer }) => listAccessKeys(control, viewer, args),
  }),
);

const CreateAccessKeyInput = builder.inputType('CreateAccessKeyInput', {
  description: 'What `createAccessKey` takes. A key never gets more than the key that creates it has.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is for, 1 to 64 characters.' }),
    scopes: t.field({ type: [ScopeEnum], required: true, description: 'What it may do: at least one scope.' }),
    resourceGroupIds: t.idList({
      description: 'The resource groups it sees. Left out: all of them, also those created later.',
    }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it stops working. Left out: it does not expire.' }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const CreateAccessKeyPayload = builder
  .objectRef<Awaited<ReturnType<typeof createAccessKey>>>('CreateAccessKeyPayload')
  .implement({
    description: 'What `createAccessKey` made.',
    fields: (t) => ({
      accessKey: t.field({
        type: AccessKey,
        grantScopes: ['made'],
        description: 'The new access key.',
        resolve: ({ accessKey }) => accessKey,
      }),
      secret: t.exposeString('secret', {
        nullable: true,
        description:
          'The whole bearer token `<keyId>.<secret>`, shown this once. Null when an idempotency key repeated an earlier request.',
      }),
    }),
  });

builder.mutationField('createAccessKey', (t) =>
  t.field({
    type: CreateAccessKeyPayload,
    nullable: true,
    authScopes: { scope: 'accessKey:write' },
    errors: {
      types: creationErrors,
      union: { name: 'CreateAccessKeyResult', description: 'The new access key, or an error.' },
    },
    description: 'Creates an access key. Scope: `accessKey:write`.',
    args: { input: t.arg({ type: CreateAccessKeyInput, required: true, description: 'What to create.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      createAccessKey(control, viewer, {
        ...input,
        resourceGroupIds: decodeIds(input.resourceGroupIds, 'ResourceGroup', ['resourceGroupIds']),
      }),
  }),
);

const RevokeAccessKeyInput = builder.inputType('RevokeAccessKeyInput', {
  description: 'What `revokeAccessKey` takes.',
  fields: (t) => ({
    accessKeyId: t.id({ required: true, description: 'The access key to revoke (its `id`, not its `keyId`).' }),
    expectedVersion: t.int({ description: 'The version you have seen; another one now is a VersionConflictError.' }),
  }),
});

const RevokeAccessKeyPayload = builder
  .objectRef<Awaited<ReturnType<typeof revokeAccessKey>>>('RevokeAccessKeyPayload')
  .implement({
    description: 'What `revokeAccessKey` did.',
    fields: (t) => ({
      accessKey: t.field({
        type: AccessKey,
        grantScopes: ['made'],
        description: 'The access key, revoked.',
        resolve: ({ accessKey }) => accessKey,
      }),
    }),
  });

builder.mutationField('revokeAccessKey', (t) =>
  t.field({
    type: RevokeAccessKeyPayload,
    nullable: true,
    authScopes: { scope: 'accessKey:write' },
    errors: {
      types: [...commonErrors, VersionConflictError],
      union: { name: 'RevokeAccessKeyResult', description: 'The access key, or an error.' },
    },
    description:
      'Ends an access key at once: its requests are refused and its open subscriptions end. Revoking it again changes nothing. Scope: `accessKey:write`.',
    args: { input: t.arg({ type: RevokeAccessKeyInput, required: true, description: 'Which access key.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      revokeAccessKey(control, viewer, {
        ...input,
        accessKeyId: decodeId(input.accessKeyId, 'AccessKey', ['accessKeyId']),
      }),
  }),
);
