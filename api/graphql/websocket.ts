import type { IncomingMessage, Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocket, WebSocketServer } from 'ws';
import type { CorsPolicy } from '../cors.ts';
import { type GraphqlServer, graphqlPath, maxBodyBytes } from './create-yoga.ts';
import { describeError } from './describe-error.ts';
import type { Edge } from './edge.ts';
import { bearerOf, Session } from './session.ts';
import { cutSlowClients, tryAgainLater } from './slow-clients.ts';

/** Between two pings; a client that answered none of them until the next is gone. */
const keepAliveMs = 12_000;
const maxOperationsPerSocket = 100;

/** "Forbidden" of graphql-transport-ws, also for an access key that is no longer good. */
const forbidden = 4403;

interface SocketExtra extends Record<PropertyKey, unknown> {
  session?: Session;
  watch?: Disposable;
}

type Executor = (args: ExecutionArgs) => Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
type Executable = ExecutionArgs & { readonly execute: Executor; readonly subscribe: Executor };

/** GraphQL over WebSocket (graphql-transport-ws) on the server's upgrade requests for /graphql. */
export function attachWebSocket(
  edge: Edge,
  server: Server | SecureServer,
  graphql: GraphqlServer,
  cors: CorsPolicy,
): AsyncDisposable {
  const { control } = edge;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxBodyBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false),
  });
  const guard = cutSlowClients(control.clock, sockets);
  const transport = useServer<Record<string, unknown>, SocketExtra>(
    {
      async onConnect({ connectionParams, extra }) {
        const authorization = connectionParams?.Authorization ?? connectionParams?.authorization;
        let session: Session | undefined;
        try {
          session = await Session.open(edge, bearerOf(authorization));
        } catch (error) {
          // Clients take "internal error", which a throw would make of it, for final.
          control.logger.warn({ err: error }, 'a socket was not taken: its access key could not be looked up');
          extra.socket.close(tryAgainLater, 'Try again later');
        }
        if (!session) return false;
        // It may have gone while its key was looked up; then nobody would ever stop the watch.
        if (extra.socket.readyState !== WebSocket.OPEN) return false;
        extra.session = session;
        extra.watch = session.watch();
        session.signal.addEventListener('abort', () => extra.socket.close(forbidden, 'Forbidden'));
        return true;
      },
      async onSubscribe({ extra, subscriptions }, _id, payload) {
        const requestId = control.ids.uuid();
        try {
          if (Object.keys(subscriptions).length > maxOperationsPerSocket) throw tooManyOperations();
          const { session } = extra;
          if (!session) throw new Error('an operation came before its connection was acknowledged');
          await session.renew();
          const envelope = graphql.getEnveloped({ socketSession: session, req: extra.request, params: payload });
          const document = envelope.parse(payload.query);
          const errors = envelope.validate(envelope.schema, document);
          if (errors.length > 0) return errors.map((error: unknown) => describeError(error, requestId, control.logger));
          const executable: Executable = {
            schema: envelope.schema,
            document,
            operationName: payload.operationName,
            variableValues: payload.variables,
            contextValue: await envelope.contextFactory(),
            execute: async (args) => envelope.execute(args),
            subscribe: async (args) => envelope.subscribe(args),
          };
          return executable;
        } catch (error) {
          return [describeError(error, requestId, control.logger)];
        }
      },
      execute: (args) => executable(args).execute(args),
      subscribe: (args) => executable(args).subscribe(args),
      onClose({ extra }) {
        extra.watch?.[Symbol.dispose]();
      },
    },
    sockets,
    keepAliveMs,
  );

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // The socket is nobody's until `ws` takes it over, and an error without a listener would end the process.
    stream.on('error', () => stream.destroy());
    // Not `new URL`: what a client writes here need not be one.
    if ((request.url ?? '/').split('?', 1)[0] !== graphqlPath) {
      refuse(stream, '404 Not Found');
      return;
    }
    if (!cors.allowsSocket(request)) {
      refuse(stream, '403 Forbidden');
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket: WebSocket) => sockets.emit('connection', socket, request));
  };
  server.on('upgrade', onUpgrade);

  return {
    async [Symbol.asyncDispose]() {
      server.off('upgrade', onUpgrade);
      guard[Symbol.dispose]();
      await transport.dispose();
    },
  };
}

function refuse(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => stream.destroy());
}

function executable(args: ExecutionArgs): Executable {
  if (isExecutable(args)) return args;
  throw new Error('an operation was not prepared by onSubscribe');
}

function tooManyOperations(): GraphQLError {
  return new GraphQLError(`A socket may have at most ${maxOperationsPerSocket} operations open.`, {
    extensions: { code: 'TOO_MANY_OPERATIONS', remedy: 'Complete some, or open another socket.', retryable: true },
  });
}

function isExecutable(args: ExecutionArgs): args is Executable {
  return 'execute' in args && 'subscribe' in args;
}
