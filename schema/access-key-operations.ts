import { listAccessKeys } from '../control/access-keys/access-keys.ts';
import { AccessKeyConnection } from './access-key.ts';
import { builder } from './builder.ts';
import { connectionComplexity, pageArgs } from './connection.ts';
import { decodeOptionalId } from './global-id.ts';

const AccessKeyFilter = builder.inputType('AccessKeyFilter', {
  description: 'Which access keys to list. Everything given has to match.',
  fields: (t) => ({
    createdAfter: t.field({ type: 'DateTime', description: 'Created at this time or later.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Created before this time.' }),
    expiresBefore: t.field({ type: 'DateTime', description: 'Expiring before this time.' }),
    unusedSince: t.field({ type: 'DateTime', description: 'Not used at this time or later, or never.' }),
    resourceGroupId: t.id({ description: 'Seeing this resource group.' }),
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
    resolve: (_root, { filter, ...page }, { control, viewer }) =>
      listAccessKeys(control, viewer, {
        ...page,
        filter: {
          ...filter,
          resourceGroupId: decodeOptionalId(filter?.resourceGroupId, 'ResourceGroup', ['filter', 'resourceGroupId']),
        },
      }),
  }),
);
