import { createResourceGroup, listResourceGroups } from '../control/resource-groups/resource-groups.ts';
import { builder } from './builder.ts';
import { connectionComplexity, pageArgs } from './connection.ts';
import { creationErrors } from './errors.ts';
import { idempotencyKeyField } from './inputs.ts';
import { ResourceGroup, ResourceGroupConnection } from './resource-group.ts';

const ResourceGroupFilter = builder.inputType('ResourceGroupFilter', {
  description: 'Which resource groups to list. Everything given has to match.',
  fields: (t) => ({
    nameContains: t.string({ description: 'With this text in the name, whatever its case.' }),
    createdAfter: t.field({ type: 'DateTime', description: 'Created at this time or later.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Created before this time.' }),
  }),
});

const ResourceGroupOrder = builder.enumType('ResourceGroupOrder', {
  description: 'In which order resource groups are listed.',
  values: {
    NAME_ASC: { description: 'By name.' },
    CREATED_AT_ASC: { description: 'The oldest first.' },
    CREATED_AT_DESC: { description: 'The newest first.' },
  } as const,
});

builder.queryField('resourceGroups', (t) =>
  t.field({
    type: ResourceGroupConnection,
    nullable: true,
    authScopes: { scope: 'resourceGroup:read' },
    complexity: connectionComplexity,
    description: 'The resource groups your access key sees. Scope: `resourceGroup:read`.',
    args: {
      ...pageArgs(t),
      filter: t.arg({ type: ResourceGroupFilter, description: 'Which ones; all of them when left out.' }),
      orderBy: t.arg({ type: ResourceGroupOrder, defaultValue: 'NAME_ASC', description: 'In which order.' }),
    },
    resolve: (_root, args, { control, viewer }) => listResourceGroups(control, viewer, args),
  }),
);

const CreateResourceGroupInput = builder.inputType('CreateResourceGroupInput', {
  description: 'What `createResourceGroup` takes.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 64 characters, unique in this installation.' }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const CreateResourceGroupPayload = builder
  .objectRef<Awaited<ReturnType<typeof createResourceGroup>>>('CreateResourceGroupPayload')
  .implement({
    description: 'What `createResourceGroup` made.',
    fields: (t) => ({
      resourceGroup: t.field({
        type: ResourceGroup,
        grantScopes: ['made'],
        description: 'The new resource group.',
        resolve: ({ resourceGroup }) => resourceGroup,
      }),
    }),
  });

builder.mutationField('createResourceGroup', (t) =>
  t.field({
    type: CreateResourceGroupPayload,
    nullable: true,
    authScopes: { scope: 'resourceGroup:write' },
    errors: {
      types: creationErrors,
      union: { name: 'CreateResourceGroupResult', description: 'The new resource group, or an error.' },
    },
    description: 'Creates a resource group. Only for access keys of all resource groups. Scope: `resourceGroup:write`.',
    args: { input: t.arg({ type: CreateResourceGroupInput, required: true, description: 'What to create.' }) },
    resolve: (_root, { input }, { control, viewer }) => createResourceGroup(control, viewer, input),
  }),
);
