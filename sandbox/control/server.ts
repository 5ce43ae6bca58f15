import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { z } from 'zod';
import type { RunningObjectServer } from '../objects/object-server.ts';
import type { World } from '../vcenter/core/world.ts';
import type { VimServer } from '../vcenter/server.ts';
import type { Sessions } from '../vcenter/sessions.ts';
import { ControlActions, ControlError } from './actions.ts';
import { objectRoutes } from './object-routes.ts';
import { requests } from './protocol.ts';
import { describe } from './state.ts';

export interface ControlServer {
  readonly url: string;
  close(): Promise<void>;
}

interface ControlledParts {
  readonly world: World;
  readonly sessions: Sessions;
  readonly vcenter: VimServer;
  readonly objects: RunningObjectServer;
}

function routes({ world, sessions, vcenter, objects }: ControlledParts): Hono {
  const actions = new ControlActions(world);
  const done = { ok: true };
  const app = new Hono();
  app.onError((error, context) => {
    const expected = error instanceof ControlError || error instanceof z.ZodError || error instanceof RangeError;
    const message = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
    return context.json({ error: message }, expected ? 400 : 500);
  });
  app.get('/control/state', (context) => context.json(describe(world, sessions)));
  app.post('/control/disk/write', async (context) => {
    const { data, ...target } = requests.write.parse(await context.req.json());
    await actions.write({ ...target, data: Buffer.from(data, 'base64') });
    return context.json(done);
  });
  app.post('/control/disk/export', async (context) => {
    await actions.export(requests.export.parse(await context.req.json()));
    return context.json(done);
  });
  app.post('/control/disk/apply', async (context) => {
    return context.json({ changedBytes: await actions.apply(requests.apply.parse(await context.req.json())) });
  });
  app.post('/control/disk/replace', async (context) => {
    await actions.replace(requests.replace.parse(await context.req.json()));
    return context.json(done);
  });
  app.post('/control/disk/sha256', async (context) => {
    return context.json({ sha256: await actions.sha256(requests.sha256.parse(await context.req.json())) });
  });
  app.post('/control/reset-change-tracking', async (context) => {
    await actions.resetChangeTracking(requests.resetChangeTracking.parse(await context.req.json()).vm);
    return context.json(done);
  });
  app.post('/control/faults', async (context) => {
    world.faults.add(requests.fault.parse(await context.req.json()));
    return context.json(done);
  });
  app.delete('/control/faults', (context) => {
    world.faults.clear();
    return context.json(done);
  });
  app.post('/control/restart-vcenter', async (context) => {
    const { awayMs } = requests.restartVcenter.parse(await context.req.json());
    vcenter.goAway();
    sessions.endAll();
    world.tasks.forgetAll();
    await world.clock.sleep(awayMs);
    vcenter.comeBack();
    return context.json(done);
  });
  app.post('/control/expire-sessions', (context) => {
    sessions.endAll();
    return context.json(done);
  });
  app.route('/control/objects', objectRoutes(objects));
  return app;
}

/** Plain HTTP on 127.0.0.1. `port` 0 takes a free one. */
export async function startControlServer(options: ControlledParts & { readonly port: number }): Promise<ControlServer> {
  const { fetch } = routes(options);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = serve({ fetch, hostname: '127.0.0.1', port: options.port }, ({ port }) => resolve(port));
  server.once('error', reject);
  const port = await promise;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed.promise;
    },
  };
}
