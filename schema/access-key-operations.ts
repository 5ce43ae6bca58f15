import { listAccessKeys } from '../control/access-keys/access-keys.ts';
import { AccessKeyConnection } from './access-key.ts';
import { builder } from './builder.ts';
import { connectionComplexity, pageArgs } from './connection.ts';

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
