import type { Plugin } from 'graphql-yoga';
import type { Edge } from '../edge.ts';
import { bearerOf, Session } from '../session.ts';
import { unauthenticated } from '../session-error.ts';

/** The sessions of HTTP requests, for as long as the request lives. */
export type RequestSessions = WeakMap<Request, Session>;

/** Finds out who asks before the document is looked at; nobody else gets as far as the parser. */
export function useSession(edge: Edge, sessions: RequestSessions): Plugin {
  return {
    async onParams({ request, setResult }) {
      const session = await Session.open(edge, bearerOf(request.headers.get('authorization')));
      if (session) sessions.set(request, session);
      else setResult({ errors: [unauthenticated()] });
    },
  };
}
