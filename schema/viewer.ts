import type { Viewer } from '../control/viewer.ts';
import { AccessKey } from './access-key.ts';
import { builder } from './builder.ts';
import { present } from './loaders.ts';
import { ResourceGroup } from './resource-group.ts';
import { ScopeEnum } from './scope.ts';

const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description: 'Who asks: the access key of this request. Needs no scope.',
  fields: (t) => ({
    keyId: t.exposeString('keyId', { description: 'The public half of the access key.' }),
    name: t.exposeString('name', { description: 'What the access key is for, in its creator’s words.' }),
    scopes: t.field({
      type: [ScopeEnum],
      description: 'What it may do.',
      resolve: (viewer) => [...viewer.scopes],
    }),
    allResourceGroups: t.boolean({
      description: 'Whether it sees every resource group, also those created later.',
      resolve: (viewer) => viewer.resourceGroups === 'ALL',
    }),
    resourceGroups: t.field({
      type: [ResourceGroup],
      nullable: true,
      description: 'The resource groups it sees; empty when it sees all of them.',
      resolve: async (viewer, _args, { loaders }) =>
        viewer.resourceGroups === 'ALL' ? [] : present(await loaders.resourceGroups.loadMany(viewer.resourceGroups)),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the access key stops working; null when it does not expire.',
      resolve: (viewer) => (viewer.expiresAt === null ? null : new Date(viewer.expiresAt)),
    }),
    accessKey: t.field({
      type: AccessKey,
      nullable: true,
      grantScopes: ['made'],
      description: 'The access key itself; needs no scope.',
      resolve: (viewer, _args, { loaders }) => loaders.accessKeys.load(viewer.accessKeyId),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    description: 'Who asks: the access key of this request.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
);
