import { canRotate } from '../control/access-keys/change-access-key.ts';
import type { AccessKeyRow } from '../control/rows.ts';
import { isScope } from '../control/scopes.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection.ts';
import { present } from './loaders.ts';
import { ResourceGroup } from './resource-group.ts';
import { ScopeEnum } from './scope.ts';

export const AccessKey = builder.objectRef<AccessKeyRow>('AccessKey');

builder.node(AccessKey, {
  id: { resolve: (key) => key.id },
  loadOne: (id, { loaders }) => loaders.accessKeys.load(id),
  authScopes: { $any: { scope: 'accessKey:read', $granted: 'made' } },
  description: 'Lets a program or a person use this API: `Authorization: Bearer <keyId>.<secret>`.',
  fields: (t) => ({
    keyId: t.exposeString('key_id', {
      description: 'The public half: what stands before the dot of the bearer token.',
    }),
    name: t.exposeString('name', { description: 'What it is for, in its creator’s words.' }),
    scopes: t.field({
      type: [ScopeEnum],
      description: 'What it may do.',
      resolve: (key) => key.scopes.filter(isScope),
    }),
    allResourceGroups: t.exposeBoolean('all_resource_groups', {
      description: 'Whether it sees every resource group, also those created later.',
    }),
    resourceGroups: t.field({
      type: [ResourceGroup],
      nullable: true,
      description: 'The resource groups it sees; empty when it sees all of them.',
      resolve: async (key, _args, { loaders }) =>
        present(await loaders.resourceGroups.loadMany(key.resource_group_ids)),
    }),
    createdAt: t.expose('created_at', { type: 'DateTime', description: 'When it was created.' }),
    expiresAt: t.expose('expires_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it stops working; null when it does not expire.',
    }),
    revokedAt: t.expose('revoked_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null while it was not.',
    }),
    lastUsedAt: t.expose('last_used_at', {
      type: 'DateTime',
      nullable: true,
      description:
        'When it was last used, to within a minute; null when never. What stays open counts with each of its events.',
    }),
    secretChangedAt: t.expose('secret_changed_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last rotated; null when it has its first secret.',
    }),
    previousSecretUntil: t.expose('previous_secret_until', {
      type: 'DateTime',
      nullable: true,
      description:
        'Until when the secret before the last rotation is, or was, good as well; null when it ended at once.',
    }),
    viewerCanUpdate: t.boolean({
      description: 'Whether your access key may change it: it was not revoked, and you have the scope.',
      resolve: (key, _args, { viewer }) => viewer.scopes.has('accessKey:write') && key.revoked_at === null,
    }),
    viewerCanRotate: t.boolean({
      description:
        'Whether your access key may give it a new secret: it is your own, or can do no more than yours, and works.',
      resolve: (key, _args, { viewer, control }) => canRotate(viewer, key, control.clock.now()),
    }),
    viewerCanRevoke: t.boolean({
      description: 'Whether your access key may revoke it, and nobody has yet.',
      resolve: (key, _args, { viewer }) => viewer.scopes.has('accessKey:write') && key.revoked_at === null,
    }),
    version: t.exposeInt('version', { description: 'Grows with every change.' }),
  }),
});

export const AccessKeyConnection = connectionType('AccessKey', AccessKey);
