import type { ResourceGroupRow } from '../control/rows.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection.ts';

export const ResourceGroup = builder.objectRef<ResourceGroupRow>('ResourceGroup');

builder.node(ResourceGroup, {
  id: { resolve: (group) => group.id },
  loadOne: (id, { loaders }) => loaders.resourceGroups.load(id),
  authScopes: { $any: { scope: 'resourceGroup:read', $granted: 'made' } },
  description:
    'Keeps vaults, gateways, vCenters and their jobs apart: an access key sees only the groups it was given.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in this installation.' }),
    createdAt: t.expose('created_at', { type: 'DateTime', description: 'When it was created.' }),
    version: t.exposeInt('version', { description: 'Grows with every change.' }),
  }),
});

export const ResourceGroupConnection = connectionType('ResourceGroup', ResourceGroup);
