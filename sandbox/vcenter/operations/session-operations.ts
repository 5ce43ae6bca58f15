import { userSession } from '../sessions.ts';
import { invalidArgument, VimFault } from '../soap/faults.ts';
import { stringOf, stringsOf } from '../soap/values.ts';
import type { OperationTable } from './operation.ts';

export const sessionOperations: OperationTable = {
  RetrieveServiceContent: ({ self }) => self.read('content'),

  CurrentTime: ({ world }) => world.now(),

  Login: ({ sessions, session, params, userAgent, address, setSession }) => {
    const refuse = (message: string) => new VimFault('InvalidLogin', message);
    if (session) throw refuse('The session is already logged in.');
    const userName = stringOf(params, 'userName') ?? '';
    const password = stringOf(params, 'password') ?? '';
    const opened = sessions.login({ userName, password, userAgent, address });
    if (!opened) throw refuse('Cannot complete login due to an incorrect user name or password.');
    setSession(opened);
    return userSession(opened);
  },

  Logout: ({ sessions, session }) => {
    if (session) sessions.end(session);
    return undefined;
  },

  TerminateSession: ({ sessions, session, params }) => {
    for (const id of stringsOf(params, 'sessionId')) {
      if (id === session?.id) throw invalidArgument('sessionId');
      const other = sessions.find(id);
      if (!other) throw new VimFault('NotFound', 'The object or item referred to could not be found.');
      sessions.end(other);
    }
    return undefined;
  },

  SessionIsActive: ({ sessions, params }) => sessions.find(stringOf(params, 'sessionID') ?? '') !== undefined,
};
