import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import { databaseUnavailable } from '../../control/database/unavailable.ts';
import { schema } from '../../schema/schema.ts';
import { clientOrigin } from '../client-origin.ts';
import { DeprecationLog } from './deprecated-uses.ts';
import { describeError } from './describe-error.ts';
import type { Edge } from './edge.ts';
import { type ExecutionContext, executionContext } from './execution-context.ts';
import { useDeprecationLog } from './plugins/use-deprecation-log.ts';
import { useErrorDetails } from './plugins/use-error-details.ts';
import { useFreshEvents } from './plugins/use-fresh-events.ts';
import { useJsonOnly } from './plugins/use-json-only.ts';
import { useLimits } from './plugins/use-limits.ts';
import { RequestIds, useRequestId } from './plugins/use-request-id.ts';
import { type RequestSessions, useSession } from './plugins/use-session.ts';
import type { Session } from './session.ts';
import { unauthenticated } from './session-error.ts';

export const graphqlPath = '/graphql';

/** Largest body of a request and largest WebSocket message, in bytes. */
export const maxBodyBytes = 1_048_576;

/** What a WebSocket brings along instead of a request. */
export interface SocketContext {
  readonly socketSession?: Session;
  /** The request as Node has it; for a WebSocket, the one that opened it. */
  readonly req?: IncomingMessage;
}

export type GraphqlServer = YogaServerInstance<SocketContext, ExecutionContext>;

/** GraphQL over HTTP and server-sent events; the WebSocket executes through its envelope. */
export function createGraphqlServer(edge: Edge): GraphqlServer {
  const { control } = edge;
  const { logger } = control;
  const sessions: RequestSessions = new WeakMap();
  const requestIds = new RequestIds(control.ids);
  return createYoga<SocketContext, ExecutionContext>({
    schema,
    graphqlEndpoint: graphqlPath,
    landingPage: false,
    healthCheckEndpoint: '/healthz',
    cors: false,
    batching: false,
    multipart: false,
    maxRequestBodySize: maxBodyBytes,
    logging: false,
    graphiql: {
      title: 'Holdfast',
      headers: JSON.stringify({ Authorization: 'Bearer <keyId>.<secret>' }, null, 2),
      defaultQuery: '{\n  viewer {\n    name\n    scopes\n  }\n}\n',
    },
    // The page with all it needs, because a browser beside a gateway may have no way to the internet. Read at the first visit: it is large.
    renderGraphiQL: async (options) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(options),
    maskedErrors: { maskError: (error) => maskOutside(error) },
    context: ({ request, req, socketSession }) => {
      const session = socketSession ?? sessions.get(request);
      if (!session) throw unauthenticated();
      const requestId = socketSession ? control.ids.uuid() : requestIds.of(request);
      const origin = { requestId, client: clientOrigin(req, edge.trustProxy) };
      return executionContext(edge, session, session.viewer, origin, request?.signal ?? session.signal);
    },
    plugins: [
      useRequestId(requestIds),
      useJsonOnly(),
      useSession(edge, sessions),
      useLimits(),
      useDeprecationLog(new DeprecationLog(control.clock, logger)),
      useFreshEvents(edge),
      useErrorDetails(),
    ],
  });

  /** Errors of an execution were described already; this is for what happens before there is one. */
  function maskOutside(error: unknown): Error {
    if (error instanceof GraphQLError && !error.originalError) return error;
    return withStatus(describeError(error, control.ids.uuid(), logger));
  }
}

/** A request nobody could look at because the database is away is no 500: clients and balancers may try again. */
function withStatus(error: GraphQLError): GraphQLError {
  if (error.extensions.code !== databaseUnavailable) return error;
  const http = { status: 503, headers: { 'retry-after': '5' } };
  return new GraphQLError(error.message, { originalError: error, extensions: { ...error.extensions, http } });
}
