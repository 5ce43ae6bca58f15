import { GraphQLError } from 'graphql';

/** No access key, a wrong one, an expired or a revoked one: the reader is told the same in all cases. */
export function unauthenticated(): GraphQLError {
  return new GraphQLError('This needs a valid access key.', {
    extensions: {
      code: 'UNAUTHENTICATED',
      remedy:
        'Send the header `Authorization: Bearer <keyId>.<secret>` with an access key that is neither expired nor revoked.',
      retryable: false,
      http: { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } },
    },
  });
}
