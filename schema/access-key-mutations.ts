import { createAccessKey } from '../control/access-keys/create-access-key.ts';
import { revokeAccessKey } from '../control/access-keys/revoke-access-key.ts';
import { rotateAccessKey } from '../control/access-keys/rotate-access-key.ts';
import { updateAccessKey } from '../control/access-keys/update-access-key.ts';
import { VersionConflictError } from '../control/errors.ts';
import { AccessKey } from './access-key.ts';
import { builder } from './builder.ts';
import { commonErrors, creationErrors } from './errors.ts';
import { decodeId, decodeIds } from './global-id.ts';
import { expectedVersionField, idempotencyKeyField, optionalVersionField } from './inputs.ts';
import { ScopeEnum } from './scope.ts';

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
    expectedVersion: optionalVersionField(t),
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

const UpdateAccessKeyInput = builder.inputType('UpdateAccessKeyInput', {
  description:
    'What `updateAccessKey` takes. What is left out stays as it is. Nothing can be added that your own access key does not have.',
  fields: (t) => ({
    accessKeyId: t.id({ required: true, description: 'The access key to change (its `id`, not its `keyId`).' }),
    name: t.string({ description: 'What it is for, 1 to 64 characters.' }),
    scopes: t.field({ type: [ScopeEnum], description: 'All it may do from now on: at least one scope.' }),
    resourceGroupIds: t.idList({ description: 'All the resource groups it sees from now on.' }),
    allResourceGroups: t.boolean({
      description: 'True: it sees all resource groups from now on, also those created later. False changes nothing.',
    }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it stops working. Null: it does not expire.' }),
    expectedVersion: expectedVersionField(t),
  }),
});

const UpdateAccessKeyPayload = builder
  .objectRef<Awaited<ReturnType<typeof updateAccessKey>>>('UpdateAccessKeyPayload')
  .implement({
    description: 'What `updateAccessKey` did.',
    fields: (t) => ({
      accessKey: t.field({
        type: AccessKey,
        grantScopes: ['made'],
        description: 'The access key as it is now.',
        resolve: ({ accessKey }) => accessKey,
      }),
    }),
  });

builder.mutationField('updateAccessKey', (t) =>
  t.field({
    type: UpdateAccessKeyPayload,
    nullable: true,
    authScopes: { scope: 'accessKey:write' },
    errors: {
      types: [...commonErrors, VersionConflictError],
      union: { name: 'UpdateAccessKeyResult', description: 'The access key, or an error.' },
    },
    description:
      'Changes an access key’s name, scopes, resource groups or expiry. What is open by it, subscriptions included, sees the change with its next event. Scope: `accessKey:write`.',
    args: { input: t.arg({ type: UpdateAccessKeyInput, required: true, description: 'What to change.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      updateAccessKey(control, viewer, {
        ...input,
        allResourceGroups: input.allResourceGroups || null,
        accessKeyId: decodeId(input.accessKeyId, 'AccessKey', ['accessKeyId']),
        resourceGroupIds: decodeIds(input.resourceGroupIds, 'ResourceGroup', ['resourceGroupIds']),
      }),
  }),
);

const RotateAccessKeyInput = builder.inputType('RotateAccessKeyInput', {
  description: 'What `rotateAccessKey` takes.',
  fields: (t) => ({
    accessKeyId: t.id({ required: true, description: 'The access key to rotate (its `id`, not its `keyId`).' }),
    graceSeconds: t.int({
      description:
        'How long the old secret stays good beside the new one, in seconds: 0 to 604800 (seven days). Left out: it ends at once.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'A new expiry. Left out: it stays as it is. Null: the access key does not expire.',
    }),
    expectedVersion: optionalVersionField(t),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const RotateAccessKeyPayload = builder
  .objectRef<Awaited<ReturnType<typeof rotateAccessKey>>>('RotateAccessKeyPayload')
  .implement({
    description: 'What `rotateAccessKey` did.',
    fields: (t) => ({
      accessKey: t.field({
        type: AccessKey,
        grantScopes: ['made'],
        description: 'The access key: the same one, with the same `keyId`.',
        resolve: ({ accessKey }) => accessKey,
      }),
      secret: t.exposeString('secret', {
        nullable: true,
        description:
          'The whole new bearer token `<keyId>.<secret>`, shown this once. Null when an idempotency key repeated an earlier request.',
      }),
    }),
  });

builder.mutationField('rotateAccessKey', (t) =>
  t.field({
    type: RotateAccessKeyPayload,
    nullable: true,
    errors: {
      types: [...creationErrors, VersionConflictError],
      union: { name: 'RotateAccessKeyResult', description: 'The new secret, or an error.' },
    },
    description:
      'Gives an access key a new secret. Its `keyId`, rights and history stay, and gateways that work with it go on once they have the new secret. The old one ends at once or after `graceSeconds`, and with it what is open by it; so rotate the access key you are using with some grace, and not over a WebSocket that would end before it answers. Needs no scope for your own access key, but its present secret: one in its grace gives `SECRET_REPLACED`; for another one `accessKey:write` and everything that one may do.',
    args: { input: t.arg({ type: RotateAccessKeyInput, required: true, description: 'Which access key, and how.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      rotateAccessKey(control, viewer, {
        ...input,
        accessKeyId: decodeId(input.accessKeyId, 'AccessKey', ['accessKeyId']),
      }),
  }),
);
