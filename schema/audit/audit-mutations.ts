import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import { audited } from '../../control/audit/record.ts';
import type { SchemaContext } from '../context.ts';
import { describeInput } from './describe-input.ts';
import { describeResult } from './describe-result.ts';

/**
 * Puts the audit log around every mutation there is, authorisation included, so that none can be forgotten and refused ones are in it too.
 * What never gets as far as a resolver (a document or variables that are not valid, no access key, too costly) is not in it.
 */
export function auditMutations(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = (root, args, context: SchemaContext, info) => {
      const { control, viewer, requestId, client } = context;
      const request = {
        actor: { kind: 'ACCESS_KEY', accessKeyId: viewer.accessKeyId, keyId: viewer.keyId, name: viewer.name },
        action: field.name,
        ...describeInput(field.args, args),
        origin: { requestId, ...client },
      } as const;
      const judge = (result: unknown) => describeResult(field.type, result);
      return audited<unknown>(control, request, async () => resolve(root, args, context, info), judge);
    };
  }
  return schema;
}
