import { GraphQLError } from 'graphql';
import { HoldfastError, isDriverError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { ForbiddenError, InvalidInputError } from '../../control/errors.ts';

/**
 * What the client may see of an error: errors meant for people with their code and remedy, errors of the document as they
 * are, and everything else masked. What is masked is logged under the same request id.
 */
export function describeError(error: unknown, requestId: string, logger: Logger): GraphQLError {
  const original = cause(error);
  const located = error instanceof GraphQLError ? error : undefined;
  const place = { nodes: located?.nodes, source: located?.source, positions: located?.positions, path: located?.path };
  if (original instanceof HoldfastError || isDriverError(original)) {
    return new GraphQLError(original.message, { ...place, extensions: { ...detailsOf(original), requestId } });
  }
  if (original instanceof GraphQLError) {
    const extensions = { code: 'BAD_USER_INPUT', ...original.extensions, ...located?.extensions, requestId };
    return new GraphQLError(withoutValue(located ?? original), { ...place, extensions });
  }
  logger.error({ requestId, path: located?.path?.join('.'), err: original }, 'an unexpected error was masked');
  return new GraphQLError('Something went wrong on the server.', {
    ...place,
    extensions: {
      code: 'INTERNAL_SERVER_ERROR',
      remedy: 'Try again; if it stays, give the operator of this server the requestId.',
      retryable: true,
      requestId,
    },
  });
}

/**
 * The message without the variable's value, which `graphql` quotes whole, passwords and all:
 * `Variable "$input" got invalid value {…} at "input.name"; …`.
 */
function withoutValue(error: GraphQLError): string {
  const { message, originalError } = error;
  const [, variable] = /^Variable "\$(\w+)" got invalid value /.exec(message) ?? [];
  if (variable === undefined) return message;
  const end = originalError ? message.length - `; ${originalError.message}`.length : message.length;
  const [, path = variable] = / at "([\w.[\]]+)"$/.exec(message.slice(0, end)) ?? [];
  return `Variable "$${variable}" is not valid at "${path}"${message.slice(end)}`;
}

/** The innermost error: GraphQL wraps what resolvers throw, once per boundary. */
function cause(error: unknown): unknown {
  let inner = error;
  while (inner instanceof GraphQLError && inner.originalError) inner = inner.originalError;
  return inner;
}

function detailsOf(error: HoldfastError): Record<string, unknown> {
  const { code, remedy, retryable } = error;
  if (error instanceof InvalidInputError) return { code, remedy, retryable, issues: error.issues };
  if (error instanceof ForbiddenError) return { code, remedy, retryable, requiredScope: error.requiredScope };
  return { code, remedy, retryable };
}
