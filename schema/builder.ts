import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin, { type AuthFailure, AuthScopeFailureType } from '@pothos/plugin-scope-auth';
import { ForbiddenError, InvalidInputError } from '../control/errors.ts';
import type { Scope } from '../control/scopes.ts';
import type { SchemaContext } from './context.ts';
import { encodeId, parseId } from './global-id.ts';

/** Objects that `nodes` reads at once. */
const mostNodes = 100;

export interface SchemaTypes {
  Context: SchemaContext;
  DefaultFieldNullability: false;
  AuthScopes: { scope: Scope };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    ByteCount: { Input: number; Output: number };
  };
}

export type BuilderTypes = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

/** The errors plugin stands first, so that a missing scope of a mutation arrives in its result union too. */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ErrorsPlugin, ScopeAuthPlugin, RelayPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  errors: { directResult: true, defaultTypes: [] },
  complexity: { defaultComplexity: 1, defaultListMultiplier: 10 },
  scopeAuth: {
    authScopes: ({ viewer }) => ({ scope: (scope: Scope) => viewer.scopes.has(scope) }),
    authorizeOnSubscribe: true,
    unauthorizedError: (_parent, _context, _info, { failure }) => new ForbiddenError(missingScope(failure)),
  },
  relay: {
    encodeGlobalID: (typename, id) => encodeId(typename, String(id)),
    decodeGlobalID: (id) => parseId(id),
    idFieldOptions: {
      description: 'Opaque and stable: the same object keeps it for its whole life. Works with `node` and `nodes`.',
    },
    nodeTypeOptions: {
      description: 'Anything with an id of its own that can be read again with `node(id)`.',
    },
    nodeQueryOptions: {
      description:
        'One object by its id, whatever its type. Null when it does not exist or your access key may not see it.',
      nullable: true,
      args: { id: { description: 'An id as any query or mutation gave it.' } },
    },
    nodesQueryOptions: {
      description:
        'Several objects by their ids, in the order of the ids. An entry is null when it does not exist or your access key may not see it.',
      nullable: { list: true, items: true },
      complexity: ({ ids }) => ({ field: 1, multiplier: Math.max(ids.length, 1) }),
      resolve: (_root, { ids }, _context, _info, resolveNodes) => {
        if (ids.length > mostNodes) throw tooManyNodes();
        return resolveNodes(ids);
      },
      args: { ids: { description: 'Up to 100 ids as queries or mutations gave them.' } },
    },
  },
});

builder.queryType({ description: 'Everything that can be read. Each field says which scope the access key needs.' });
builder.mutationType({
  description:
    'Everything that can be changed. Each field answers with a union: its payload, or an error that says what to do. Select `... on Error` to catch all errors, also those added later.',
});
builder.subscriptionType({
  description: 'What can be followed live, over WebSocket (graphql-transport-ws) or server-sent events.',
});

function missingScope(failure: AuthFailure): string {
  if (failure.kind === AuthScopeFailureType.AuthScope) return String(failure.parameter);
  if ('failures' in failure) return failure.failures.map(missingScope).join(' or ');
  return 'of this field';
}

function tooManyNodes(): InvalidInputError {
  return new InvalidInputError([{ path: ['ids'], code: 'TOO_BIG', message: `must be at most ${mostNodes} ids` }]);
}
