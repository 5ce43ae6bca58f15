import { Hono } from 'hono';
import type { RunningObjectServer } from '../objects/object-server.ts';
import { type ObjectServerState, objectRequests } from './object-protocol.ts';

/** What the operator of the object server and its STS does: no client of theirs could. */
export function objectRoutes(server: RunningObjectServer): Hono {
  const done = { ok: true };
  const app = new Hono();
  app.get('/', (context) => context.json(describe(server)));
  app.delete('/log', (context) => {
    server.log.clear();
    return context.json(done);
  });
  app.post('/key', async (context) => {
    const { accessKeyId, active } = objectRequests.setKeyActive.parse(await context.req.json());
    server.setKeyActive(accessKeyId, active);
    return context.json(done);
  });
  app.post('/expire-tokens', (context) => {
    server.expireTokens();
    return context.json(done);
  });
  app.post('/clock-offset', async (context) => {
    server.time.offsetMs = objectRequests.setClockOffset.parse(await context.req.json()).ms;
    return context.json(done);
  });
  return app;
}

function describe(server: RunningObjectServer): ObjectServerState {
  return {
    counters: server.log.counters(),
    requests: [...server.log.recent()],
    users: server.users.map(({ accessKeyId, identityType, name, active }) => ({
      accessKeyId,
      identityType,
      name,
      active,
    })),
    clockOffsetMs: server.time.offsetMs,
  };
}
